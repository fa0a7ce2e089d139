import Foundation
import Synchronization

/// The lines that a process writes, read on a thread of their own as they come, for one reader.
package final class LineReader: Sendable {
    private struct State {
        var waiting: [Data] = []
        var hasEnded = false
        var reader: CheckedContinuation<Data?, Never>?
        var everything = Data()
    }

    private let state = Mutex(State())

    package init(_ file: FileHandle) {
        Thread { [weak self] in
            var buffer = Data()
            while case let part = file.availableData, !part.isEmpty {
                self?.state.withLock { $0.everything.append(part) }
                let pieces = part.split(separator: 0x0A, omittingEmptySubsequences: false)
                for piece in pieces.dropLast() {
                    self?.add(buffer + piece)
                    buffer = Data()
                }
                if let rest = pieces.last { buffer.append(rest) }
            }
            self?.end()
        }.start()
    }

    /// nil: there will be no more.
    package func next() async -> Data? {
        await withCheckedContinuation { continuation in
            let (line, isSettled) = state.withLock { state -> (Data?, Bool) in
                if !state.waiting.isEmpty { return (state.waiting.removeFirst(), true) }
                if state.hasEnded { return (nil, true) }
                state.reader = continuation
                return (nil, false)
            }
            if isSettled { continuation.resume(returning: line) }
        }
    }

    /// Every byte so far, whoever has read it.
    package var everything: Data { state.withLock(\.everything) }

    private func add(_ line: Data) {
        let reader = state.withLock { state -> CheckedContinuation<Data?, Never>? in
            defer { state.reader = nil }
            if state.reader == nil { state.waiting.append(line) }
            return state.reader
        }
        reader?.resume(returning: line)
    }

    private func end() {
        let reader = state.withLock { state -> CheckedContinuation<Data?, Never>? in
            defer { state.reader = nil }
            state.hasEnded = true
            return state.reader
        }
        reader?.resume(returning: nil)
    }
}
