import Foundation

/// How measurements are printed: a line each, as soon as they are there, because a workload may take minutes.
struct Report {
    let json: Bool

    func begin() {
        if !json { say(Report.line("workload", "stockd", "floor", "ratio", "unit", "required", "aimed", "met", "beside")) }
    }

    func add(_ measurement: Measurement) throws {
        say(json ? try Report.json(measurement) : Report.line(measurement))
    }

    /// What is said about the run, not of it.
    static func note(_ text: String) { FileHandle.standardError.write(Data("stock-bench: \(text)\n".utf8)) }

    private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    private static func line(_ measurement: Measurement) -> String {
        let row = measurement.row
        let beside = Contender.allCases.filter { $0 != .stockd && $0 != .floor }.compactMap { contender in
            measurement.figure(contender).map { figure in
                let ratio = measurement.ratio(to: contender).map { " (\(Figure.text($0)))" } ?? ""
                return "\(contender.rawValue) \(Figure.text(figure))\(ratio)"
            }
        }
        let met: String =
            switch measurement.verdict {
            case .aimed: "aimed"
            case .required: "yes"
            case .missed: "NO"
            case .unknown: ""
            }
        func figure(_ value: Double?) -> String { value.map(Figure.text) ?? "–" }
        return line(
            row.name, figure(measurement.figure(.stockd)), figure(measurement.figure(.floor)),
            figure(measurement.ratio(to: .floor)), row.unit, measurement.text(row.required), measurement.text(row.aimed),
            met, (beside + (measurement.quiet ? [] : ["machine busy"])).joined(separator: ", "))
    }

    private static func line(
        _ name: String, _ stockd: String, _ floor: String, _ ratio: String, _ unit: String, _ required: String,
        _ aimed: String, _ met: String, _ beside: String
    ) -> String {
        func left(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
        func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
        let columns = [
            left(name, 56), right(stockd, 9), right(floor, 9), right(ratio, 6), left(unit, 10), left(required, 16),
            left(aimed, 16), left(met, 5), beside,
        ]
        return String(columns.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }

    private struct Line: Encodable {
        var workload: String
        var unit: String
        var stockd: Double?
        var floor: Double?
        var ratio: Double?
        var required: String?
        var aimed: String?
        var met: String
        var quiet: Bool
        /// Of the others, by name.
        var peers: [String: Peer]
        var samples: [String: [Double]]

        struct Peer: Encodable {
            var figure: Double
            var ratio: Double?
        }
    }

    private static func json(_ measurement: Measurement) throws -> String {
        let row = measurement.row
        let peers = Contender.allCases.filter { $0 != .stockd && $0 != .floor }.compactMap { contender in
            measurement.figure(contender).map {
                (contender.rawValue, Line.Peer(figure: $0, ratio: measurement.ratio(to: contender)))
            }
        }
        let line = Line(
            workload: row.name, unit: row.unit, stockd: measurement.figure(.stockd), floor: measurement.figure(.floor),
            ratio: measurement.ratio(to: .floor), required: row.required.map(measurement.text),
            aimed: row.aimed.map(measurement.text), met: measurement.verdict.rawValue, quiet: measurement.quiet,
            peers: Dictionary(peers) { $1 },
            samples: Dictionary(measurement.samples.map { ($0.rawValue, $1) }) { $1 })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(line), as: UTF8.self)
    }
}
