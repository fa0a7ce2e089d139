import Foundation

/// The real daemon over a database, in a directory of its own.
final class RunningDaemon {
    let socket: String
    /// From the start of the process to the line that says it is ready.
    let secondsToReady: Double
    private let process = Process()

    init(_ bench: Bench, database: String) throws {
        let name = "daemon-\(UUID().uuidString.prefix(8))"
        socket = bench.path("\(name).sock")
        let configuration = bench.path("\(name).yaml")
        // Sweeps are asked for, not waited for.
        try "database: \(database)\ncontrol:\n  socket: \(socket)\nalerts:\n  check_interval: 7d\ndelivery:\n  mode: log\n"
            .write(toFile: configuration, atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: bench.daemon)
        process.arguments = ["--config", configuration]
        let notify = NotifySocket(path: bench.path("\(name).notify"))
        process.environment = ProcessInfo.processInfo.environment.merging(["NOTIFY_SOCKET": notify.path]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let start = ContinuousClock.now
        try process.run()
        notify.awaitReady()
        secondsToReady = (ContinuousClock.now - start) / .seconds(1)
    }

    /// Resident memory in MiB, from /proc.
    var resident: Double {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return Double(line.split(separator: " ").dropFirst().first ?? "0").map { $0 / 1024 } ?? 0
    }

    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    deinit { stop() }
}

/// What systemd would listen on: a daemon says there that it is ready.
private final class NotifySocket {
    let path: String
    private let descriptor: Int32

    init(path: String) {
        self.path = path
        descriptor = datagrams(path)
        // A daemon that never gets ready must not keep the benchmark for ever.
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func awaitReady() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            precondition(count >= 0, "the daemon did not get ready")
            if String(decoding: buffer[..<count], as: UTF8.self).contains("READY=1") { return }
        }
    }
}

extension Workload {
    /// Requests through the socket, one at a time and 64 in flight, against a bare echo of lines as long.
    static let roundTrips = Workload(name: "round trips") { bench in
        let daemon = try RunningDaemon(bench, database: try bench.largeDatabase())
        let client = try LineClient(path: daemon.socket)
        let echo = Echo(path: bench.path("echo.sock"))
        let bare = try LineClient(path: bench.path("echo.sock"))
        defer { _ = echo }
        let requests = [
            ("system.status", #"{"jsonrpc":"2.0","id":1,"method":"system.status"}"#),
            ("stock.get", #"{"jsonrpc":"2.0","id":1,"method":"stock.get","params":{"sku":"SKU-77","location":"Store 3"}}"#),
        ]
        var found: [Measurement] = []
        for (name, text) in requests {
            let line = Array(text.utf8) + [10]
            func p50(_ client: LineClient) -> Double {
                for _ in 0..<200 { client.roundTrip(line) }
                return median((0..<3000).map { _ in seconds { client.roundTrip(line) } }) * 1_000_000
            }
            found.append(Measurement(workload: "\(name), one in flight, p50", unit: "µs", stockd: p50(client), floor: p50(bare)))
            let burst = Array(repeatElement(line, count: 64).joined())
            func rate(_ client: LineClient) -> Double {
                64 * 200 / seconds {
                    for _ in 0..<200 {
                        client.send(burst)
                        client.receive(lines: 64)
                    }
                }
            }
            found.append(Measurement(workload: "\(name), 64 in flight", unit: "requests/s", stockd: rate(client), floor: rate(bare)))
        }
        daemon.stop()
        return found
    }

    /// How long until it answers, and what it holds in memory: with the large database against an empty one.
    static let startUp = Workload(name: "start and memory") { bench in
        let path = try bench.largeDatabase()
        func measure(_ database: String) throws -> (ready: Double, resident: Double) {
            var ready: [Double] = [], resident = 0.0
            for _ in 0..<5 {
                let daemon = try RunningDaemon(bench, database: database)
                ready.append(daemon.secondsToReady)
                let client = try LineClient(path: daemon.socket)
                for method in ["system.status", "stock.summary", "alert.check"] {
                    client.roundTrip(Array(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"#.utf8) + [10])
                }
                resident = max(resident, daemon.resident)
                daemon.stop()
            }
            return (median(ready) * 1000, resident)
        }
        let large = try measure(path), empty = try measure(bench.path("empty.db"))
        return [
            Measurement(workload: "start to READY, \(bench.levels) levels (floor: none)", unit: "ms", stockd: large.ready, floor: empty.ready),
            Measurement(workload: "resident, \(bench.levels) levels (floor: none)", unit: "MiB", stockd: large.resident, floor: empty.resident),
        ]
    }
}
