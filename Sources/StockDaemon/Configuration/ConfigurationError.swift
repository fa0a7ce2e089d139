/// One thing that is wrong with a configuration file. Never holds a secret.
package struct ConfigurationProblem: Hashable, Sendable, CustomStringConvertible {
    package var file: String
    /// From 1.
    package var line: Int
    /// Where in the tree, e.g. `sources[0].interval`; `file` or `yaml` for what concerns the whole.
    package var key: String
    /// What is wrong and what would be right, in one line.
    package var problem: String

    package init(file: String, line: Int, key: String, problem: String) {
        self.file = file
        self.line = line
        self.key = key
        self.problem = problem
    }

    package var description: String { "\(file):\(line): \(key): \(problem)" }
}

/// A configuration that cannot be used, with everything that is wrong with it in the order of the file.
package struct ConfigurationError: Error, CustomStringConvertible, Sendable {
    package var problems: [ConfigurationProblem]

    package init(_ problems: [ConfigurationProblem]) {
        self.problems = problems.sorted { ($0.line, $0.key) < ($1.line, $1.key) }
    }

    /// One problem a line.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
