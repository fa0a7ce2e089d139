import Crypto
import Glibc
import StockDomain

/// A name in a folder: bytes, as people may name files what they like.
struct FileName: Hashable, Sendable, Codable {
    /// Without the final zero.
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }
    init(_ text: String) { bytes = Array(text.utf8) }

    /// For people.
    var text: String { Text.mended(String(decoding: bytes, as: UTF8.self)) ?? "?" }

    func with<T>(_ body: (UnsafePointer<CChar>) -> T) -> T {
        (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { body($0.baseAddress!) }
    }

    func hasSuffix(_ suffix: String) -> Bool {
        String(decoding: bytes, as: UTF8.self).lowercased().hasSuffix(suffix)
    }
}

/// What tells a file from another, and from itself when it has changed.
struct FileIdentity: Hashable, Sendable, Codable {
    var device: UInt64
    var inode: UInt64
    var size: Int64
    /// Nanoseconds since 1970, as far as they reach (the year 2262): anybody may date a file as they like.
    var modified: Int64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Int64(clamping: Int128(status.st_mtim.tv_sec) * 1_000_000_000 + Int128(status.st_mtim.tv_nsec))
    }

    /// Of what has that name there, without following a link; nil: nothing has.
    init?(_ name: FileName, in folder: Int32) {
        var status = stat()
        guard name.with({ fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else { return nil }
        self.init(status)
    }

    var modifiedAt: Timestamp { Timestamp(milliseconds: modified.flooredQuotient(1_000_000)) }
}

/// A file that is open for reading.
final class OpenFile: Sendable {
    private let descriptor: Int32
    private let name: FileName
    let identity: FileIdentity

    /// Follows no link, waits for no writer of a FIFO, and opens nothing but a regular file. Throws `CSVProblem` for what is
    /// the file's own, and `SyncFailure` for what may pass.
    init(_ name: FileName, in folder: Int32) throws {
        self.name = name
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
        descriptor = name.with { openat(folder, $0, flags) }
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: throw CSVProblem.gone
            case ELOOP: throw CSVProblem.notRegular("a symbolic link")
            case EACCES, EPERM: throw CSVProblem.unreadable(SystemError.text(errno))
            case let number: throw OpenFile.failure(name, number)
            }
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw CSVProblem.notRegular("no regular file")
        }
        identity = FileIdentity(status)
    }

    deinit { close(descriptor) }

    /// A disk that fails, or too many open files, say nothing of the file.
    private static func failure(_ name: FileName, _ number: Int32) -> SyncFailure {
        SyncFailure(.transient(retryAfter: nil), "cannot read \(name.text): \(SystemError.text(number))")
    }

    /// Fewer only at the end.
    func read(at offset: Int, count: Int) throws(SyncFailure) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                if got > 0 {
                    filled += got
                } else if got == 0 {
                    return
                } else if errno != EINTR {
                    failure = errno
                    return
                }
            }
        }
        if failure != 0 { throw OpenFile.failure(name, failure) }
        return bytes
    }

    /// Throws where it is no longer what it was when it was opened.
    func checkUnchanged() throws(CSVProblem) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, FileIdentity(status) == identity else { throw .changed }
    }

    /// SHA-256 of all of it, in hexadecimal. Throws `CSVProblem` where it is not UTF-8: before any row of it is applied.
    func digest() throws -> String {
        var hash = SHA256()
        var check = UTF8Check()
        var offset = 0
        while true {
            let bytes = try read(at: offset, count: 1 << 18)
            if bytes.isEmpty { break }
            hash.update(data: bytes)
            try check.take(bytes)
            offset += bytes.count
        }
        try check.finish()
        try checkUnchanged()
        return hash.finalize().withUnsafeBytes(Hex.text)
    }
}

enum SystemError {
    static func text(_ number: Int32) -> String { String(cString: strerror(number)) }
}
