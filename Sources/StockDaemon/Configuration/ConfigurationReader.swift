import Foundation
import Yams

/// Reads `stockd.yaml`: all of it or not at all, and with everything that is wrong at once.
package struct ConfigurationReader: Sendable {
    private static let sizeLimit = 1 << 20

    package var secrets: SecretReader

    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        secrets = SecretReader(environment: environment)
    }

    package func read(_ path: String) throws(ConfigurationError) -> Configuration {
        let bytes: [UInt8]
        do {
            bytes = try SmallFile.read(path, limit: Self.sizeLimit)
        } catch {
            throw ConfigurationError([ConfigurationProblem(file: path, line: 1, key: "file", problem: error.text)])
        }
        return try parse(bytes, file: path)
    }

    /// `file` stands in problems.
    package func parse(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> Configuration {
        func fail(_ line: Int, _ key: String, _ problem: String) -> ConfigurationError {
            ConfigurationError([ConfigurationProblem(file: file, line: line, key: key, problem: problem)])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw fail(Self.firstLineThatIsNotUTF8(bytes), "file", "is not UTF-8")
        }
        let reading = Reading(file: file, secrets: secrets)
        let configuration: Configuration
        do {
            // Anchors live as long as their parser.
            let parser = try Parser(yaml: text, encoding: .utf8)
            let root = try parser.singleRoot()
            configuration = withExtendedLifetime(parser) {
                guard let root else { return Configuration() }
                return ConfigurationDecoder(reading: reading).decode(Entry(node: root, path: "", reading: reading))
            }
        } catch {
            let (line, problem) = Self.explain(error, in: text)
            throw fail(line, "yaml", problem)
        }
        guard reading.problems.isEmpty else { throw ConfigurationError(reading.problems) }
        var result = configuration
        result.file = file
        return result
    }

    private static func firstLineThatIsNotUTF8(_ bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return 1 + (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0)
    }

    /// Where and what, without a line of the file: it may hold a secret by mistake.
    private static func explain(_ error: any Error, in text: String) -> (line: Int, problem: String) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let line = mark.line - 1 < lines.count ? lines[max(0, mark.line - 1)] : ""
            if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
                return (mark.line, "a tab cannot indent (use spaces)")
            }
            return (mark.line, problem)
        case .reader(let problem, let offset, _, _):
            return (1 + text.prefix(offset ?? 0).count { $0.isNewline }, problem)
        case .duplicatedKeysInMapping(let keys, let context):
            let shown = keys.filter { (try? Parse.name($0)) != nil }
            let named = shown.isEmpty ? "" : ": " + shown.joined(separator: ", ")
            return (max(1, context.mark.line), "a key stands here twice" + named)
        default: return (1, "is not YAML")
        }
    }
}
