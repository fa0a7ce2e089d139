/// What goes out by one channel at this moment, and how much more may: to each destination only as fast and as much at once
/// as it takes, and to one that does not answer hardly anything, so that none keeps another waiting.
package struct Traffic: Hashable, Sendable {
    package struct Limits: Hashable, Sendable {
        /// Messages under way at once, to all destinations.
        package var total: Int
        /// To each of them.
        package var each: Int
        /// From one message to the next, at each.
        package var spacing: Duration
        /// Every address is a server of its own; else one server takes them all.
        package var perAddress: Bool

        package init(total: Int, each: Int, spacing: Duration, perAddress: Bool) {
            self.total = total
            self.each = each
            self.spacing = spacing
            self.perAddress = perAddress
        }

        /// Slack takes about one message a second at each webhook, Twilio sends one a second from each number ("Incoming
        /// webhooks" and "Rate limits and message queues" in their documentations). Mail servers say when it is too much.
        package static func of(_ kind: ChannelKind) -> Limits {
            // Four at once hide the time that each takes; 32 let so many servers hang before others wait.
            switch kind {
            case .email: Limits(total: 4, each: 4, spacing: .zero, perAddress: false)
            case .sms, .whatsapp: Limits(total: 4, each: 4, spacing: .seconds(1), perAddress: false)
            case .slack: Limits(total: 32, each: 1, spacing: .seconds(1), perAddress: true)
            case .webhook: Limits(total: 32, each: 2, spacing: .zero, perAddress: true)
            case .inbox: Limits(total: 4, each: 4, spacing: .zero, perAddress: false)
            }
        }
    }

    /// What an attempt says of the other side.
    package enum Outcome: Hashable, Sendable {
        /// It works, whatever it made of the message.
        case answered
        /// It works, and asks to be left alone for a while.
        case busy(Duration)
        /// It does not; `after` is what it asked for.
        case unreachable(after: Duration?)
    }

    /// How a destination has turned with an attempt.
    package enum Turn: Hashable, Sendable { case broke, mended }

    /// How many messages may be begun now, and where not.
    package struct Room: Hashable, Sendable {
        /// To all destinations but those that are closed; 0: wait.
        package var messages: Int
        /// Addresses that take nothing now.
        package var closed: Set<String>
        /// When the first of them, or the channel, takes something again without anything else ending before; nil: never.
        package var reopensAt: Timestamp?

        package init(messages: Int, closed: Set<String>, reopensAt: Timestamp?) {
            self.messages = messages
            self.closed = closed
            self.reopensAt = reopensAt
        }
    }

    private struct Destination: Hashable, Sendable {
        var underWay = 0
        /// Nothing before that.
        var restsUntil: Timestamp?
        /// In a row.
        var failures = 0

        var isBroken: Bool { failures >= Traffic.patience }

        mutating func rest(until: Timestamp) { restsUntil = max(restsUntil ?? until, until) }
    }

    /// So many attempts in a row without an answer, and a destination counts as broken: it then gets one at a time, with pauses.
    package static let patience = 3
    /// What a restart of the other side takes; doubled with each further failure.
    private static let firstRest = Duration.seconds(15)
    /// As late may word be when it works again.
    package static let longestRest = Duration.minutes(15)

    package let limits: Limits
    package private(set) var underWay = 0
    private var destinations: [String: Destination] = [:]

    package init(_ limits: Limits) { self.limits = limits }

    /// Whether any destination does not answer.
    package var isFailing: Bool { destinations.values.contains(where: \.isBroken) }

    package func room(now: Timestamp) -> Room {
        guard limits.perAddress else {
            let destination = destinations[""] ?? Destination()
            let reopens = rest(of: destination, now: now)
            return Room(messages: reopens == nil ? room(at: destination) : 0, closed: [], reopensAt: reopens)
        }
        var room = Room(messages: min(1, limits.total - underWay), closed: [], reopensAt: nil)
        for (address, destination) in destinations {
            let reopens = rest(of: destination, now: now)
            if let reopens { room.reopensAt = min(room.reopensAt ?? reopens, reopens) }
            if reopens != nil || self.room(at: destination) == 0 { room.closed.insert(address) }
        }
        return room
    }

    package mutating func began(_ address: String, now: Timestamp) {
        let key = limits.perAddress ? address : ""
        underWay += 1
        destinations[key, default: Destination()].underWay += 1
        if limits.spacing > .zero { destinations[key]?.restsUntil = now + limits.spacing }
    }

    /// Returns how the destination has turned, if it has.
    package mutating func ended(_ address: String, _ outcome: Outcome, now: Timestamp) -> Turn? {
        let key = limits.perAddress ? address : ""
        var destination = destinations[key] ?? Destination()
        let wasBroken = destination.isBroken
        underWay -= 1
        destination.underWay -= 1
        switch outcome {
        case .answered:
            destination.failures = 0
        case .busy(let pause):
            destination.failures = 0
            destination.rest(until: now + min(pause, Traffic.longestRest))
        case .unreachable(let after):
            destination.failures += 1
            var pause = after ?? .zero
            if destination.isBroken { pause = max(pause, Traffic.firstRest * (1 << min(destination.failures - Traffic.patience, 10))) }
            destination.rest(until: now + min(pause, Traffic.longestRest))
        }
        destinations[key] = destination
        if destination.isBroken == wasBroken { return nil }
        return destination.isBroken ? .broke : .mended
    }

    /// Somebody may have mended what was broken: everything is tried again at once.
    package mutating func forgive() {
        for key in destinations.keys {
            destinations[key]?.failures = 0
            destinations[key]?.restsUntil = nil
        }
    }

    private func room(at destination: Destination) -> Int {
        let most = destination.isBroken ? 1 : limits.each
        let free = min(most - destination.underWay, limits.total - underWay)
        return max(0, limits.spacing > .zero ? min(free, 1) : free)
    }

    /// When its rest is over; nil: it has none. One that lies further ahead than any is ever set is of a clock that jumped back.
    private func rest(of destination: Destination, now: Timestamp) -> Timestamp? {
        guard let until = destination.restsUntil, now < until, until <= now + Traffic.longestRest else { return nil }
        return until
    }
}
