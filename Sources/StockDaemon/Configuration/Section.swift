import Yams

/// What a reading of one file gathers.
final class Reading {
    let file: String
    let secrets: SecretReader
    private(set) var problems: [ConfigurationProblem] = []

    init(file: String, secrets: SecretReader) {
        self.file = file
        self.secrets = secrets
    }

    func report(_ line: Int, _ key: String, _ problem: String) {
        problems.append(ConfigurationProblem(file: file, line: line, key: key, problem: problem))
    }
}

/// A value of the file and where it stands.
struct Entry {
    let node: Node
    let path: String
    let reading: Reading

    var line: Int { node.mark?.line ?? 1 }

    /// `key:` with nothing behind it, or `~`.
    var isNull: Bool {
        guard let scalar = node.scalar, scalar.style == .any || scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    func report(_ problem: String) { reading.report(line, path.isEmpty ? "yaml" : path, problem) }

    /// The value, or nil after saying what is wrong with it.
    func parse<T>(_ parser: (String) throws(Invalid) -> T) -> T? {
        if isNull {
            report("is empty")
            return nil
        }
        guard let scalar = plainScalar() else { return nil }
        do {
            return try parser(scalar)
        } catch {
            report(error.text)
            return nil
        }
    }

    private func plainScalar() -> String? {
        guard sharesNothing() else { return nil }
        switch node {
        case .scalar(let scalar): return scalar.string
        case .mapping: report("must be a single value, not a mapping")
        case .sequence: report("must be a single value, not a list")
        case .alias: report("must be a single value")
        }
        return nil
    }

    /// Anchors let a short file expand without bound, and no configuration needs them.
    func sharesNothing() -> Bool {
        guard node.anchor != nil || node.alias != nil else { return true }
        report("anchors and aliases are not supported")
        return false
    }

    /// The entries of a list; nil after saying that it is none.
    func list() -> [Entry]? {
        guard sharesNothing() else { return nil }
        if isNull { return [] }
        guard let sequence = node.sequence else {
            report("must be a list")
            return nil
        }
        return sequence.enumerated().map { Entry(node: $1, path: "\(path)[\($0)]", reading: reading) }
    }

    /// The mapping; nil after saying that it is none. Nothing at all stands for an empty one.
    func section() -> Section? {
        guard sharesNothing() else { return nil }
        if isNull { return Section(of: [], at: self) }
        guard let mapping = node.mapping else {
            report("must be a mapping of keys to values")
            return nil
        }
        return Section(of: mapping.map { ($0.key, $0.value) }, at: self)
    }
}

/// A mapping of the file. What is asked of it is what it may hold: `close` reports every other key.
final class Section {
    let entry: Entry
    private var entries: [String: Entry] = [:]
    private var keyLines: [String: Int] = [:]
    private var known: [String] = []

    init(of pairs: [(Node, Node)], at entry: Entry) {
        self.entry = entry
        for (key, value) in pairs {
            guard let name = key.scalar?.string, key.anchor == nil else {
                entry.reading.report(key.mark?.line ?? entry.line, entry.path.isEmpty ? "yaml" : entry.path, "has a key that is not plain text")
                continue
            }
            entries[name] = Entry(node: value, path: path(of: name), reading: entry.reading)
            keyLines[name] = key.mark?.line ?? entry.line
        }
    }

    private func path(of key: String) -> String { entry.path.isEmpty ? key : "\(entry.path).\(key)" }

    /// All entries, where keys are free (names of webhooks).
    var all: [(key: String, line: Int, value: Entry)] {
        entries.map { ($0.key, keyLines[$0.key]!, $0.value) }.sorted { ($0.line, $0.key) < ($1.line, $1.key) }
    }

    /// The entry of `key`, which is known from now on.
    func take(_ key: String) -> Entry? {
        known.append(key)
        return entries[key]
    }

    func value<T>(_ key: String, _ parser: (String) throws(Invalid) -> T) -> T? { take(key)?.parse(parser) }

    func value<T>(_ key: String, default fallback: T, _ parser: (String) throws(Invalid) -> T) -> T {
        value(key, parser) ?? fallback
    }

    /// nil after saying that it is missing or wrong.
    func required<T>(_ key: String, _ parser: (String) throws(Invalid) -> T) -> T? {
        guard let entry = take(key) else {
            report(missing: key)
            return nil
        }
        return entry.parse(parser)
    }

    func has(_ key: String) -> Bool { entries[key] != nil }

    /// The line of `key`, or of the section where it has none.
    func line(of key: String) -> Int { keyLines[key] ?? entry.line }

    func report(missing key: String) { entry.reading.report(entry.line, path(of: key), "is missing") }

    func section(_ key: String) -> Section? { take(key)?.section() }

    func list(_ key: String) -> [Entry]? { take(key)?.list() }

    /// Reports the keys that nothing asked for.
    func close() {
        for (key, line, _) in all where !known.contains(key) {
            let nearest = known.min { Self.distance($0, key) < Self.distance($1, key) }
            let hint = nearest.map { " (did you mean \($0)?)" } ?? ""
            let safe = key.utf8.count <= 64 && (try? Parse.text(key)) != nil
            entry.reading.report(line, safe ? path(of: key) : path(of: "?"), "unknown key" + hint)
        }
    }

    /// Levenshtein's, over the first 64 bytes.
    private static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.utf8.prefix(64)), b = Array(b.utf8.prefix(64))
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let substituted = diagonal + (a[i] == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
            }
        }
        return row[b.count]
    }
}
