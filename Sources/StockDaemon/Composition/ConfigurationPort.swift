import StockControl
import StockDomain
import StockWire

/// The configuration as the control socket's methods see it.
struct ConfigurationPort: ConfigurationControl {
    let current: CurrentConfiguration
    /// Reads the file again and logs what came of it, as at SIGHUP.
    let reloading: @Sendable () -> CurrentConfiguration.Reload

    func show() -> ConfigShow.Result {
        let configuration = current.value
        return ConfigShow.Result(file: configuration.file, config: configuration.shown)
    }

    func reload() async -> ConfigReload.Result {
        switch reloading() {
        case .reloaded(let changed, let restartRequired):
            ConfigReload.Result(reloaded: true, changed: changed, restartRequired: restartRequired, problems: [])
        case .refused(let problems):
            ConfigReload.Result(reloaded: false, changed: [], restartRequired: [], problems: problems.map(\.wire))
        }
    }

    func check() -> ConfigCheck.Result {
        let problems = current.check().map(\.wire)
        return ConfigCheck.Result(valid: problems.isEmpty, problems: problems)
    }

    func problem(with address: String, of kind: ChannelKind) -> String? {
        do {
            switch kind {
            case .email:
                let mailbox = try Parse.mailbox(address)
                return mailbox.name == nil ? nil : "must be a bare address such as alerts@example.com"
            case .sms, .whatsapp:
                _ = try Parse.phone(address)
            case .slack, .webhook:
                guard current.value.channels.webhooks[address] == nil else { return nil }
                let names = current.value.channels.webhooks.keys.sorted().joined(separator: ", ")
                return "must be the name of one of channels.webhooks in the configuration"
                    + (names.isEmpty ? " (there are none)" : " (\(names))")
            case .inbox:
                _ = try Parse.text(address)
            }
            return nil
        } catch {
            return error.text
        }
    }

    var channels: [ChannelKind] { current.value.channelKinds }
}

extension Configuration {
    /// The kinds of channel that have what they need to send.
    var channelKinds: [ChannelKind] {
        guard delivery.mode == .send else { return ChannelKind.allCases }
        return ChannelKind.allCases.filter { kind in
            switch kind {
            case .email: channels.email != nil
            case .slack, .webhook: !channels.webhooks.isEmpty
            case .sms: channels.twilio?.smsFrom != nil
            case .whatsapp: channels.twilio?.whatsappFrom != nil
            case .inbox: true
            }
        }
    }
}

extension ConfigurationProblem {
    fileprivate var wire: Wire.ConfigProblem { Wire.ConfigProblem(file: file, line: line, key: key, problem: problem) }
}
