import Foundation

/// Where seeds come from: STOCKD_TEST_SEED=N replays one, STOCKD_TEST_SEEDS=N runs the first N.
package enum Seeds {
    package static func chosen(count: UInt64) -> ClosedRange<UInt64> {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["STOCKD_TEST_SEED"].flatMap(UInt64.init) { return seed...seed }
        return 1...(environment["STOCKD_TEST_SEEDS"].flatMap(UInt64.init) ?? count)
    }
}
