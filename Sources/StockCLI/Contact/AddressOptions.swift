import ArgumentParser
import StockWire

/// Addresses on the command line. What they are told of applies to all that one command gives.
struct AddressOptions: ParsableArguments {
    @Option(help: ArgumentHelp("An e-mail address; may be repeated.", valueName: "address"))
    var email: [String] = []

    @Option(help: ArgumentHelp("A number for text messages.", valueName: "number"))
    var sms: [String] = []

    @Option(help: ArgumentHelp("A number for WhatsApp.", valueName: "number"))
    var whatsapp: [String] = []

    @Option(help: ArgumentHelp("A Slack webhook of the configuration, by name.", valueName: "name"))
    var slack: [String] = []

    @Option(help: ArgumentHelp("A webhook of the configuration, by name.", valueName: "name"))
    var webhook: [String] = []

    @Option(help: ArgumentHelp("An in-app inbox.", valueName: "name"))
    var inbox: [String] = []

    @Option(help: "Told of nothing milder; critical for text messages and WhatsApp, low for others if left out.")
    var minSeverity: Wire.Severity?

    @Option(help: ArgumentHelp("Told only of this location; may be repeated; '' for all again.", valueName: "name"))
    var onlyLocation: [String] = []

    @Option(help: ArgumentHelp("Told only of this category; may be repeated; '' for all again.", valueName: "name"))
    var onlyCategory: [String] = []

    @Flag(inversion: .prefixedNo, help: "Whether it is reminded of what nobody acknowledged.")
    var reminders: Bool?

    @Flag(inversion: .prefixedNo, help: "Whether it is told when something is over.")
    var resolves: Bool?

    @Flag(inversion: .prefixedNo, help: "Whether it gets the daily summary.")
    var summaries: Bool?

    @Option(
        help: ArgumentHelp(
            "Left alone in these hours of the contact's day, and told afterwards: 22:00-07:00, or off.", valueName: "from-to"))
    var quiet: QuietArgument?

    @Flag(help: "With --quiet: that something is out of stock is told all the same.")
    var quietLetsOut = false

    @Option(help: ArgumentHelp("Told nothing before that: 2026-12-01, or +14d from now.", valueName: "time"))
    var pauseUntil: PlannedTimeArgument?

    func validate() throws {
        if quietLetsOut, quiet?.hours == nil { throw ValidationError("--quiet-lets-out needs --quiet FROM-TO.") }
    }

    /// Those that the command names, as they are where nothing else is said of them.
    private var named: [Wire.AddressInput] {
        let given: [(Wire.ChannelKind, [String])] = [
            (.email, email), (.sms, sms), (.whatsapp, whatsapp), (.slack, slack), (.webhook, webhook), (.inbox, inbox),
        ]
        return given.flatMap { kind, values in values.map { Wire.AddressInput(kind: kind, value: $0) } }
    }

    var isEmpty: Bool { named.isEmpty }

    /// Whether it says anything of what an address is told.
    var hasPreferences: Bool {
        let isAnySaid = [reminders, resolves, summaries].contains { $0 != nil } || minSeverity != nil || quiet != nil
        return isAnySaid || pauseUntil != nil || !onlyLocation.isEmpty || !onlyCategory.isEmpty
    }

    var inputs: [Wire.AddressInput] { named.map(preferring) }

    /// The addresses of a contact afterwards: those named are added or changed; what is said without naming any is said of
    /// all.
    func applied(to old: [Wire.AddressInput]) -> [Wire.AddressInput] {
        guard !isEmpty else { return old.map(preferring) }
        var all = old
        for address in named {
            if let index = all.firstIndex(where: { $0.kind == address.kind && $0.value == address.value }) {
                all[index].enabled = true
                all[index] = preferring(all[index])
            } else {
                all.append(preferring(address))
            }
        }
        return all
    }

    private func preferring(_ address: Wire.AddressInput) -> Wire.AddressInput {
        var address = address
        if let minSeverity { address.minSeverity = minSeverity }
        if !onlyLocation.isEmpty { address.locations = onlyLocation.filter { !$0.isEmpty } }
        if !onlyCategory.isEmpty { address.categories = onlyCategory.filter { !$0.isEmpty } }
        if let reminders { address.reminders = reminders }
        if let resolves { address.resolves = resolves }
        if let summaries { address.summaries = summaries }
        if let quiet {
            address.quietHours = quiet.hours.map {
                Wire.QuietHours(from: $0.from, to: $0.to, letOutThrough: quietLetsOut ? true : nil)
            }
        }
        if let pauseUntil { address.pausedUntil = pauseUntil.time }
        return address
    }
}

/// `22:00-07:00`, or `off`.
struct QuietArgument: ExpressibleByArgument {
    /// nil: none.
    var hours: (from: String, to: String)?

    init?(argument: String) {
        if argument == "off" { return }
        let times = argument.split(separator: "-", omittingEmptySubsequences: false).map(QuietArgument.time)
        guard times.count == 2, let from = times[0], let to = times[1] else { return nil }
        hours = (from, to)
    }

    /// `7:00` and `07:00` as `07:00`. Which times there are is the daemon's to say.
    private static func time(_ text: Substring) -> String? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        return "\(parts[0].utf8.count == 1 ? "0" : "")\(parts[0]):\(parts[1])"
    }
}
