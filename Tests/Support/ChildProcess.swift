import Foundation
import Synchronization

/// A process that inherits nothing but the standard streams. Foundation's `Process` lets children that start at the same
/// time inherit each other's pipes, whose ends then never come.
package final class ChildProcess: Sendable {
    /// Its standard input and output. Never written to: that it ends tells the child that we are gone.
    package let output: FileHandle
    /// Its standard error, where that was asked for; else it is ours.
    package let errors: FileHandle?
    package let pid: pid_t
    private let status = Mutex<Int32?>(nil)

    /// - Parameters:
    ///   - environment: nil: ours.
    ///   - catchesErrors: whether standard error can be read from `errors`.
    package init(_ command: [String], environment: [String: String]? = nil, catchesErrors: Bool = false) throws {
        let ends = try ChildProcess.pair()
        output = FileHandle(fileDescriptor: ends.ours, closeOnDealloc: true)
        let errorEnds = catchesErrors ? try ChildProcess.pair() : nil
        errors = errorEnds.map { FileHandle(fileDescriptor: $0.ours, closeOnDealloc: true) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends.theirs, 0)
        posix_spawn_file_actions_adddup2(&actions, ends.theirs, 1)
        if let errorEnds { posix_spawn_file_actions_adddup2(&actions, errorEnds.theirs, 2) }
        // A connection that a child holds open as well never ends for whoever is at its other end.
        guard let closeFrom = ChildProcess.closeFrom, closeFrom(&actions, 3) == 0 else {
            throw ServerProcess.Failure(description: "the C library cannot close descriptors of children")
        }
        let arguments = command.map { strdup($0) } + [nil]
        let variables = (environment ?? ProcessInfo.processInfo.environment).map { strdup("\($0)=\($1)") } + [nil]
        defer { for case let text? in arguments + variables { free(text) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, command[0], &actions, nil, arguments, variables)
        close(ends.theirs)
        if let errorEnds { close(errorEnds.theirs) }
        guard failure == 0 else {
            throw ServerProcess.Failure(description: "cannot run \(command[0]): \(String(cString: strerror(failure)))")
        }
        self.pid = pid
    }

    /// glibc's `posix_spawn_file_actions_addclosefrom_np`, which its headers show to GNU programs only.
    private static let closeFrom = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
        unsafeBitCast($0, to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)
    }

    private static func pair() throws -> (ours: Int32, theirs: Int32) {
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw ServerProcess.Failure(description: "no socket: \(String(cString: strerror(errno)))")
        }
        return (ends[0], ends[1])
    }

    deinit { kill() }

    package func kill() {
        status.withLock { status in
            guard status == nil else { return }
            Foundation.kill(pid, SIGKILL)
            status = reap()
        }
    }

    /// The exit status, once it ends by itself.
    package func wait() -> Int32 {
        status.withLock { status in
            let result = status ?? reap()
            status = result
            return result
        }
    }

    private func reap() -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
