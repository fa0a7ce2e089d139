import Foundation
import Testing

/// Rules about the sources that no compiler flag enforces.
@Suite struct SourceRulesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The lines of every Swift file under `folder`, as `path:line: text`.
    private static func lines(of folder: String) throws -> [(place: String, text: Substring)] {
        let base = root.appending(path: folder)
        let files = try #require(FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil))
        var result: [(String, Substring)] = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            let path = file.path(percentEncoded: false).dropFirst(root.path(percentEncoded: false).count)
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                result.append(("\(path):\(number + 1)", line))
            }
        }
        try #require(!result.isEmpty, "nothing under \(folder)")
        return result
    }

    private static func isComment(_ line: Substring) -> Bool { line.drop { $0 == " " }.hasPrefix("//") }

    /// Rules that read a clock, a file or a die cannot be tested by their arguments alone.
    @Test(arguments: [
        #"import Foundation\s*$"#, #"\bGlibc\b"#, #"\bDate\(\)"#, #"\.now\b"#, #"\.random\("#,
        #"\bSystemRandomNumberGenerator\b"#, #"import Logging"#, #"\bprint\("#,
    ])
    func theDomainIsPure(forbidden: String) throws {
        let regex = try Regex(forbidden)
        let found = try Self.lines(of: "Sources/StockDomain").filter { !Self.isComment($0.text) && $0.text.contains(regex) }
        #expect(found.map(\.place) == [])
    }

    /// The client starts in milliseconds because it never loads full Foundation.
    @Test(arguments: ["Sources/StockWire", "Sources/StockClient", "Sources/StockCLI", "Sources/stockctl"])
    func theClientNeverImportsFullFoundation(folder: String) throws {
        let found = try Self.lines(of: folder).filter { $0.text.contains(/^\s*(@\w+ )?(package |internal |public )?import Foundation\s*$/) }
        #expect(found.map(\.place) == [])
    }

    @Test func nothingIsPublic() throws {
        let found = try Self.lines(of: "Sources").filter { $0.text.contains(/^\s*(public|open) (func|var|let|struct|class|enum|protocol|init|extension|actor|final|static)/) }
        #expect(found.map(\.place) == [])
    }
}
