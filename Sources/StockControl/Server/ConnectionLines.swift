import NIOCore

/// Cuts what a connection reads into lines, without copying where a read brings whole ones. A `\r` before the end is
/// dropped.
struct ConnectionLines {
    enum Next {
        case line(ByteBuffer)
        case tooLong
        /// Until more comes.
        case none
    }

    /// Of one line, in bytes without its end.
    let limit: Int
    private var buffer = ByteBuffer()
    /// So many bytes from the reader's place on there is no end.
    private var searched = 0

    init(limit: Int) { self.limit = limit }

    /// False once `next` has found none.
    var mayHoldOne: Bool { searched < buffer.readableBytes }
    /// A line that has begun and not ended, as far as is known.
    var holdsUnended: Bool { buffer.readableBytes > 0 && !mayHoldOne }

    mutating func append(_ bytes: ByteBuffer) {
        var bytes = bytes
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.discardReadBytes()
            buffer.writeBuffer(&bytes)
        }
    }

    mutating func clear() {
        buffer = ByteBuffer()
        searched = 0
    }

    mutating func next() -> Next {
        let view = buffer.readableBytesView
        guard let end = view[(view.startIndex + searched)...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = view.count
            return view.count > limit + 1 ? .tooLong : .none
        }
        var length = end - view.startIndex
        searched = 0
        guard var line = buffer.readSlice(length: length + 1) else { return .none }
        if length > 0, line.getInteger(at: line.readerIndex + length - 1, as: UInt8.self) == UInt8(ascii: "\r") { length -= 1 }
        guard length <= limit else { return .tooLong }
        line.moveWriterIndex(to: line.readerIndex + length)
        return .line(line)
    }
}
