import Foundation
import Testing

/// stockctl is to start at once and run anywhere: it must not pull in what only the daemon needs.
@Suite(.timeLimit(.minutes(5))) struct StockctlLinkageTests {
    @Test func linksNeitherTheDatabaseNorCurlNorSystemdNorFoundation() throws {
        let built = URL(fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        let binary = built.deletingLastPathComponent().appending(path: "stockctl")
        let libraries = try neededLibraries(of: Data(contentsOf: binary))
        #expect(libraries.contains { $0.hasPrefix("libc.so") }, "the dynamic section was not read: \(libraries)")
        for unwanted in ["sqlite", "curl", "systemd", "libFoundation.so", "FoundationInternationalization", "FoundationNetworking"] {
            #expect(!libraries.contains { $0.contains(unwanted) }, "\(libraries)")
        }
    }

    /// The `NEEDED` entries of a 64-bit little-endian ELF file's dynamic section, by the System V ABI, chapter 5.
    private func neededLibraries(of file: Data) throws -> [String] {
        func number(_ offset: Int, _ bytes: Int) throws -> Int {
            try #require(offset >= 0 && offset + bytes <= file.count)
            return (0..<bytes).reduce(0) { $0 | Int(file[offset + $1]) << (8 * $1) }
        }
        try #require(file.prefix(6).elementsEqual([0x7F, 0x45, 0x4C, 0x46, 2, 1]))
        let headers = try number(0x28, 8)
        let headerSize = try number(0x3A, 2)
        let count = try number(0x3C, 2)
        let dynamicSection = 6
        for index in 0..<count {
            let header = headers + index * headerSize
            guard try number(header + 4, 4) == dynamicSection else { continue }
            let strings = try number(headers + number(header + 0x28, 4) * headerSize + 0x18, 8)
            let start = try number(header + 0x18, 8)
            let size = try number(header + 0x20, 8)
            return try stride(from: start, to: start + size, by: 16).compactMap { entry in
                let needed = 1
                guard try number(entry, 8) == needed else { return nil }
                let name = file[(strings + (try number(entry + 8, 8)))...].prefix { $0 != 0 }
                return String(decoding: name, as: UTF8.self)
            }
        }
        return []
    }
}
