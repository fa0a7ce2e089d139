/// A line of a full screen: pieces that know how wide they are. Their text is escaped when they are made, so that nothing
/// raw reaches a terminal.
package struct ScreenLine: Hashable, Sendable {
    struct Piece: Hashable, Sendable {
        var text: String
        var style: Style
        var width: Int
    }

    private(set) var pieces: [Piece] = []
    /// Columns it takes.
    package private(set) var width = 0

    init() {}

    init(_ text: String, _ style: Style = .plain) { add(text, style) }

    mutating func add(_ text: String, _ style: Style = .plain) {
        let safe = DisplayText.escaped(text)
        guard !safe.isEmpty else { return }
        put(safe, style)
    }

    private mutating func put(_ safe: String, _ style: Style) {
        let piece = Piece(text: safe, style: style, width: DisplayText.width(safe))
        pieces.append(piece)
        width += piece.width
    }

    /// `text` in just so many columns, cut or filled.
    mutating func add(_ text: String, _ style: Style = .plain, columns: Int, right: Bool = false) {
        let cut = DisplayText.cut(DisplayText.escaped(text), to: max(0, columns))
        let padding = columns - DisplayText.width(cut)
        if right { space(padding) }
        if !cut.isEmpty { put(cut, style) }
        if !right { space(padding) }
    }

    mutating func space(_ columns: Int) {
        if columns > 0 { put(String(repeating: " ", count: columns), .plain) }
    }

    mutating func add(_ other: ScreenLine) {
        pieces += other.pieces
        width += other.width
    }

    /// Fills up to column `columns`.
    mutating func pad(to columns: Int) { space(columns - width) }

    /// Never wider than that.
    func cut(to columns: Int) -> ScreenLine {
        guard width > columns else { return self }
        var line = ScreenLine()
        for piece in pieces {
            let room = columns - line.width
            if piece.width < room || (piece.width == room && piece == pieces.last) {
                line.put(piece.text, piece.style)
            } else {
                // Something follows, so that even a piece that would just fit is cut, to say so.
                let cut = piece.width == room ? DisplayText.cut(piece.text + " ", to: room) : DisplayText.cut(piece.text, to: room)
                if !cut.isEmpty { line.put(cut, piece.style) }
                break
            }
        }
        return line
    }

    /// Without styles and without the spaces at its end.
    package var plainText: String {
        var text = pieces.map(\.text).joined()
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// How many columns and rows a terminal has.
package struct ScreenSize: Hashable, Sendable {
    package var columns: Int
    package var rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// What is on the screen, so that only lines that have changed are written again.
package struct Screen {
    private var shown: [ScreenLine] = []
    private var size: ScreenSize?
    private let terminal: Terminal

    package init(terminal: Terminal) { self.terminal = terminal }

    /// What is there is not what was written: after somebody else has used the terminal.
    package mutating func forget() { size = nil }

    /// What brings `lines` onto the screen, as one update that a terminal shows at once if it can; empty if they are there.
    package mutating func update(_ lines: [ScreenLine], _ size: ScreenSize) -> String {
        var text = ""
        if size != self.size {
            text += "\u{1B}[0m\u{1B}[2J"
            shown = []
        }
        for row in 0..<size.rows {
            let line = row < lines.count ? lines[row] : ScreenLine()
            let old = row < shown.count ? shown[row] : ScreenLine()
            if line != old { text += "\u{1B}[\(row + 1);1H" + drawn(line, over: old, size.columns) }
        }
        self.size = size
        shown = lines
        guard !text.isEmpty else { return "" }
        // DEC private mode 2026, synchronized output; terminals that don't know it ignore it.
        return "\u{1B}[?2026h" + text + "\u{1B}[?2026l"
    }

    private func drawn(_ line: ScreenLine, over old: ScreenLine, _ columns: Int) -> String {
        // How wide emoji and rare scripts are, terminals disagree on: after each, the column is said, and nothing of an old
        // one may stay.
        var text = old.isASCII ? "" : "\u{1B}[2K"
        var column = 0
        for piece in line.pieces {
            text += terminal.styled(piece.text, piece.style)
            column += piece.width
            if !piece.text.utf8.allSatisfy({ $0 < 0x80 }), column < columns { text += "\u{1B}[\(column + 1)G" }
        }
        // In the last column this would erase what has just been written there.
        if column < columns { text += "\u{1B}[K" }
        return text
    }
}

extension ScreenLine {
    fileprivate var isASCII: Bool { pieces.allSatisfy { $0.text.utf8.allSatisfy { $0 < 0x80 } } }
}
