import Glibc

/// The terminal as a whole: its own screen, keys as they are pressed, and back to what it was, however that comes about.
final class FullScreen {
    private static let begin = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J"
    /// The cursor, wrapping and plain text again, and the screen that was there before.
    private static let end: StaticString = "\u{1B}[?2026l\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

    private var saved = termios()
    private var isOn = false
    /// Written to by the signals' handler; read by who waits with `poll`.
    let signals: Int32

    /// Signals that end or change what is shown; they come as their numbers from `signals`.
    private static let caught = [SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT]
    /// Signals that a bug ends the process by.
    private static let fatal = [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE]

    /// nil where standard input and output are no terminal.
    init?() {
        var ends: [Int32] = [0, 0]
        guard tcgetattr(STDIN_FILENO, &saved) == 0, isatty(STDOUT_FILENO) == 1, pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        signals = ends[0]
        signalPipe = ends[1]
    }

    func on() {
        var raw = saved
        raw.c_iflag &= ~tcflag_t(BRKINT | ICRNL | INPCK | ISTRIP | IXON)
        // Ctrl-C and Ctrl-Z come as keys: the screen is put back before anything else happens.
        raw.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN | ISIG)
        terminalToRestore = saved
        isTerminalTaken = true
        for number in FullScreen.caught { FullScreen.handle(number, with: passOn) }
        for number in FullScreen.fatal { FullScreen.handle(number, with: restoreAndDie) }
        _ = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
        isOn = true
        write(FullScreen.begin)
    }

    func off() {
        guard isOn else { return }
        isOn = false
        FullScreen.restore(TCSAFLUSH)
        for number in FullScreen.caught + FullScreen.fatal { FullScreen.handle(number, with: SIG_DFL) }
    }

    deinit { off() }

    /// As a shell's job: the terminal is the shell's until it is continued.
    func suspend() {
        off()
        // With whoever started it, such as sudo, as if the terminal had sent it.
        kill(0, SIGTSTP)
        on()
    }

    /// Ends as the signal says, after `off`, so that whoever waits sees what ended it.
    func die(of number: Int32) -> Never {
        off()
        raise(number)
        exit(128 + number)
    }

    var size: ScreenSize {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return ScreenSize(columns: 80, rows: 24)
        }
        return ScreenSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    /// False where the terminal has gone.
    @discardableResult
    func write(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(STDOUT_FILENO, bytes.baseAddress! + done, bytes.count - done)
                if count > 0 {
                    done += count
                } else if count < 0, errno == EAGAIN {
                    // Whoever shares the terminal has made it so; it takes more when it has drawn this.
                    var ready = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&ready, 1, 1000)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }

    private static func handle(_ number: Int32, with handler: __sighandler_t?) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = Int32(SA_RESTART)
        sigaction(number, &action, nil)
    }

    /// Only what a handler of signals may do.
    fileprivate static func restore(_ when: Int32) {
        guard isTerminalTaken else { return }
        isTerminalTaken = false
        _ = Glibc.write(STDOUT_FILENO, end.utf8Start, end.utf8CodeUnitCount)
        _ = tcsetattr(STDIN_FILENO, when, &terminalToRestore)
    }
}

// What handlers of signals see: they have no other way to know. Everything else stays on the one thread of the program.
nonisolated(unsafe) private var signalPipe: Int32 = -1
nonisolated(unsafe) private var terminalToRestore = termios()
nonisolated(unsafe) private var isTerminalTaken = false

private func passOn(_ number: Int32) {
    let kept = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalPipe, &byte, 1)
    errno = kept
}

private func restoreAndDie(_ number: Int32) {
    FullScreen.restore(TCSANOW)
    signal(number, SIG_DFL)
    raise(number)
}
