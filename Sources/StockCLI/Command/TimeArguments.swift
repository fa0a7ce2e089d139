import ArgumentParser
import Glibc
import StockWire

/// How long: `90s 10m 2h 7d`.
struct DurationArgument: ExpressibleByArgument {
    var seconds: Int

    init?(argument: String) {
        guard argument != "0", let text = Wire.DurationText(argument) else { return nil }
        seconds = Int(text.duration.components.seconds)
    }
}

/// With `0` for no time at all.
extension Wire.DurationText: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

/// A moment: RFC 3339, a local `2026-05-01` or `2026-05-01 10:00`, or how long ago: `90m 24h 7d`.
struct TimeArgument: ExpressibleByArgument {
    var time: Wire.Time

    init?(argument: String) {
        if let ago = DurationArgument(argument: argument) {
            time = Wire.Time(secondsFromNow: -ago.seconds)
        } else if let time = Wire.Time(writtenAs: argument) {
            self.time = time
        } else {
            return nil
        }
    }
}

/// A moment that may lie ahead: RFC 3339, a local `2026-05-01` or `2026-05-01 10:00`, `now`, or how long from now: `+2h`.
/// No bare `2h`, which elsewhere is how long ago.
struct PlannedTimeArgument: ExpressibleByArgument {
    var time: Wire.Time

    init?(argument: String) {
        if argument == "now" {
            time = Wire.Time(secondsFromNow: 0)
        } else if argument.hasPrefix("+"), let ahead = DurationArgument(argument: String(argument.dropFirst())) {
            time = Wire.Time(secondsFromNow: ahead.seconds)
        } else if let time = Wire.Time(writtenAs: argument) {
            self.time = time
        } else {
            return nil
        }
    }
}

/// When something that begins now, or at a given time, is to end: so long after, or at a time.
struct EndOptions: ParsableArguments {
    @Option(name: .customLong("for"), help: ArgumentHelp("How long, such as 90m, 4h or 14d.", valueName: "duration"))
    var length: DurationArgument?

    @Option(help: ArgumentHelp("Until when: \"2026-12-01 08:00\", 2026-12-01, or +4h from now.", valueName: "time"))
    var until: PlannedTimeArgument?

    func validate() throws {
        if length != nil, until != nil { throw ValidationError("--for and --until exclude each other.") }
    }

    /// nil where neither is given.
    func end(from begin: Wire.Time? = nil) -> Wire.Time? {
        until?.time ?? length.map { Wire.Time(milliseconds: (begin ?? .now).milliseconds + Int64($0.seconds) * 1000) }
    }

    /// Throws wrong usage where neither is given.
    func neededEnd(from begin: Wire.Time? = nil) throws -> Wire.Time {
        guard let end = end(from: begin) else { throw ValidationError("Say when it ends: --for 4h, or --until TIME.") }
        return end
    }
}

extension Wire.Time {
    static var now: Wire.Time { Wire.Time(secondsFromNow: 0) }

    fileprivate init(secondsFromNow seconds: Int) {
        self.init(milliseconds: (Int64(Glibc.time(nil)) + Int64(seconds)) * 1000)
    }

    /// RFC 3339, or local time without a zone.
    fileprivate init?(writtenAs text: String) {
        if let time = Wire.Time(text) {
            self = time
            return
        }
        let local = text.count == 10 ? text + "T00:00" : text.replacing(" ", with: "T")
        // UTC's reading checks the form and takes it apart; the system's own zone then says which instant it was.
        guard let utc = Wire.Time(local + ":00Z") ?? Wire.Time(local + "Z") else { return nil }
        var seconds = time_t(utc.milliseconds / 1000)
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return nil }
        parts.tm_isdst = -1
        self.init(milliseconds: Int64(mktime(&parts)) * 1000 + utc.milliseconds % 1000)
    }
}
