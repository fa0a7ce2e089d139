import Foundation

/// Whether anybody else keeps the machine busy: a sync takes thirty times as long when somebody does.
enum Quiet {
    /// The share of all processors' time above which a second does not count as quiet.
    private static let busy = 0.05

    /// Waits for a second in which nearly nothing runs, at most `seconds` long. Returns whether it came.
    static func wait(atMost seconds: Double) -> Bool {
        guard seconds > 0 else { return true }
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let share = shareOfNextSecond()
            if share < busy { return true }
            if ContinuousClock.now >= deadline {
                let percent = Int((share * 100).rounded())
                Report.note("gave up waiting for quiet after \(Int(seconds)) s: others use \(percent) % of the processors")
                return false
            }
        }
    }

    private static func shareOfNextSecond() -> Double {
        let before = ticks()
        usleep(1_000_000)
        let after = ticks()
        let all = after.all - before.all
        return all > 0 ? 1 - Double(after.idle - before.idle) / Double(all) : 0
    }

    /// Of all processors since they were started, as /proc/stat has it: user, nice, system, idle, iowait…
    private static func ticks() -> (all: Int, idle: Int) {
        let text = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
        let numbers = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().compactMap { Int($0) }
        guard numbers.count > 4 else { return (0, 0) }
        return (numbers.prefix(8).reduce(0, +), numbers[3] + numbers[4])
    }
}
