/// A piece of a table. Its text is escaped when it is made, so that nothing raw reaches a terminal.
package struct Cell: Hashable, Sendable {
    let text: String
    var style: Style

    package init(_ text: String?, _ style: Style = .plain) {
        self.text = DisplayText.escaped(text ?? "")
        self.style = style
    }
}

/// A column of a table, and what happens to it where there is too little room.
package struct Column: Sendable {
    package enum Weight: Int, Comparable, Sendable {
        /// Goes first, last one first.
        case detail = 0
        case useful
        /// Never left out.
        case essential

        package static func < (a: Weight, b: Weight) -> Bool { a.rawValue < b.rawValue }
    }

    var title: String
    var isNumber: Bool
    var weight: Weight
    /// May be cut to so many columns; nil: not at all.
    var least: Int?
    /// What is cut goes on below: of what tells people what to do, nothing may be missing.
    var wraps: Bool

    package init(_ title: String, number: Bool = false, _ weight: Weight = .useful, least: Int? = nil, wraps: Bool = false) {
        self.title = title
        isNumber = number
        self.weight = weight
        self.least = least
        self.wraps = wraps
    }
}

/// Rows under a header, as wide as the terminal allows.
package struct Table: Sendable {
    package var columns: [Column]
    package var rows: [[Cell]]

    package init(_ columns: [Column], _ rows: [[Cell]]) {
        self.columns = columns
        self.rows = rows
    }

    private static let gap = 2

    package func lines(on terminal: Terminal) -> [String] {
        // A column that says nothing in any row is noise, and takes room from those that do.
        let telling = columns.indices.filter { column in rows.isEmpty || rows.contains { !$0[column].text.isEmpty } }
        let natural = columns.indices.map { column in
            rows.reduce(DisplayText.width(columns[column].title)) { max($0, DisplayText.width($1[column].text)) }
        }
        let widths = fit(telling, natural, into: terminal.width)
        let header = widths.map { column, width in
            Piece(columns[column].title, width, isNumber: columns[column].isNumber, .faint)
        }
        return [line(header, terminal)]
            + rows.flatMap { row in
                let cells = widths.map { column, width in
                    columns[column].wraps ? DisplayText.wrapped(row[column].text, to: width) : [row[column].text]
                }
                return (0..<(cells.map(\.count).max() ?? 1)).map { below in
                    line(
                        zip(widths, cells).map { place, texts in
                            let text = below < texts.count ? texts[below] : ""
                            return Piece(text, place.width, isNumber: columns[place.column].isNumber, row[place.column].style)
                        }, terminal)
                }
            }
    }

    private struct Piece {
        var text: String
        var padding: String
        var isNumber: Bool
        var style: Style

        init(_ text: String, _ width: Int, isNumber: Bool, _ style: Style) {
            self.text = DisplayText.cut(text, to: width)
            padding = String(repeating: " ", count: max(0, width - DisplayText.width(self.text)))
            self.isNumber = isNumber
            self.style = style
        }
    }

    private func line(_ pieces: [Piece], _ terminal: Terminal) -> String {
        var line = ""
        var owed = ""
        for piece in pieces {
            let text = terminal.styled(piece.text, piece.style)
            if piece.text.isEmpty {
                owed += piece.padding
            } else if piece.isNumber {
                line += owed + piece.padding + text
                owed = ""
            } else {
                line += owed + text
                owed = piece.padding
            }
            owed += String(repeating: " ", count: Table.gap)
        }
        return line
    }

    /// Chooses columns and their widths: first cuts what may be cut, the widest first; then leaves out columns, the least
    /// important first; at last cuts the essential ones too.
    private func fit(_ telling: [Int], _ natural: [Int], into width: Int?) -> [(column: Int, width: Int)] {
        guard let width else { return telling.map { ($0, natural[$0]) } }
        var shown = telling
        while true {
            let room = width - Table.gap * (shown.count - 1)
            if let widths = shrink(shown, natural, into: room, { columns[$0].least }) {
                return zip(shown, widths).map { ($0, $1) }
            }
            let expendable = shown.indices.filter { columns[shown[$0]].weight != .essential }
            guard let last = expendable.min(by: { (columns[shown[$0]].weight, -$0) < (columns[shown[$1]].weight, -$1) })
            else {
                let widths = shrink(shown, natural, into: room) { _ in 4 } ?? shown.map { natural[$0] }
                return zip(shown, widths).map { ($0, $1) }
            }
            shown.remove(at: last)
        }
    }

    private func shrink(_ shown: [Int], _ natural: [Int], into room: Int, _ least: (Int) -> Int?) -> [Int]? {
        var widths = shown.map { natural[$0] }
        var excess = widths.reduce(0, +) - room
        while excess > 0 {
            let cuttable = shown.indices.filter { index in least(shown[index]).map { widths[index] > $0 } ?? false }
            guard let widest = cuttable.max(by: { widths[$0] < widths[$1] }) else { return nil }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}

/// Names and what they are, one a line; long values go on below.
package struct Facts: Sendable {
    package var facts: [(name: String, value: Cell)]

    /// Those without a value are left out.
    package init(_ facts: [(String, Cell?)]) {
        self.facts = facts.compactMap { name, value in value.flatMap { $0.text.isEmpty ? nil : (name, $0) } }
    }

    package func lines(on terminal: Terminal) -> [String] {
        let indent = (facts.map { DisplayText.width($0.name) }.max() ?? 0) + 2
        return facts.flatMap { name, value in
            let room = terminal.width.map { max(10, $0 - indent) } ?? .max
            return DisplayText.wrapped(value.text, to: room).enumerated().map { index, line in
                let label = index == 0 ? name : ""
                let padding = String(repeating: " ", count: indent - DisplayText.width(label))
                return terminal.styled(label, .faint) + padding + terminal.styled(line, value.style)
            }
        }
    }
}
