import CLoad
import Foundation

extension Workload {
    static let requestWorkloads = [ping, reads]

    /// What a request costs that asks for next to nothing, against a line sent back by another process.
    private static let ping = Workload(name: "system.status, one in flight") { bench in
        let stockd = try LineServer(stockd: bench, database: bench.copy(of: bench.shop()))
        let echo = try EchoServer(bench)
        defer {
            stockd.stop()
            echo.stop()
        }
        let requests = Requests(lines: .ping, of: bench.products), shape = Shape(connections: 1)
        let row = Row(
            name: "system.status, one in flight: p50", unit: "µs", direction: .lowerIsBetter, required: .of(.floor, 2.5),
            aimed: .of(.floor, 1.5))
        let trials = [
            Trial(.stockd) { [try bench.load(stockd.socket, requests, shape).p50] },
            Trial(.floor) { try onFirstProcessor { [try bench.load(echo.socket, requests, shape).p50] } },
        ]
        let peers = try bench.peers.all().map { peer in
            Trial(peer.contender) { [peer.attempt { try $0.run(.ping, shape) }?.p50] }
        }
        return try bench.compare([row], trials + peers)
    }

    /// Small reads as a web page asks for them: many at once on one connection.
    private static let reads = Workload(name: "small reads, 64 in flight") { bench in
        let stockd = try LineServer(stockd: bench, database: bench.copy(of: bench.shop()))
        let floor = try LineServer(floor: bench, database: bench.copy(of: bench.floorShop()))
        defer {
            stockd.stop()
            floor.stop()
        }
        let shape = Shape(connections: 1, inFlight: 64)
        return try [("system.status", Work.ping), ("stock.get", .level)].flatMap { name, work in
            let requests = Requests(lines: work, of: bench.products)
            let row = Row(
                name: "small reads, 64 in flight: \(name)", unit: "requests/s", required: .at(60_000), aimed: .at(250_000))
            let ours = [stockd, floor].map { server in
                Trial(server.contender) { [try bench.load(server.socket, requests, shape).rate] }
            }
            let peers = try bench.peers.all().map { peer in
                Trial(peer.contender) { [peer.attempt { try $0.run(work, shape) }?.rate] }
            }
            return try bench.compare([row], ours + peers)
        }
    }

    /// Keeps this thread on the first processor while `body` runs.
    private static func onFirstProcessor<T>(_ body: () throws -> T) rethrows -> T {
        cload_stay_on(0)
        defer { cload_stay_on(-1) }
        return try body()
    }
}
