import Foundation

/// A server that speaks lines of JSON: stockd, or the daemon in C that does the same work.
final class LineServer {
    let contender: Contender
    let socket: String
    let server: ReadyServer

    /// stockd over a database, in a configuration of its own.
    init(stockd bench: Bench, database: String) throws {
        contender = .stockd
        socket = bench.newPath("stockd.sock")
        let configuration = bench.newPath("stockd.yaml")
        // Sweeps are asked for, not waited for.
        try "database: \(database)\ncontrol:\n  socket: \(socket)\nalerts:\n  check_interval: 7d\ndelivery:\n  mode: log\n"
            .write(toFile: configuration, atomically: true, encoding: .utf8)
        server = try ReadyServer(bench, [bench.program("stockd"), "--config", configuration, "--log-level", "warning"])
    }

    init(floor bench: Bench, database: String) throws {
        contender = .floor
        socket = bench.newPath("floor.sock")
        server = try ReadyServer(bench, [bench.program("stock-floor"), "serve", database, socket])
    }

    func stop() { server.child.stop() }
}

/// A server that sends back whatever it gets.
final class EchoServer {
    let socket: String
    private let server: ReadyServer

    init(_ bench: Bench) throws {
        socket = bench.newPath("echo.sock")
        // Beside the one that asks, which stays on the first processor: what passes between two costs more, and it is
        // what a server with work of its own has to do.
        let processors = ProcessInfo.processInfo.activeProcessorCount
        server = try ReadyServer(bench, [bench.program("stock-floor"), "echo", socket, processors > 1 ? "1" : "-1"])
    }

    func stop() { server.child.stop() }
}
