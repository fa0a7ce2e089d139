import Foundation

/// Who did the work.
enum Contender: String, CaseIterable {
    case stockd
    /// The same work in C, with nothing of stockd around it.
    case floor
    case redis, postgres
    case systemctl
    /// stockd itself, where less is stored.
    case smaller
}

/// Where a figure ought to be.
struct Goal {
    enum Measure {
        case absolute
        /// A multiple of somebody's figure in the same run.
        case times(Contender)
    }

    var value: Double
    var measure: Measure

    static func of(_ contender: Contender, _ factor: Double) -> Goal { Goal(value: factor, measure: .times(contender)) }
    static func at(_ value: Double) -> Goal { Goal(value: value, measure: .absolute) }
}

/// One figure of a workload: what it is called, and where it ought to be.
struct Row {
    enum Direction { case higherIsBetter, lowerIsBetter }

    var name: String
    var unit: String
    var direction = Direction.higherIsBetter
    var required: Goal?
    var aimed: Goal?
}

/// A row with what was found: samples in the order they were taken.
struct Measurement {
    var row: Row
    var samples: [Contender: [Double]]
    /// False: the machine was busy when the workload began, and the figures say less.
    var quiet = true

    func figure(_ contender: Contender) -> Double? {
        samples[contender].flatMap { $0.isEmpty ? nil : median($0) }
    }

    /// stockd's figure over another's.
    func ratio(to contender: Contender) -> Double? {
        guard let ours = figure(.stockd), let theirs = figure(contender), theirs > 0 else { return nil }
        return ours / theirs
    }

    enum Verdict: String { case aimed, required, missed, unknown }

    /// unknown: there is no goal, or the one it is measured by did not run.
    var verdict: Verdict {
        if let aimed = row.aimed, meets(aimed) == true { return .aimed }
        guard let required = row.required, let met = meets(required) else { return .unknown }
        return met ? .required : .missed
    }

    private func meets(_ goal: Goal) -> Bool? {
        guard let ours = figure(.stockd) else { return nil }
        let limit: Double
        switch goal.measure {
        case .absolute: limit = goal.value
        case .times(let contender):
            guard let theirs = figure(contender) else { return nil }
            limit = goal.value * theirs
        }
        return row.direction == .higherIsBetter ? ours >= limit : ours <= limit
    }

    func text(_ goal: Goal?) -> String {
        guard let goal else { return "" }
        let sign = row.direction == .higherIsBetter ? "≥" : "≤"
        return switch goal.measure {
        case .absolute: "\(sign) \(Figure.text(goal.value))"
        case .times(let contender): "\(sign) \(Figure.text(goal.value)) × \(contender.rawValue)"
        }
    }
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    let half = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

enum Figure {
    /// As many places as say something.
    static func text(_ value: Double) -> String {
        switch abs(value) {
        case 100...: String(format: "%.0f", value)
        case 10..<100: value == value.rounded() ? String(format: "%.0f", value) : String(format: "%.1f", value)
        default: value == value.rounded() ? String(format: "%.0f", value) : String(format: "%.2f", value)
        }
    }
}
