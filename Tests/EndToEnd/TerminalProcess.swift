import Foundation
import StockTestSupport
import Synchronization

/// A program in a terminal of its own, as its session's leader.
final class TerminalProcess: Sendable {
    private struct State {
        var output = ""
        var waiting: (text: String, after: Int, continuation: CheckedContinuation<Bool, Never>)?
        var hasEnded = false
    }

    private let terminal: Int32
    let pid: pid_t
    private let state = Mutex(State())

    /// glibc's POSIX_SPAWN_SETSID, which its headers show to GNU programs only.
    private static let newSession: Int16 = 0x80

    /// - Parameter environment: beside `TERM`.
    init(_ command: [String], environment: [String: String], columns: UInt16 = 80, rows: UInt16 = 24) throws {
        var terminal: Int32 = -1
        var other: Int32 = -1
        var path = [CChar](repeating: 0, count: 128)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&terminal, &other, &path, nil, &size) == 0 else {
            throw ServerProcess.Failure(description: "no terminal: \(String(cString: strerror(errno)))")
        }
        _ = fcntl(terminal, F_SETFD, FD_CLOEXEC)
        _ = fcntl(other, F_SETFD, FD_CLOEXEC)
        // Ours would keep it open after the program has ended.
        close(other)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that a session's leader opens is its own.
        posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of ours block signals, and whoever runs the tests in the background has some ignored.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGINT, SIGQUIT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = TerminalProcess.newSession | Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, flags)
        let arguments = command.map { strdup($0) } + [nil]
        let variables = environment.merging(["TERM": "xterm-256color"]) { given, _ in given }.map { strdup("\($0)=\($1)") } + [nil]
        defer { for case let text? in arguments + variables { free(text) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, command[0], &actions, &attributes, arguments, variables)
        guard failure == 0 else {
            close(terminal)
            throw ServerProcess.Failure(description: "cannot run \(command[0]): \(String(cString: strerror(failure)))")
        }
        (self.terminal, self.pid) = (terminal, pid)
        Thread { [self, terminal] in
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            var bytes: [UInt8] = []
            // The terminal's end is an error, once nobody has it open.
            while case let count = read(terminal, &buffer, buffer.count), count > 0 {
                bytes += buffer[..<count]
                let text = String(decoding: bytes, as: UTF8.self)
                settle { $0.output = text }
            }
            settle { $0.hasEnded = true }
        }.start()
    }

    deinit {
        kill(pid, SIGKILL)
        close(terminal)
    }

    /// All that was written so far, controls included.
    var output: String { state.withLock(\.output) }

    func type(_ text: String) { _ = Array(text.utf8).withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) } }

    func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
    }

    /// Returns once `text` has been written after the first `after` characters; false if it never will be, or the test's
    /// time is over.
    func shows(_ text: String, after: Int = 0) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.output.dropFirst(after).contains(text) { return true }
                    if state.hasEnded { return false }
                    state.waiting = (text, after, continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            settle { $0.hasEnded = true }
        }
    }

    private func settle(_ change: (inout State) -> Void) {
        let done = state.withLock { state -> (CheckedContinuation<Bool, Never>, Bool)? in
            change(&state)
            guard let waiting = state.waiting else { return nil }
            let isThere = state.output.dropFirst(waiting.after).contains(waiting.text)
            guard isThere || state.hasEnded else { return nil }
            state.waiting = nil
            return (waiting.continuation, isThere)
        }
        done?.0.resume(returning: done?.1 ?? false)
    }

    /// How the process ended, as `waitpid` tells, once all that it wrote has been read.
    func end() async throws -> Int32 {
        let status = try await onThread { [pid] in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            return status
        }
        _ = await shows("what no program writes")
        return status
    }

    /// Lines are typed as usual, and echoed.
    var isCooked: Bool {
        var settings = termios()
        return tcgetattr(terminal, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO | ICANON | ISIG) == tcflag_t(ECHO | ICANON | ISIG)
    }
}
