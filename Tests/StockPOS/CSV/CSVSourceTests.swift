import Foundation
import Glibc
import StockDomain
import StockStore
import StockTestSupport
import Testing

@testable import StockPOS

@Suite(.timeLimit(.minutes(2))) struct CSVSourceTests {
    private let noon = Timestamp(rfc3339: "2026-05-01T12:00:00Z")!

    @Test func readsProductsBeforeTheLevelsThatNameThem() async throws {
        let shop = try CSVFixture()
        try shop.drop("levels-1.csv", "sku,location,quantity\nNEW,s,7\n", modified: noon)
        try shop.drop("products-1.csv", "sku,name,category,price,par_level\nNEW,New thing,Tools,4.99,20\nA,Renamed,,,\n")
        try await shop.sync()
        #expect(try shop.quantity("NEW") == Quantity(7))
        #expect(try shop.files() == [])
        #expect(try shop.files("done") == [
            "levels-1.csv", "levels-1.csv.report.json", "products-1.csv", "products-1.csv.report.json",
        ])
        let report = try shop.report("done/products-1.csv")
        #expect(report.rows == 2)
        #expect(report.applied == 2)
        #expect(report.kind == "products")
        let product = try await shop.store.read { [shop] in try $0.product("NEW", tenantID: shop.source.tenantID) }
        #expect(product.price == Money(amount: 499, currency: "USD"))
        #expect(product.parLevel == Quantity(20))
    }

    @Test func listsEachBadRowWithItsLineAndReason() async throws {
        let shop = try CSVFixture()
        try shop.drop("levels.csv", "sku,store,qty,bin\nA,s,5,x\nNOPE,s,1,x\nA,nowhere,1,x\nB,s,many,x\nC,s,2,x\n")
        try await shop.sync()
        let report = try shop.report("done/levels.csv")
        #expect((report.rows, report.applied, report.skippedCount) == (5, 2, 3))
        #expect(report.skipped.map(\.line) == [3, 4, 5])
        #expect(report.skipped[0].reason.contains("no product has the SKU \"NOPE\""))
        #expect(report.skipped[1].reason.contains("stockctl location create"))
        #expect(report.skipped[2].reason.contains("not \"many\""))
        #expect(report.ignoredColumns == ["bin"])
        let record = try await shop.store.read { try $0.sources(name: "nightly")[0] }
        #expect(record.countsApplied == 2)
        #expect(record.skipped.map(\.object) == ["levels.csv line 3", "levels.csv line 4", "levels.csv line 5"])
    }

    @Test func changesNothingWhenAFileComesAgain() async throws {
        let shop = try CSVFixture()
        let text = "sku,location,quantity\nA,s,10\nLATER,s,4\n"
        try shop.drop("levels.csv", text)
        try await shop.sync()
        try shop.sell("A", 3)
        let movements = try shop.count("movements")
        try shop.drop("levels.csv", text)
        try await shop.sync()
        #expect(try shop.quantity("A") == Quantity(7))
        #expect(try shop.count("movements") == movements)
        let report = try shop.report("done/levels.2.csv")
        #expect(report.replayOf == "levels.csv")
        #expect((report.rows, report.applied, report.overtaken, report.skippedCount) == (2, 0, 1, 1))
    }

    @Test func appliesWhatWasSkippedOnceItIsKnown() async throws {
        let shop = try CSVFixture()
        let text = "sku,location,quantity\nA,s,10\nLATER,s,4\n"
        try shop.drop("levels.csv", text)
        try await shop.sync()
        try shop.drop("products.csv", "sku,name\nLATER,Late\n")
        try shop.drop("levels.csv", text)
        try await shop.sync()
        #expect(try shop.quantity("LATER") == Quantity(4))
        let report = try shop.report("done/levels.2.csv")
        #expect((report.applied, report.unchanged) == (1, 1))
    }

    @Test func takesTheSameCountsAnewUnderANameOfTheirOwn() async throws {
        let shop = try CSVFixture()
        func day(_ number: Int, _ quantity: Int) throws {
            try shop.drop(
                "levels-\(number).csv", "sku,location,quantity\nA,s,\(quantity)\n", modified: noon + .days(Int64(number)))
        }
        for (number, quantity) in [(1, 10), (2, 8), (3, 10)] {
            try day(number, quantity)
            try await shop.sync()
        }
        #expect(try shop.quantity("A") == Quantity(10))
    }

    @Test func letsNoOlderFileUndoALaterCount() async throws {
        let shop = try CSVFixture()
        try shop.drop("b.csv", "sku,location,quantity\nA,s,8\n", modified: noon + .hours(2))
        try await shop.sync()
        try shop.drop("a.csv", "sku,location,quantity\nA,s,10\n", modified: noon)
        try shop.drop("c.csv", "sku,location,quantity,counted_at\nB,s,3,2026-05-01T10:00:00Z\nB,s,4,2026-05-01T09:00:00Z\n")
        try await shop.sync()
        #expect(try shop.quantity("A") == Quantity(8))
        #expect(try shop.quantity("B") == Quantity(3))
        #expect(try shop.report("done/a.csv").overtaken == 1)
    }

    @Test func readsTimesWithoutAZoneByTheLocationsClocks() async throws {
        let shop = try CSVFixture()
        try shop.drop("levels.csv", "sku,location,quantity,counted_at\nA,s,3,2026-05-01 14:00\n")
        try await shop.sync()
        let level = try await shop.store.read { [shop] in
            try $0.levels(LevelFilter(tenantID: shop.source.tenantID, sku: "A"), after: .first, limit: 1)[0]
        }
        #expect(level.countedAt == noon)
    }

    @Test func countsNoSaleTwice() async throws {
        let shop = try CSVFixture()
        let header = "sku,location,quantity,sold_at,external_id\n"
        let (first, second) = (shop.now - .days(2), shop.now - .days(1))
        try shop.drop("sales-1.csv", header + "A,s,2,\(first),r1\nA,s,1,\(second),r2\nA,s,0,\(second),r9\n")
        try shop.drop("sales-2.csv", header + "A,s,1,\(second),r2\nA,s,1,\(second),r3\n")
        try await shop.sync()
        #expect(try shop.report("done/sales-1.csv").applied == 2)
        let report = try shop.report("done/sales-2.csv")
        #expect((report.applied, report.unchanged) == (1, 1))
    }

    /// Ids of sales are not kept for ever.
    @Test func countsNoSaleTwiceThatIsTooOldToBeKnown() async throws {
        let shop = try CSVFixture()
        let text = "sku,location,quantity,sold_at,external_id\n"
            + "A,s,2,\(shop.now - .days(119)),r1\nA,s,1,\(shop.now - .days(121)),r2\n"
        try shop.drop("sales.csv", text)
        try await shop.sync()
        #expect(try shop.report("done/sales.csv").applied == 1)
        let later = shop.now + .days(10)
        let expired = try await shop.store.read { try $0.expired(now: later) }
        _ = try await shop.store.write { try $0.forget(expired, limit: 1000) }
        try shop.drop("sales.csv", text)
        try await shop.sync(now: later)
        let report = try shop.report("done/sales.2.csv")
        #expect((report.applied, report.unchanged) == (0, 2))
    }

    @Test func refusesWholeFilesBeforeAnyRowOfThem() async throws {
        let shop = try CSVFixture()
        let latin = Data("sku,location,quantity\nA,s,5\nCaf".utf8) + Data([0xE9]) + Data(",s,1\n".utf8)
        try shop.drop("levels-latin.csv", latin)
        try shop.drop("levels-excel.csv", Data([0xFF, 0xFE]) + "sku,location,quantity\n".data(using: .utf16LittleEndian)!)
        try shop.drop("empty.csv", "")
        try shop.drop("products-wrong.csv", "sku,location,quantity\nA,s,1\n")
        try shop.drop("useless.csv", "sku,location,quantity\nNOPE,s,1\n")
        try await shop.sync()
        #expect(try shop.quantity("A") == nil)
        #expect(try shop.files("done") == [])
        #expect(try shop.report("failed/levels-latin.csv").error?.contains("line 3 is not UTF-8") == true)
        #expect(try shop.report("failed/levels-excel.csv").error?.contains("line 1") == true)
        #expect(try shop.report("failed/empty.csv").error?.contains("empty") == true)
        #expect(try shop.report("failed/products-wrong.csv").error?.contains("name it levels-") == true)
        #expect(try shop.report("failed/useless.csv").skippedCount == 1)
        let record = try await shop.store.read { try $0.sources(name: "nightly")[0] }
        #expect(record.skippedCount == 5)
    }

    @Test func followsNoLinkAndWaitsForNoFIFO() async throws {
        let shop = try CSVFixture()
        let secret = shop.directory.appendingPathComponent("secret.csv")
        try Data("sku,location,quantity\nA,s,5\n".utf8).write(to: secret)
        #expect(symlink(secret.path, shop.folder.appendingPathComponent("levels-link.csv").path) == 0)
        #expect(mkfifo(shop.folder.appendingPathComponent("levels-fifo.csv").path, 0o600) == 0)
        try FileManager.default.createDirectory(
            at: shop.folder.appendingPathComponent("levels-folder.csv"), withIntermediateDirectories: true)
        try shop.drop(".levels-hidden.csv", "sku,location,quantity\nA,s,5\n")
        try shop.drop("levels.csv.part", "sku,location,quantity\nA,s,5\n")
        try await shop.sync()
        #expect(try shop.quantity("A") == nil)
        #expect(try shop.files() == [".levels-hidden.csv", "levels-folder.csv", "levels.csv.part"])
        #expect(try shop.report("failed/levels-link.csv").error?.contains("symbolic link") == true)
        #expect(try shop.report("failed/levels-fifo.csv").error?.contains("FIFO") == true)
        #expect(FileManager.default.fileExists(atPath: secret.path))
    }

    @Test func refusesToFileThroughALink() async throws {
        let shop = try CSVFixture()
        let elsewhere = shop.directory.appendingPathComponent("elsewhere")
        try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
        #expect(symlink(elsewhere.path, shop.folder.appendingPathComponent("done").path) == 0)
        try shop.drop("levels.csv", "sku,location,quantity\nA,s,5\n")
        await #expect(throws: SyncFailure.self) { try await shop.sync() }
        #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere.path).isEmpty)
    }

    /// Lost at every single transaction in turn, it comes to the same as when nothing happens.
    @Test func comesToTheSameWhereverItIsCutOff() async throws {
        let rows = (0..<3500).map { "\(["A", "B", "C", "NOPE"][$0 % 4]),\($0 % 3 == 0 ? "s" : "t"),\($0),2026-05-01T12:\($0 / 60 % 60 < 10 ? "0" : "")\($0 / 60 % 60):\($0 % 60 < 10 ? "0" : "")\($0 % 60)Z" }
        let text = "sku,location,quantity,counted_at\n" + rows.joined(separator: "\n")
        let calm = try CSVFixture()
        try calm.drop("levels.csv", text)
        try await calm.sync()
        let expected = try calm.report("done/levels.csv")
        #expect((expected.rows, expected.skippedCount) == (3500, 875))

        let shop = try CSVFixture()
        try shop.drop("levels.csv", text)
        var crashes = 0
        for attempt in 0... {
            shop.crash(after: attempt == 0 ? 0 : 1)
            do {
                try await shop.sync()
                break
            } catch is RecordingSink.Crash {
                crashes += 1
            }
            if crashes > 20 { break }
        }
        #expect(crashes == 6)
        let report = try shop.report("done/levels.csv")
        #expect((report.rows, report.applied, report.unchanged, report.overtaken, report.skippedCount)
            == (expected.rows, expected.applied, expected.unchanged, expected.overtaken, expected.skippedCount))
        #expect(report.skipped == expected.skipped)
        for sku in ["A", "B", "C"] {
            for location in ["s", "t"] { #expect(try shop.quantity(sku, location) == calm.quantity(sku, location)) }
        }
        #expect(try shop.count("movements") == calm.count("movements"))
    }

    @Test func readsTwentyThousandRowsInPages() async throws {
        let shop = try CSVFixture()
        let products = "sku,name\n" + (0..<10_000).map { "P\($0),Product \($0)" }.joined(separator: "\n")
        let levels = "sku,location,quantity\n" + (0..<20_000).map { "P\($0 % 10_000),\($0 < 10_000 ? "s" : "t"),\($0 + 10)" }.joined(separator: "\n")
        try shop.drop("products.csv", products)
        try shop.drop("levels.csv", levels)
        try await shop.sync()
        #expect(try shop.report("done/levels.csv").applied == 20_000)
        #expect(try shop.quantity("P9999", "t") == Quantity(20_009))
    }

    @Test func readsWhatIsPutInPlaceOfAFileWhileThatIsFiled() async throws {
        let shop = try CSVFixture()
        try shop.drop("levels.csv", "sku,location,quantity\nA,s,5\n", modified: noon)
        shop.onceRead { [noon, unowned shop] in
            try shop.drop(".new", "sku,location,quantity\nA,s,6\n", modified: noon + .minutes(1))
            let (new, old) = (shop.folder.appendingPathComponent(".new").path, shop.folder.appendingPathComponent("levels.csv").path)
            #expect(rename(new, old) == 0)
        }
        try await shop.sync()
        #expect(try shop.files() == ["levels.csv"])
        #expect(try shop.files("done") == [])
        try await shop.sync()
        #expect(try shop.quantity("A") == Quantity(6))
        #expect(try shop.files("done") == ["levels.csv", "levels.csv.report.json"])
    }

    @Test func readsWhatIsAddedToAFileWhileThatIsFiled() async throws {
        let shop = try CSVFixture()
        try shop.drop("levels.csv", "sku,location,quantity,counted_at\nA,s,5,2026-05-01T10:00:00Z\n", modified: noon)
        shop.onceRead { [unowned shop] in
            let handle = try FileHandle(forWritingTo: shop.folder.appendingPathComponent("levels.csv"))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("B,s,6,2026-05-01T10:00:00Z\n".utf8))
            try handle.close()
        }
        try await shop.sync()
        #expect(try shop.files() == ["levels.csv"])
        try await shop.sync()
        #expect(try shop.quantity("B") == Quantity(6))
        #expect(try shop.files() == [])
    }

    @Test func putsBackWhatWasFiledInAnothersStead() throws {
        let shop = try CSVFixture()
        let folder = DropFolder(path: shop.folder.path)
        try shop.drop("levels.csv", "one")
        let descriptor = try folder.open()
        defer { close(descriptor) }
        let read = try #require(FileIdentity(FileName("levels.csv"), in: descriptor))
        try shop.drop("levels.csv", "another")
        #expect(try folder.file(FileName("levels.csv"), read, into: "done", report: [], wasRead: true) == nil)
        // It was moved in that very moment, and a third has come since.
        try shop.drop("done/levels.csv", "another")
        try shop.drop("levels.csv", "a third")
        let done = open(shop.folder.appendingPathComponent("done").path, O_RDONLY | O_DIRECTORY)
        defer { close(done) }
        try folder.takeBack(FileName("levels.csv"), of: done, as: FileName("levels.csv"), in: descriptor)
        let files = try shop.files()
        #expect(files.count == 2 && files.allSatisfy { ImportKind(fileName: $0) == .levels })
        let texts = try files.map { try String(contentsOf: shop.folder.appendingPathComponent($0), encoding: .utf8) }
        #expect(Set(texts) == ["another", "a third"])
        #expect(try shop.files("done") == [])
    }

    @Test func aFileThatCannotBeMovedKeepsNoOtherWaiting() async throws {
        let shop = try CSVFixture()
        try shop.drop("levels-1.csv", "sku,location,quantity\nNOPE,s,5\n", modified: noon)
        try shop.drop("levels-2.csv", "sku,location,quantity\nB,s,6\n", modified: noon + .minutes(1))
        // Where the first one belongs, there is no folder.
        try shop.drop("failed", "")
        await #expect(throws: SyncFailure.self) { try await shop.sync() }
        #expect(try shop.quantity("B") == Quantity(6))
        #expect(try shop.files() == ["levels-1.csv"])
        try FileManager.default.removeItem(at: shop.folder.appendingPathComponent("failed"))
        try await shop.sync()
        #expect(try shop.files("failed") == ["levels-1.csv", "levels-1.csv.report.json"])
    }

    /// Too many open files, or a disk that fails, say nothing of the file itself.
    @Test func aFailureOfTheSystemCondemnsNoFile() {
        #expect(throws: SyncFailure.self) { try OpenFile(FileName("levels.csv"), in: -1) }
    }

    @Test func takesAFileOfAnyDate() async throws {
        let shop = try CSVFixture()
        for (index, seconds) in [13_000_000_000, -13_000_000_000, Int.max / 1_000_000_000].enumerated() {
            try shop.drop("levels-\(index).csv", "sku,location,quantity\nA,s,\(index + 1)\n")
            var times = [timespec(tv_sec: seconds, tv_nsec: 999_999_999), timespec(tv_sec: seconds, tv_nsec: 999_999_999)]
            #expect(utimensat(AT_FDCWD, shop.folder.appendingPathComponent("levels-\(index).csv").path, &times, 0) == 0)
        }
        try await shop.sync()
        // What is dated ahead is waited for.
        #expect(try shop.files() == ["levels-0.csv", "levels-2.csv"])
    }

    @Test func listsOnlyTheFirstOfVeryManyBadRows() async throws {
        let shop = try CSVFixture()
        try shop.drop("levels.csv", "sku,location,quantity\nA,s,1\n" + String(repeating: "NOPE,s,1\n", count: 2500))
        try await shop.sync()
        let report = try shop.report("done/levels.csv")
        #expect((report.skippedCount, report.skipped.count, report.applied) == (2500, 1000, 1))
    }

    @Test func ringsWhenAFileIsWhole() async throws {
        let shop = try CSVFixture()
        let (rings, bell) = AsyncStream<Void>.makeStream()
        _ = try await shop.csv.hasNews(now: Timestamp(Date()))
        let end = try #require(shop.csv.watch { bell.yield() })
        defer { end() }
        var iterator = rings.makeAsyncIterator()

        try shop.drop(".levels-1.csv", "sku,location,quantity\nA,s,5\n")
        let hidden = shop.folder.appendingPathComponent(".levels-1.csv").path
        #expect(rename(hidden, shop.folder.appendingPathComponent("levels-1.csv").path) == 0)
        await iterator.next()
        #expect(try await shop.csv.hasNews(now: Timestamp(Date())))
        try await shop.csv.sync(resume: nil, into: shop, now: Timestamp(Date()))
        #expect(try shop.quantity("A") == Quantity(5))

        // Written in place, and closed.
        try shop.drop("levels-2.csv", "sku,location,quantity\nB,s,6\n")
        await iterator.next()
        try await shop.csv.sync(resume: nil, into: shop, now: Timestamp(Date()))
        #expect(try shop.quantity("B") == Quantity(6))
    }

    @Test func leavesAFileAloneThatIsBeingWritten() async throws {
        let shop = try CSVFixture()
        let end = try #require(shop.csv.watch {})
        defer { end() }
        let path = shop.folder.appendingPathComponent("levels.csv").path
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        let bytes = Array("sku,location,quantity\nA,s,".utf8)
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
        let now = Timestamp(Date())
        #expect(try await !shop.csv.hasNews(now: now))
        close(descriptor)
    }

    @Test(arguments: [
        (Arrival.moved, 0, 0, 0), (.closed, 0, 0, 1), (.closed, 2, 0, 0), (nil, 0, 3, 7), (nil, 4, 3, 6), (nil, 0, 3600, 0),
        (.begun, 30, 2, 30), (nil, 0, -500, 10),
    ] as [(Arrival?, Int, Int, Int)])
    func waitsUntilAFileHasSettled(arrival: Arrival?, watched: Int, age: Int, wait: Int) {
        #expect(Arrival.wait(arrival, watched: .seconds(watched), age: .seconds(age)) == .seconds(wait))
    }

    @Test func numbersNamesThatAreTaken() {
        #expect(DropFolder.numbered(FileName("a.csv"), 1) == FileName("a.csv"))
        #expect(DropFolder.numbered(FileName("a.b.csv"), 3) == FileName("a.b.3.csv"))
        #expect(DropFolder.numbered(FileName("plain"), 2) == FileName("plain.2"))
        #expect(DropFolder.numbered(FileName(String(repeating: "x", count: 250) + ".csv"), 12).bytes.count == 230)
    }
}
