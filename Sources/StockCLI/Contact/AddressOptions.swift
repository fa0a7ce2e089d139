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

    @Option(help: ArgumentHelp("Told only of this location; may be repeated.", valueName: "name"))
    var onlyLocation: [String] = []

    @Option(help: ArgumentHelp("Told only of this category; may be repeated.", valueName: "name"))
    var onlyCategory: [String] = []

    @Flag(help: "Not reminded of what nobody acknowledged.")
    var noReminders = false

    @Flag(help: "Not told when it is over.")
    var noResolves = false

    @Flag(help: "No daily summary.")
    var noSummaries = false

    var isEmpty: Bool { inputs.isEmpty }

    func validate() throws {
        let preferences =
            minSeverity != nil || !onlyLocation.isEmpty || !onlyCategory.isEmpty || noReminders || noResolves || noSummaries
        if isEmpty, preferences {
            throw ValidationError("What an address is told of needs an address, such as --email.")
        }
    }

    var inputs: [Wire.AddressInput] {
        let given: [(Wire.ChannelKind, [String])] = [
            (.email, email), (.sms, sms), (.whatsapp, whatsapp), (.slack, slack), (.webhook, webhook), (.inbox, inbox),
        ]
        return given.flatMap { kind, values in
            values.map { value in
                Wire.AddressInput(
                    kind: kind, value: value, minSeverity: minSeverity,
                    locations: onlyLocation.isEmpty ? nil : onlyLocation,
                    categories: onlyCategory.isEmpty ? nil : onlyCategory, reminders: noReminders ? false : nil,
                    resolves: noResolves ? false : nil, summaries: noSummaries ? false : nil)
            }
        }
    }
}
