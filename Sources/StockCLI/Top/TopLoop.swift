import Glibc
import StockClient
import StockWire

/// Runs `stockctl top`: waits for keys, signals and the daemon at once, on the one thread there is.
final class TopLoop {
    private var state: TopState
    private let feed: TopFeed
    private let screen: FullScreen
    private var drawing: Screen
    private var keys = KeyReader()
    private var backoff = Backoff()
    /// When a lost connection is tried again.
    private var retryAt: ContinuousClock.Instant?
    private var drawnAt: ContinuousClock.Instant?
    /// How far the daemon's clock is ahead, milliseconds: ages are by its time.
    private var ahead: Int64 = 0
    private var isOver = false

    /// So often at most, whatever happens; a key is answered at once.
    private static let drawEvery = Duration.milliseconds(200)

    init(_ session: Session, _ screen: FullScreen, scope: TopState.Scope, location: String?) {
        feed = TopFeed(session)
        self.screen = screen
        drawing = Screen(terminal: session.terminal)
        state = TopState(scope: scope, location: location, now: TopLoop.wallClock)
    }

    private static var wallClock: Wire.Time {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Wire.Time(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Until it is quit. Throws what a command throws, with the terminal as it was.
    func run() throws {
        try connect()
        screen.on()
        defer { screen.off() }
        draw()
        while !isOver {
            let (hasInput, hasSignal) = wait()
            if hasSignal { takeSignals() }
            if hasInput { takeKeys() }
            try serve()
            let now = ContinuousClock.now
            if drawnAt.map({ now - $0 >= TopLoop.drawEvery }) ?? true { draw() }
        }
    }

    /// Returns when there is something to do.
    private func wait() -> (hasInput: Bool, hasSignal: Bool) {
        let now = ContinuousClock.now
        var until = now + .seconds(1)
        if let retryAt { until = min(until, retryAt) }
        if !state.isPaused, feed.descriptor != nil, let due = feed.nextDue { until = min(until, due) }
        if keys.isWaiting { until = min(until, now + .milliseconds(50)) }
        // What came since the last drawing is drawn as soon as that is long enough ago.
        if isStale, let drawnAt { until = min(until, drawnAt + TopLoop.drawEvery) }
        var waited = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0), pollfd(fd: screen.signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: feed.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        let ready = poll(&waited, nfds_t(waited.count), Int32(clamping: max(0, Int64((until - now) / .milliseconds(1)) + 1)))
        guard ready > 0 else {
            if ready == 0, keys.isWaiting { keys.settle().forEach(press) }
            return (false, ready < 0)
        }
        return (waited[0].revents != 0, waited[1].revents != 0)
    }

    /// Something has come that is not drawn.
    private var isStale = false

    // MARK: The daemon

    private func connect() throws {
        let hourAgo = Wire.Time(milliseconds: TopLoop.wallClock.milliseconds - 3_600_000)
        try feed.connect(state, since: hourAgo.description)
    }

    private func serve() throws {
        let now = ContinuousClock.now
        do {
            if let retryAt {
                guard retryAt <= now else { return }
                try connect()
                self.retryAt = nil
            }
            for news in try feed.take(now) { try take(news) }
            if !state.isPaused { try feed.ask(state, now) }
            if case .live = state.connection, feed.waitsSince(now) { state.connection = .waiting }
        } catch let error as ClientError where error.isPassing {
            lose(error, now)
        }
    }

    private func lose(_ error: ClientError, _ now: ContinuousClock.Instant) {
        if feed.hasUnansweredAcknowledgement {
            state.remark = Cell("The connection was lost before stockd said whether the alert is acknowledged: look first.", .warning)
        }
        feed.disconnect()
        state.connection = .lost(error.description)
        retryAt = now + backoff.wait()
        isStale = true
    }

    private func take(_ news: TopFeed.News) throws {
        isStale = true
        backoff.reset()
        if case .refused(let error) = news { return try refuse(error) }
        state.connection = .live
        if case .event(let event) = news { return state.add(event) }
        if case .acknowledged(let alert) = news {
            state.remark = Cell(AlertView.sentence(alert), .good)
            return
        }
        // Nothing moves while it is paused; what comes then is asked for again.
        guard !state.isPaused else { return }
        switch news {
        case .status(let status):
            ahead = status.time.map { $0.milliseconds - TopLoop.wallClock.milliseconds } ?? 0
            state.status = status
        case .summary(let summary): state.summary = summary
        case .alerts(let alerts, let isPartial): state.show(alerts, isPartial: isPartial)
        case .sent(let deliveries): state.sent = deliveries
        case .locations(let names): state.locations = names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        case .tenants(let names): state.tenants = names
        case .event, .acknowledged, .refused: break
        }
    }

    /// Whoever may not ask at all is told so, and needs no dashboard; anything else may be over next time.
    private func refuse(_ error: ErrorObject) throws {
        if error.code == .denied, state.status == nil { throw ClientError.refused(error) }
        state.remark = Cell(error.message, .bad)
    }

    // MARK: Who looks at it

    private func takeKeys() {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        // The terminal has gone.
        if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) { return isOver = true }
        if count > 0 { keys.keys(buffer[..<count]).forEach(press) }
    }

    private func press(_ key: Key) {
        drawnAt = nil
        switch state.press(key) {
        case .quit: isOver = true
        case .suspend: suspend()
        case .redraw: drawing.forget()
        case .acknowledge(let id, let tenant, let note):
            do { try feed.acknowledge(id, tenant: tenant, note: note) } catch let error as ClientError {
                lose(error, .now)
            } catch {}
        case .reload: feed.reload()
        case .watchAnew:
            feed.startOver()
            state.connection = .connecting
            retryAt = .now
        case nil: break
        }
    }

    private func takeSignals() {
        var numbers = [UInt8](repeating: 0, count: 64)
        let count = read(screen.signals, &numbers, numbers.count)
        for number in numbers.prefix(max(0, count)).map(Int32.init) {
            switch number {
            case SIGWINCH: drawnAt = nil
            case SIGTSTP: suspend()
            // Stopped by what cannot be caught, the screen has been somebody else's.
            case SIGCONT:
                screen.on()
                drawing.forget()
                drawnAt = nil
            case SIGINT: isOver = true
            default: screen.die(of: number)
            }
        }
    }

    private func suspend() {
        screen.suspend()
        drawing.forget()
        drawnAt = nil
    }

    private func draw() {
        drawnAt = .now
        isStale = false
        if !state.isPaused { state.now = Wire.Time(milliseconds: TopLoop.wallClock.milliseconds + ahead) }
        let size = screen.size
        let text = drawing.update(TopView.render(state, size), size)
        if !text.isEmpty, !screen.write(text) { isOver = true }
    }
}
