import CLoad
import Foundation

/// A process that this one has started, and ends.
final class Child {
    let pid: pid_t
    private let log: String
    private var ended = false

    /// Nothing of its input and output is kept; what it says on standard error, `failure` repeats.
    init(_ arguments: [String], environment: [String: String] = [:], log: String) throws {
        self.log = log
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pid = withStrings(arguments) { arguments in
            withStrings(all.map { "\($0)=\($1)" }) { environment in cload_spawn(arguments, environment, log) }
        }
        guard pid > 0 else { throw BenchError("cannot start \(arguments[0]): \(String(cString: strerror(errno)))") }
        self.pid = pid
    }

    deinit { stop() }

    /// Asks it to end, and waits until it has.
    func stop(by signal: Int32 = SIGTERM) {
        guard !ended else { return }
        ended = true
        kill(pid, signal)
        waitpid(pid, nil, 0)
    }

    /// Whether it has ended by itself.
    var hasFailed: Bool {
        if !ended, waitpid(pid, nil, WNOHANG) == pid { ended = true }
        return ended
    }

    /// The end of what it has said.
    var lastWords: String {
        String(((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").suffix(2000))
    }

    /// Memory in MiB: resident, or with `children` the share of it that each of them has.
    func memory(children: Bool = false) -> Double {
        guard children else { return kilobytes("/proc/\(pid)/status", "VmRSS:") / 1024 }
        let family = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.filter { name in
            name == "\(pid)" || Int(kilobytes("/proc/\(name)/status", "PPid:")) == Int(pid)
        }
        return (family ?? []).map { kilobytes("/proc/\($0)/smaps_rollup", "Pss:") }.reduce(0, +) / 1024
    }

    private func kilobytes(_ file: String, _ field: String) -> Double {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(field) } ?? ""
        let number = line.dropFirst(field.count).split { $0 == " " || $0 == "\t" }.first
        return number.flatMap { Double($0) } ?? 0
    }
}

/// Hands over strings as C wants a list of them, with NULL at its end.
func withStrings<T>(_ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> T) -> T {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies.map { UnsafePointer($0) } + [nil])
}

/// Runs a program to its end, as fast as that goes. Returns seconds.
func timeToRun(_ arguments: [String]) throws -> Double {
    let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
    let seconds = withStrings(arguments) { arguments in withStrings(environment) { cload_time(arguments, $0) } }
    guard seconds >= 0 else { throw BenchError("\(arguments.joined(separator: " ")) failed") }
    return seconds
}
