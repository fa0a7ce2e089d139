import Glibc

/// What output goes to.
package struct Terminal: Hashable, Sendable {
    /// Columns; nil where nobody looks at a screen, and nothing may be cut.
    package var width: Int?
    package var isColoured: Bool

    package init(width: Int?, isColoured: Bool) {
        self.width = width
        self.isColoured = isColoured
    }

    package static let plain = Terminal(width: nil, isColoured: false)

    /// Of standard output: sized as the terminal says, else by COLUMNS, else 80. A pipe or file is never cut.
    static func ofStandardOutput() -> Terminal {
        guard isatty(STDOUT_FILENO) == 1 else { return .plain }
        var size = winsize()
        var width = 0
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 { width = Int(size.ws_col) }
        if width == 0 { width = variable("COLUMNS").flatMap { Int($0) } ?? 80 }
        // https://no-color.org: set and not empty.
        let coloured = variable("NO_COLOR") == nil && variable("TERM") != "dumb"
        return Terminal(width: max(width, 20), isColoured: coloured)
    }

    static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    package func styled(_ text: String, _ style: Style) -> String {
        guard isColoured, style != .plain, !text.isEmpty else { return text }
        return "\u{1B}[\(style.code)m\(text)\u{1B}[0m"
    }
}

/// How something is emphasized, where colours are.
package enum Style: Hashable, Sendable {
    case plain, strong, faint, good, warning, bad, worst

    fileprivate var code: String {
        switch self {
        case .plain: "0"
        case .strong: "1"
        case .faint: "2"
        case .good: "32"
        case .warning: "33"
        case .bad: "31"
        case .worst: "1;31"
        }
    }
}
