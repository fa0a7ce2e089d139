/// Cuts a stream of bytes into lines ended by `\n`; a `\r` before it is dropped.
package struct LineFramer: Sendable {
    package struct TooLong: Error, Hashable, Sendable {
        package var limit: Int
    }

    /// The longest line, in bytes without its end.
    package let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0
    /// Up to here there is no `\n`.
    private var searched = 0

    package init(limit: Int) { self.limit = limit }

    /// Whether a line has begun that has not ended.
    package var isInsideLine: Bool { start < buffer.count }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        if start > 0, start == buffer.count || start > 1 << 16 {
            buffer.removeSubrange(..<start)
            searched -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole line, or nil until more bytes come. Throws as soon as a line is longer than the limit, whether
    /// or not its end has come; the stream is of no use afterwards.
    package mutating func next() throws(TooLong) -> [UInt8]? {
        guard let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = buffer.count
            guard buffer.count - start <= limit + 1 else { throw TooLong(limit: limit) }
            return nil
        }
        var line = buffer[start..<end]
        start = end + 1
        searched = start
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard line.count <= limit else { throw TooLong(limit: limit) }
        return Array(line)
    }
}
