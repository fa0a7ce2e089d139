import Glibc

/// How far something is, on the terminal's last line; nothing where nobody looks at one.
struct ProgressLine {
    private let session: Session
    private let isShown: Bool
    private var shown = ""

    /// `whileWriting`: standard output carries what is written, so that it must be something else than the terminal.
    init(_ session: Session, whileWriting: Bool = false) {
        self.session = session
        isShown =
            whileWriting
            ? session.terminal.width == nil && isatty(STDERR_FILENO) == 1 : !session.json && session.terminal.width != nil
    }

    mutating func show(_ text: String) {
        guard isShown, text != shown else { return }
        session.remark("\r\u{1B}[K" + DisplayText.cut(text, to: (session.terminal.width ?? 80) - 1))
        shown = text
    }

    func end() { if !shown.isEmpty { session.remark("\r\u{1B}[K") } }
}
