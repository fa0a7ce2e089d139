import Foundation
import Glibc
import StockDomain
import Synchronization

/// Listens to what the kernel tells of a drop folder (inotify), on a thread of its own, and rings when there is something
/// to take. Without inotify (its limits are the system's) the source's interval remains.
final class FolderWatch: Sendable {
    private let folder: DropFolder
    private let ring: @Sendable () -> Void
    private let inotify: Int32
    /// A byte in it ends the thread's wait.
    private let wakes: (reading: Int32, writing: Int32)
    private let state = Mutex(State())

    private struct State {
        var ended = false
        /// Its descriptors may be others' by now.
        var closed = false
    }

    init?(_ folder: DropFolder, ring: @escaping @Sendable () -> Void) {
        self.folder = folder
        self.ring = ring
        inotify = inotify_init1(Int32(O_CLOEXEC | O_NONBLOCK))
        guard inotify >= 0 else { return nil }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            close(inotify)
            return nil
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        wakes = (ends[0], ends[1])
    }

    func start() {
        follow()
        let thread = Thread { self.listen() }
        thread.name = "stockd.drop"
        thread.start()
    }

    /// The folder that has the path now; the same one again changes nothing.
    func follow() {
        let mask = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR
        state.withLock { state in
            if !state.ended { _ = inotify_add_watch(inotify, folder.path, UInt32(mask)) }
            wake(state)
        }
    }

    func end() {
        state.withLock { state in
            state.ended = true
            wake(state)
        }
    }

    /// When the folder is to be looked at next may have changed.
    private func wake(_ state: State) {
        guard !state.closed else { return }
        var byte: UInt8 = 0
        _ = write(wakes.writing, &byte, 1)
    }

    private func listen() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !state.withLock(\.ended) {
            let wait = folder.nextLook.map { max(.zero, $0 - .now).milliseconds + 1 } ?? -1
            var polled = [
                pollfd(fd: inotify, events: Int16(POLLIN), revents: 0), pollfd(fd: wakes.reading, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&polled, 2, Int32(clamping: wait))
            while read(wakes.reading, &buffer, buffer.count) > 0 {}
            var count = read(inotify, &buffer, buffer.count)
            while count > 0 {
                hear(buffer[..<count])
                count = read(inotify, &buffer, buffer.count)
            }
            if let look = folder.nextLook, look <= .now {
                folder.looked()
                ring()
            }
        }
        state.withLock { state in
            state.closed = true
            close(inotify)
            close(wakes.reading)
            close(wakes.writing)
        }
    }

    /// `struct inotify_event`: watch, mask, cookie, length (four bytes each), name.
    private func hear(_ events: ArraySlice<UInt8>) {
        var rest = events
        while rest.count >= 16 {
            func word(_ index: Int) -> UInt32 {
                rest.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self) }
            }
            let mask = word(1), length = Int(word(3))
            guard rest.count >= 16 + length else { return }
            let name = FileName(bytes: Array(rest.dropFirst(16).prefix(length).prefix { $0 != 0 }))
            rest = rest.dropFirst(16 + length)
            if mask & UInt32(IN_Q_OVERFLOW) != 0 {
                folder.forgetArrivals()
                ring()
            } else if mask & UInt32(IN_MOVED_TO) != 0 {
                folder.heard(name, .moved)
            } else if mask & UInt32(IN_CLOSE_WRITE) != 0 {
                folder.heard(name, .closed)
            } else if mask & UInt32(IN_CREATE) != 0 {
                folder.heard(name, .begun)
            }
        }
    }
}
