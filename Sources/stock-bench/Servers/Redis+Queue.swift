extension Redis {
    /// A list for what waits and one for what is leased; each of the three steps is on the disk before the next.
    func deliver(batch: Int) throws -> Double {
        let lease = """
            for i = 1, \(batch) do redis.call('LMOVE', 'queue', 'leased', 'RIGHT', 'LEFT') end
            return redis.call('LLEN', 'leased')
            """
        let complete = "redis.call('LPOP', 'leased', \(batch)) return redis.call('LLEN', 'leased')"
        let messages = (0..<batch).map { "message-\($0)" }
        let texts = [["LPUSH", "queue"] + messages, ["EVAL", lease, "0"], ["EVAL", complete, "0"]].map(Redis.command)
        return try bench.load(socket, Requests(texts: texts, isRESP: true), Shape(connections: 1)).rate / 3 * Double(batch)
    }
}
