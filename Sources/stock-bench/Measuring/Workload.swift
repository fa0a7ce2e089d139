/// A group of rows that are measured together.
struct Workload: Sendable {
    let name: String
    let run: @Sendable (Bench) throws -> [Measurement]

    static let all: [Workload] =
        holdWorkloads + requestWorkloads
        + [.storeAlone, .counts, .check, .raise, .queue, .start, .command]
    /// Runs only where it is asked for: it takes an hour.
    static let growing = Workload.growth
}

/// What a contender does once: a figure for each row, nil where it has none.
struct Trial {
    var contender: Contender
    var run: () throws -> [Double?]

    init(_ contender: Contender, _ run: @escaping () throws -> [Double?]) {
        self.contender = contender
        self.run = run
    }
}

extension Bench {
    /// Lets the contenders take turns, so that what changes on the machine meanwhile hits all of them.
    func compare(_ rows: [Row], _ trials: [Trial], rounds: Int? = nil) throws -> [Measurement] {
        var found = rows.map { Measurement(row: $0, samples: [:]) }
        for _ in 0..<(rounds ?? options.rounds) {
            for trial in trials {
                for (index, figure) in try trial.run().enumerated() {
                    if let figure { found[index].samples[trial.contender, default: []].append(figure) }
                }
            }
        }
        return found
    }
}

/// Seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start) / .seconds(1)
}

/// Why the benchmark cannot go on.
struct BenchError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
