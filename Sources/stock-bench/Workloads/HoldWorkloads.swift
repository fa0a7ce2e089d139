import Foundation

extension Workload {
    /// Holds as buyers ask for them: each is on the disk before it is answered.
    static let holdWorkloads: [Workload] = [
        holds(
            "hold.place, 64 connections", .place, Shape(connections: 64),
            rate: (.of(.redis, 0.5), .of(.redis, 0.92)), p99: (.of(.redis, 3), .at(4000))),
        holds(
            "hold.place, 256 connections", .place, Shape(connections: 256),
            rate: (.of(.redis, 0.5), .of(.redis, 0.86))),
        holds(
            "hold.place, 16 connections, 16 in flight", .place, Shape(connections: 16, inFlight: 16),
            rate: (.of(.redis, 0.45), .of(.redis, 0.75))),
        holds(
            "hold.place + confirm by Zipf, 64 connections", .placeAndConfirm, Shape(connections: 64),
            rate: (.of(.redis, 0.45), .of(.redis, 0.75))),
        holds(
            "hold.place, one in flight", .place, Shape(connections: 1), p50: (.of(.floor, 1.6), .of(.floor, 1.3))),
    ]

    private static func holds(
        _ name: String, _ work: Work, _ shape: Shape, rate: (Goal, Goal)? = nil, p50: (Goal, Goal)? = nil,
        p99: (Goal, Goal)? = nil
    ) -> Workload {
        Workload(name: name) { bench in
            let stockd = try LineServer(stockd: bench, database: bench.copy(of: bench.shop()))
            let floor = try LineServer(floor: bench, database: bench.copy(of: bench.floorShop()))
            defer {
                stockd.stop()
                floor.stop()
            }
            let requests = Requests(lines: work, of: bench.products)
            let rows = [
                Row(name: name, unit: "ops/s", required: rate?.0, aimed: rate?.1),
                Row(name: "\(name): p50", unit: "µs", direction: .lowerIsBetter, required: p50?.0, aimed: p50?.1),
                Row(name: "\(name): p99", unit: "µs", direction: .lowerIsBetter, required: p99?.0, aimed: p99?.1),
            ]
            func figures(_ outcome: LoadOutcome) -> [Double?] { [outcome.rate, outcome.p50, outcome.p99] }
            let ours = [stockd, floor].map { server in
                Trial(server.contender) { figures(try bench.load(server.socket, requests, shape)) }
            }
            let peers = try bench.peers.all().map { peer in
                Trial(peer.contender) { peer.attempt { try $0.run(work, shape) }.map(figures) ?? [] }
            }
            return try bench.compare(rows, ours + peers)
        }
    }
}
