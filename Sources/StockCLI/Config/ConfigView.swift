import StockWire

/// How the configuration is shown: as YAML, which it was written in.
enum ConfigView {
    /// `FILE:LINE: KEY: PROBLEM`, as `stockd --check-config` prints it.
    static func problems(_ problems: [Wire.ConfigProblem]) -> [Block] {
        problems.map { problem in
            let place = problem.file + (problem.line.map { ":\($0)" } ?? "")
            return .text([place, problem.key, problem.problem].compactMap(\.self).joined(separator: ": "))
        }
    }

    static func yaml(_ value: JSONValue) -> [Block] { lines(value, "").map { .text($0) } }

    private static func lines(_ value: JSONValue, _ indent: String) -> [String] {
        switch value {
        case .object(let members):
            return members.sorted { $0.key < $1.key }.flatMap { name, value in
                scalar(value).map { ["\(indent)\(name): \($0)"] } ?? ["\(indent)\(name):"] + lines(value, indent + "  ")
            }
        case .array(let elements):
            return elements.flatMap { element in
                if let scalar = scalar(element) { return ["\(indent)- \(scalar)"] }
                var inner = lines(element, indent + "  ")
                if !inner.isEmpty { inner[0] = "\(indent)- " + inner[0].dropFirst(indent.count + 2) }
                return inner
            }
        default: return [indent + (scalar(value) ?? "")]
        }
    }

    private static func scalar(_ value: JSONValue) -> String? {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let value): value.description
        case .string(let text): quoted(text)
        case .array(let elements) where elements.isEmpty: "[]"
        case .object(let members) where members.isEmpty: "{}"
        case .array, .object: nil
        }
    }

    /// Quoted where YAML would read something else than this text.
    private static func quoted(_ text: String) -> String {
        let special = text.isEmpty || text.first == " " || text.last == " " || "-?:,[]{}#&*!|>'\"%@`".contains(text.first ?? " ")
        let other = text.contains(": ") || text.contains(" #") || ["true", "false", "null", "yes", "no", "~"].contains(text)
        let digits = text.utf8.allSatisfy { (48...58).contains($0) || $0 == 46 }
        guard special || other || digits else { return text }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
