import Foundation

/// Redis, syncing its log before each answer, and a script that does what a hold does: check, take, keep the hold and
/// when it expires.
final class Redis: PeerServer {
    let contender = Contender.redis
    let socket: String
    let bench: Bench
    private var server: ReadyServer
    private let arguments: [String]
    private let place, confirm: String

    static var missing: String? { installed("redis-server") == nil ? "redis-server is not installed" : nil }

    init(_ bench: Bench, products: Int) throws {
        self.bench = bench
        let directory = bench.newPath("redis")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        socket = bench.newPath("redis.sock")
        // Nothing is rewritten while it is measured.
        arguments = [
            installed("redis-server") ?? "redis-server", "--port", "0", "--unixsocket", socket, "--dir", directory,
            "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--auto-aof-rewrite-percentage", "0",
            "--supervised", "systemd", "--logfile", directory + "/log",
        ]
        server = try ReadyServer(bench, arguments)
        let client = try LineClient(socket)
        // Ids are ten digits long, so that the length of a request is known before its id is.
        try client.command("SET", "hold:last", "1000000000", lines: 1)
        for start in stride(from: 0, to: products, by: 500) {
            let range = start..<min(start + 500, products)
            try client.send(range.map {
                Redis.command(["HSET", "level:SKU-\($0):Store 0", "on_hand", "900000000", "held", "0"])
            }.joined())
            try client.receive(lines: range.count)
        }
        func load(_ script: String) throws -> String {
            let reply = try client.command("SCRIPT", "LOAD", script, lines: 2)
            return reply.split(separator: "\r\n").last.map(String.init) ?? ""
        }
        place = try load(Redis.placeScript)
        confirm = try load(Redis.confirmScript)
    }

    func run(_ work: Work, _ shape: Shape) throws -> LoadOutcome {
        try bench.load(socket, requests(work), shape)
    }

    private func requests(_ work: Work) -> Requests {
        let products = bench.products
        func place(_ product: Int) -> String {
            Redis.command(
                ["EVALSHA", self.place, "1", "level:SKU-\(product):Store 0", "1", "order-\(Requests.number)", "86400000"])
        }
        switch work {
        case .place:
            return Requests(texts: [place(0)], isRESP: true)
        case .placeAny:
            return Requests(texts: Draws.even(of: products).map(place), isRESP: true)
        case .placeAndConfirm:
            return Requests(
                texts: Draws.zipf(of: products).map(place),
                followUp: Redis.command(["EVALSHA", confirm, "0", Requests.id, "payment-\(Requests.number)"]), isRESP: true)
        case .ping:
            return Requests(texts: [Redis.command(["PING"])], isRESP: true)
        case .level:
            return Requests(
                texts: Draws.even(of: products).map { Redis.command(["HMGET", "level:SKU-\($0):Store 0", "on_hand", "held"]) },
                replyLines: 5, isRESP: true)
        }
    }

    /// How long it takes to be ready again with what it holds, and the memory it has then.
    func restart() throws -> (seconds: Double, memory: Double) {
        server.child.stop()
        server = try ReadyServer(bench, arguments)
        return (server.secondsToReady, server.memoryWhenReady)
    }

    func stop() { server.child.stop() }

    static func command(_ words: [String]) -> String {
        "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
    }

    private static let placeScript = """
        local stock = redis.call('HMGET', KEYS[1], 'on_hand', 'held')
        if not stock[1] or tonumber(stock[1]) - tonumber(stock[2]) < tonumber(ARGV[1]) then
            return redis.error_reply('insufficient_stock')
        end
        redis.call('HINCRBY', KEYS[1], 'held', ARGV[1])
        local id = redis.call('INCR', 'hold:last')
        local time = redis.call('TIME')
        local expires = time[1] * 1000 + ARGV[3]
        redis.call('HSET', 'hold:' .. id, 'level', KEYS[1], 'quantity', ARGV[1], 'order', ARGV[2], 'expires', expires,
            'state', 'held')
        redis.call('ZADD', 'hold:expiry', expires, id)
        return id
        """
    private static let confirmScript = """
        local key = 'hold:' .. ARGV[1]
        local hold = redis.call('HMGET', key, 'state', 'level', 'quantity', 'payment')
        if hold[1] ~= 'held' then
            if hold[4] == ARGV[2] then return 1 end
            return redis.error_reply('not_held')
        end
        redis.call('HINCRBY', hold[2], 'held', -hold[3])
        local balance = redis.call('HINCRBY', hold[2], 'on_hand', -hold[3])
        redis.call('HSET', key, 'state', 'confirmed', 'payment', ARGV[2])
        redis.call('ZREM', 'hold:expiry', ARGV[1])
        redis.call('XADD', 'movements', '*', 'level', hold[2], 'delta', -hold[3], 'balance', balance, 'hold', ARGV[1])
        return 1
        """
}

extension LineClient {
    @discardableResult
    func command(_ words: String..., lines: Int) throws -> String {
        try send(Redis.command(words))
        let reply = String(decoding: try receive(lines: lines), as: UTF8.self)
        guard !reply.hasPrefix("-") else { throw BenchError("Redis refused \(words[0]): \(reply)") }
        return reply
    }
}
