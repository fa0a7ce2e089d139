import CSystemd
import Glibc

/// Where log entries go.
package enum LogOutput: Hashable, Sendable {
    /// journald, with native fields.
    case journal
    /// Readable lines to a descriptor, one `write(2)` each.
    case lines(descriptor: Int32)

    /// The journal if standard error is connected to it, else readable lines on standard error.
    ///
    /// systemd names the device and inode of the stream it connected in `$JOURNAL_STREAM`; a service whose standard
    /// error was redirected afterwards still has the variable, so it is compared with what the descriptor is.
    package static func detect(journalStream: String?, standardError: Int32 = STDERR_FILENO) -> LogOutput {
        var status = stat()
        guard let journalStream, fstat(standardError, &status) == 0,
            let named = StreamIdentity(journalStream),
            named == StreamIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        else { return .lines(descriptor: standardError) }
        return .journal
    }

    /// `DEVICE:INODE`, in decimal.
    private struct StreamIdentity: Equatable {
        var device: UInt64
        var inode: UInt64

        init(device: UInt64, inode: UInt64) {
            self.device = device
            self.inode = inode
        }

        init?(_ text: String) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt64($0) }
            guard parts.count == 2, let device = parts[0], let inode = parts[1] else { return nil }
            self.init(device: device, inode: inode)
        }
    }

    func send(_ fields: [JournalField]) {
        let encoded = fields.map(\.bytes)
        var vectors: [iovec] = []
        vectors.reserveCapacity(encoded.count)
        // One block of memory keeps every field in place while the journal is told.
        var all = encoded.flatMap { $0 }
        all.withUnsafeMutableBytes { memory in
            var at = 0
            for field in encoded {
                vectors.append(iovec(iov_base: memory.baseAddress! + at, iov_len: field.count))
                at += field.count
            }
            _ = sd_journal_sendv(vectors, Int32(vectors.count))
        }
    }

    /// Writes all of `line`. An entry that cannot be written is lost: there is nowhere to complain.
    static func write(_ line: String, to descriptor: Int32) {
        var line = line
        line.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count >= 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } else if errno == EAGAIN {
                    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    guard poll(&waiting, 1, -1) > 0 || errno == EINTR else { return }
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
