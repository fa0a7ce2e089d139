import StockWire
import Testing

@Suite struct FramingTests {
    @Test func cutsLinesHoweverTheBytesArrive() throws {
        let stream = Array("one\ntwo\r\n\nthree\n".utf8)
        for chunk in 1...stream.count {
            var framer = LineFramer(limit: 100)
            var lines: [String] = []
            for start in stride(from: 0, to: stream.count, by: chunk) {
                framer.append(stream[start..<min(start + chunk, stream.count)])
                while let line = try framer.next() { lines.append(String(decoding: line, as: UTF8.self)) }
            }
            #expect(lines == ["one", "two", "", "three"])
            #expect(!framer.isInsideLine)
        }
    }

    @Test func refusesALineOverTheLimitBeforeItEnds() throws {
        var framer = LineFramer(limit: 4)
        framer.append("1234\n".utf8)
        #expect(try framer.next()?.count == 4)
        framer.append("1234".utf8)
        #expect(try framer.next() == nil)
        #expect(framer.isInsideLine)
        framer.append("56".utf8)
        #expect(throws: LineFramer.TooLong.self) { try framer.next() }
    }

    @Test func findsAMemberAsReceived() {
        let line = Array(#" {"a\"}":[1,{"result":2}], "result" : {"b":"]}", "c" : [ 1.50 ]} ,"id":7}"#.utf8)
        func text(_ name: String) -> String? {
            JSONScan.member(name, of: line).map { String(decoding: line[$0], as: UTF8.self) }
        }
        #expect(text("result") == #"{"b":"]}", "c" : [ 1.50 ]}"#)
        #expect(text("id") == "7")
        #expect(text("error") == nil)
    }

    @Test(arguments: ["null", " [ ] ", "{}", #"{"a":[{},[],"",0,-0.5e+10,true,false,null]}"#, #""\ud83d\ude00é""#])
    func acceptsJSON(text: String) throws {
        try JSONScan.check(Array(text.utf8))
    }
}
