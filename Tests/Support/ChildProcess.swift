import Foundation
import Synchronization

/// A process that inherits nothing but the standard streams. Foundation's `Process` lets children that start at the same
/// time inherit each other's pipes, whose ends then never come.
package final class ChildProcess: Sendable {
    /// Both of its standard streams. Never written to: that it ends tells the child that we are gone.
    package let output: FileHandle
    private let pid: pid_t
    private let status = Mutex<Int32?>(nil)

    package init(_ command: [String]) throws {
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw ServerProcess.Failure(description: "no socket: \(String(cString: strerror(errno)))")
        }
        output = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        let arguments = command.map { strdup($0) } + [nil]
        defer { for case let argument? in arguments { free(argument) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, command[0], &actions, nil, arguments, environ)
        close(ends[1])
        guard failure == 0 else {
            throw ServerProcess.Failure(description: "cannot run \(command[0]): \(String(cString: strerror(failure)))")
        }
        self.pid = pid
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
