import CSQLite
import Foundation

/// SQLite's C interface with nothing around it.
final class PlainSQLite {
    private var handle: OpaquePointer?

    init(path: String) {
        precondition(sqlite3_open(path, &handle) == SQLITE_OK)
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = FULL")
        execute("PRAGMA cache_size = -16000")
    }

    deinit { sqlite3_close(handle) }

    func execute(_ sql: String) {
        precondition(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK, String(cString: sqlite3_errmsg(handle)))
    }

    func prepare(_ sql: String) -> OpaquePointer? {
        var statement: OpaquePointer?
        precondition(sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, String(cString: sqlite3_errmsg(handle)))
        return statement
    }

    func step(_ statement: OpaquePointer?, _ values: Int64...) {
        for (index, value) in values.enumerated() { sqlite3_bind_int64(statement, Int32(index + 1), value) }
        while sqlite3_step(statement) == SQLITE_ROW {}
        sqlite3_reset(statement)
    }

    /// The tables that a movement touches, no more.
    func makeLevels() {
        execute(
            """
            CREATE TABLE level (product_id INTEGER, location_id INTEGER, on_hand INTEGER, counted_at INTEGER,
                last_movement INTEGER, PRIMARY KEY (product_id, location_id)) WITHOUT ROWID;
            CREATE TABLE movement (id INTEGER PRIMARY KEY, previous_id INTEGER, product_id INTEGER, location_id INTEGER,
                delta INTEGER, balance INTEGER, at INTEGER);
            """)
    }
}

/// A Unix socket whose other end sends every line back: what a round trip costs at the least.
final class Echo: @unchecked Sendable {
    let descriptor: Int32

    init(path: String) {
        descriptor = listening(path)
        let thread = Thread { [descriptor] in
            let client = accept(descriptor, nil, nil)
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(client, &buffer, buffer.count)
                guard count > 0, write(client, buffer, count) == count else { break }
            }
            close(client)
        }
        thread.start()
    }

    deinit { close(descriptor) }
}

private func listening(_ path: String) -> Int32 {
    let descriptor = bound(path, SOCK_STREAM)
    precondition(listen(descriptor, 8) == 0)
    return descriptor
}

func datagrams(_ path: String) -> Int32 { bound(path, SOCK_DGRAM) }

private func bound(_ path: String, _ type: __socket_type) -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(type.rawValue), 0)
    var address = unixAddress(path)
    let outcome = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
    precondition(outcome == 0, "cannot bind \(path)")
    return descriptor
}

private func unixAddress(_ path: String) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    return address
}

/// A blocking client that knows lines and nothing else.
final class LineClient {
    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 20)

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = unixAddress(path)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard connected == 0 else { throw CocoaError(.fileReadUnknown) }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) { precondition(write(descriptor, bytes, bytes.count) == bytes.count) }

    /// Reads until `lines` line ends have come.
    func receive(lines: Int) {
        var missing = lines
        while missing > 0 {
            let count = read(descriptor, &buffer, buffer.count)
            precondition(count > 0, "the other end closed")
            for byte in buffer[..<count] where byte == 10 { missing -= 1 }
        }
    }

    func roundTrip(_ line: [UInt8]) {
        send(line)
        receive(lines: 1)
    }
}
