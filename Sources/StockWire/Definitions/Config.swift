package enum ConfigShow: Method {
    package static let name = "config.show"
    package static let effect = Effect.reads
    package static let scope = Scope.system
    package static let leastRole = Role.admin
    package static let summary = "The configuration in force, without its secrets."

    package typealias Params = NoParams

    package struct Result: Codable, Hashable, Sendable, Noted {
        @OrNull package var file: String?
        package var config: JSONValue

        package init(file: String? = nil, config: JSONValue) {
            self.file = file
            self.config = config
        }

        package static let notes = [
            "config":
                "The configuration as read, with defaults filled in and secrets shown by name only.",
        ]
    }
}

package enum ConfigReload: Method {
    package static let name = "config.reload"
    package static let effect = Effect.changes
    package static let scope = Scope.system
    package static let summary = "Reads the configuration again; if it is bad, the old one stays in force."

    package typealias Params = NoParams

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var reloaded: Bool
        package var changed: [String]
        package var restartRequired: [String]
        package var problems: [Wire.ConfigProblem]

        package init(reloaded: Bool, changed: [String], restartRequired: [String], problems: [Wire.ConfigProblem]) {
            self.reloaded = reloaded
            self.changed = changed
            self.restartRequired = restartRequired
            self.problems = problems
        }

        enum CodingKeys: String, CodingKey {
            case reloaded, changed, problems
            case restartRequired = "restart_required"
        }

        package static let notes = [
            "reloaded":
                "Whether the new configuration is in force.",
            "changed":
                "Keys whose value changed.",
            "restart_required":
                "Keys that changed but take effect only after a restart.",
            "problems":
                "What is wrong; empty if it was reloaded.",
        ]
    }
}

package enum ConfigCheck: Method {
    package static let name = "config.check"
    package static let effect = Effect.reads
    package static let scope = Scope.system
    package static let leastRole = Role.admin
    package static let summary = "Reads and checks the configuration without putting it in force."

    package typealias Params = NoParams

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var valid: Bool
        package var problems: [Wire.ConfigProblem]

        package init(valid: Bool, problems: [Wire.ConfigProblem]) {
            self.valid = valid
            self.problems = problems
        }

        package static let notes = [
            "valid":
                "Whether it could be put in force.",
            "problems":
                "What is wrong.",
        ]
    }
}

extension Wire {
    /// Something wrong in the configuration, and where.
    package struct ConfigProblem: Codable, Hashable, Sendable, Noted {
        package var file: String
        @OrNull package var line: Int?
        @OrNull package var key: String?
        package var problem: String

        package init(file: String, line: Int? = nil, key: String? = nil, problem: String) {
            self.file = file
            self.line = line
            self.key = key
            self.problem = problem
        }

        package static let notes = [
            "file":
                "The file.",
            "line":
                "The line, from 1; null if it concerns the whole file.",
            "key":
                "The key, for example `sources[0].interval`; null if it concerns the whole file.",
            "problem":
                "What is wrong and how to mend it.",
        ]
    }
}
