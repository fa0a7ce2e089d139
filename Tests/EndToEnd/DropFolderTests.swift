import Foundation
import StockTestSupport
import Testing

/// Files in a drop folder and through the socket, with the real programs.
@Suite(.timeLimit(.minutes(4))) struct DropFolderTests {
    private static let rows = 20_000

    private func daemon() throws -> (daemon: RunningDaemon, folder: String) {
        let daemon = try RunningDaemon()
        let folder = daemon.directory + "/drop"
        try daemon.configure("sources:\n  - {name: nightly, kind: csv, path: \(folder), interval: 1h}\n")
        return (daemon, folder)
    }

    /// As an exporter does that knows its trade.
    private func drop(_ text: String, as name: String, into folder: String) throws {
        let draft = folder + "/.draft"
        try Data(text.utf8).write(to: URL(filePath: draft))
        #expect(rename(draft, folder + "/" + name) == 0)
    }

    private func report(_ path: String) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path + ".report.json"))) as? [String: Any])
    }

    @Test func aDroppedFileIsTakenAtOnceAndFiledWithItsReport() async throws {
        let (daemon, folder) = try daemon()
        try await daemon.start()
        try await daemon.done("location", "create", "store-1", "--time-zone", "UTC")
        let events = try daemon.watch()
        try drop("sku,name,par_level\nTEA,Tea,20\n", as: "products-1.csv", into: folder)
        try await events.next("sync.finished")
        try drop("item;store;qty\nTEA;store-1;2\nTEA;nowhere;1\n", as: "levels-1.csv", into: folder)
        try await events.next("sync.finished")
        let report = try report(folder + "/done/levels-1.csv")
        #expect(report["rows"] as? Int == 2)
        #expect(report["applied"] as? Int == 1)
        #expect((report["skipped"] as? [[String: Any]])?.first?["line"] as? Int == 3)
        let source = try #require(try await daemon.list("sync", "status").first)
        #expect(source["kind"] as? String == "csv")
        #expect(source["counts_applied"] as? Int == 1)
        let level = try #require(try await daemon.list("stock", "get", "TEA").first)
        #expect(level["on_hand"] as? Int == 2)
        #expect(try await daemon.list("alert", "list").count == 1)
    }

    @Test func aFileCutOffByKillIsAppliedToItsEndAndNothingTwice() async throws {
        let (daemon, folder) = try daemon()
        try await daemon.start()
        try await daemon.done("location", "create", "store-1", "--time-zone", "UTC")
        let products = daemon.directory + "/products.csv"
        try ("sku,name\n" + (0..<Self.rows).map { "P\($0),Product \($0)\n" }.joined())
            .write(toFile: products, atomically: true, encoding: .utf8)
        let imported = try await daemon.done("import", products)
        #expect(imported["applied"] as? Int == Self.rows)
        try drop(
            "sku,location,quantity\n" + (0..<Self.rows).map { "P\($0),store-1,\($0 + 100)\n" }.joined(), as: "levels.csv",
            into: folder)
        for _ in 0..<3 {
            let before = try await applied(daemon)
            while !FileManager.default.fileExists(atPath: folder + "/done/levels.csv"), try await applied(daemon) <= before {}
            try await daemon.stop(SIGKILL)
            try await daemon.start()
        }
        try await daemon.done("sync", "run")
        while !FileManager.default.fileExists(atPath: folder + "/done/levels.csv") { try await daemon.done("sync", "run") }
        let report = try report(folder + "/done/levels.csv")
        #expect(report["rows"] as? Int == Self.rows)
        #expect(report["applied"] as? Int == Self.rows)
        let exported = try await daemon.stockctl(["export", "movements"])
        #expect(exported.output.split(separator: "\r\n").count == Self.rows + 1)
    }

    /// Counts that the run under way has applied.
    private func applied(_ daemon: RunningDaemon) async throws -> Int {
        try await daemon.list("sync", "status").first?["counts_applied"] as? Int ?? 0
    }

    @Test func whatIsExportedCanBeImportedAndChangesNothing() async throws {
        let (daemon, _) = try daemon()
        try await daemon.start()
        try await daemon.done("location", "create", "store-1", "--time-zone", "UTC")
        let name = "=HYPERLINK(\"http://evil\"), é"
        try await daemon.done(
            "product", "create", "--sku=-A,1", "--name", name, "--price", "4.99", "--location", "store-1", "--quantity", "7")
        for what in ["products", "levels"] {
            let exported = try await daemon.stockctl(["export", what])
            #expect(exported.status == 0, "\(exported.errors)")
            #expect(!exported.output.contains("\r\n-A"))
            let file = daemon.directory + "/\(what)-out.csv"
            try exported.output.write(toFile: file, atomically: true, encoding: .utf8)
            let imported = try await daemon.done("import", file)
            #expect(imported["rows"] as? Int == 1)
            #expect(imported["unchanged"] as? Int == 1, "\(what): \(exported.output)")
        }
        let lines = try await daemon.stockctl(["export", "products", "--format", "jsonl"])
        let object = try JSONSerialization.jsonObject(with: Data(lines.output.utf8)) as? [String: Any]
        #expect(object?["name"] as? String == name)
    }

    @Test func aDryRunSaysWhatWouldBecomeOfAFileAndDoesNothing() async throws {
        let (daemon, _) = try daemon()
        try await daemon.start()
        let file = daemon.directory + "/new.csv"
        try "sku,name\nA,Tea\n,None\n".write(toFile: file, atomically: true, encoding: .utf8)
        let dry = try await daemon.stockctl(["import", file, "--dry-run"])
        #expect(dry.status == 2)
        #expect(dry.output.contains("Would apply 1 of 2 rows of products."))
        #expect(try await daemon.list("product", "list").isEmpty)
        let wrong = try await daemon.stockctl(["import", file, "--kind", "levels"])
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("its columns are those of products"))
    }
}
