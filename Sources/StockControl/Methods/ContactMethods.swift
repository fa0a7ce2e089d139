import StockDomain
import StockNotify
import StockStore
import StockWire

extension MethodTable {
    /// - Parameters:
    ///   - configured: the kinds of channel that have what they need to send.
    ///   - addressProblem: what is wrong with an address of that kind, if anything; it knows the configuration.
    mutating func addContactMethods(
        configured: @escaping @Sendable () -> [ChannelKind], _ addressProblem: @escaping @Sendable (ChannelKind, String) -> String?
    ) {
        /// People may be listed before the channel that reaches them is set up: that they are not reached yet is said.
        @Sendable func reply(_ contact: ContactRecord) -> ContactReply {
            let wanted = contact.enabled ? contact.addresses.filter(\.preferences.enabled) : []
            let missing = Set(wanted.map(\.kind)).subtracting(configured())
            return ContactReply(
                contact: contact.wire,
                warnings: missing.sorted { $0.rawValue < $1.rawValue }.map {
                    """
                    \($0.rawValue) is not configured, and what goes there waits: give the configuration \($0.neededSettings), then \
                    systemctl reload stockd
                    """
                })
        }

        @Sendable func read(_ inputs: [Wire.AddressInput]) throws -> [AddressRecord] {
            var seen: Set<String> = []
            return try inputs.enumerated().map { index, input in
                let kind = input.kind.domain
                if let problem = addressProblem(kind, input.value) {
                    throw ErrorObject.invalidParams("addresses[\(index)].value", problem)
                }
                guard seen.insert("\(kind.rawValue) \(input.value)").inserted else {
                    throw ErrorObject.invalidParams("addresses[\(index)]", "the address is there twice")
                }
                guard input.minSeverity != .healthy else {
                    throw ErrorObject.invalidParams("addresses[\(index)].min_severity", "min_severity must be low, critical or out")
                }
                var preferences = AddressPreferences(
                    minSeverity: input.minSeverity?.domain ?? AddressPreferences.defaultSeverity(of: kind))
                preferences.enabled = input.enabled ?? true
                preferences.locations = input.locations ?? []
                preferences.categories = input.categories ?? []
                preferences.reminders = input.reminders ?? true
                preferences.resolves = input.resolves ?? true
                preferences.summaries = input.summaries ?? true
                preferences.quietHours = try input.quietHours?.domain("addresses[\(index)].quiet_hours")
                preferences.pausedUntil = input.pausedUntil?.timestamp
                return AddressRecord(kind: kind, value: input.value, preferences: preferences)
            }
        }

        @Sendable func checkLocations(_ addresses: [AddressRecord], _ reader: StoreReader, _ tenantID: Int64) throws {
            for (index, address) in addresses.enumerated() {
                for name in address.preferences.locations {
                    do {
                        _ = try reader.location(name, tenantID: tenantID)
                    } catch let error as StoreError where error.code == .notFound {
                        throw ErrorObject.invalidParams("addresses[\(index)].locations", error.description)
                    }
                }
            }
        }

        add(ContactCreate.self, .write { tx, params, call in
            let tenantID = try call.tenantID(tx)
            let addresses = try read(params.addresses ?? [])
            try checkLocations(addresses, tx, tenantID)
            let made = try tx.createContact(
                params.name, enabled: params.enabled ?? true, timeZone: params.timeZone, addresses: addresses, tenantID: tenantID,
                now: call.now)
            return reply(made)
        })
        add(ContactList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let rows = try reader.contacts(
                tenantID: call.tenantFilter(reader), after: Paging.name(params.cursor), limit: limit + 1)
            let (page, next) = Paging.page(rows, limit: limit) { "\($0.tenantID).\($0.name)" }
            return ContactList.Result(contacts: page.map(\.wire), nextCursor: next)
        })
        add(ContactGet.self, .read { reader, params, call in
            reply(try reader.contact(params.name, tenantID: call.tenantID(reader)))
        })
        add(ContactUpdate.self, .write { tx, params, call in
            let tenantID = try call.tenantID(tx)
            let addresses = try params.addresses.map(read)
            try checkLocations(addresses ?? [], tx, tenantID)
            let zone: String?? =
                switch params.timeZone {
                case .keep: nil
                case .clear: .some(nil)
                case .set(let name): name
                }
            let changed = try tx.updateContact(
                params.name, newName: params.newName, enabled: params.enabled, timeZone: zone, addresses: addresses,
                tenantID: tenantID, now: call.now)
            return reply(changed)
        })
        add(ContactPause.self, .write { tx, params, call in
            let paused = try tx.pauseContact(
                params.name, address: params.address, until: params.until.timestamp, tenantID: call.tenantID(tx),
                now: call.now)
            return reply(paused)
        })
        add(ContactResume.self, .write { tx, params, call in
            let resumed = try tx.pauseContact(
                params.name, address: params.address, until: nil, tenantID: call.tenantID(tx), now: call.now)
            return reply(resumed)
        })
        add(ContactDelete.self, .write { tx, params, call in
            ContactReply(contact: try tx.deleteContact(params.name, tenantID: call.tenantID(tx), now: call.now).wire)
        })
    }
}

extension Wire.ChannelKind {
    var domain: ChannelKind {
        switch self {
        case .email: .email
        case .sms: .sms
        case .whatsapp: .whatsapp
        case .slack: .slack
        case .webhook: .webhook
        case .inbox: .inbox
        }
    }
}

extension ChannelKind {
    var wire: Wire.ChannelKind {
        switch self {
        case .email: .email
        case .sms: .sms
        case .whatsapp: .whatsapp
        case .slack: .slack
        case .webhook: .webhook
        case .inbox: .inbox
        }
    }
}

extension Wire.QuietHours {
    /// `field` is where they stand in the request.
    fileprivate func domain(_ field: String) throws -> QuietHours {
        func minutes(_ text: String, _ member: String) throws -> Int {
            guard let minutes = QuietHours.minutes(text) else {
                throw ErrorObject.invalidParams("\(field).\(member)", "\(member) must be a local time such as 22:00")
            }
            return minutes
        }
        let hours = QuietHours(from: try minutes(from, "from"), to: try minutes(to, "to"), letsOut: letOutThrough ?? false)
        guard hours.from != hours.to else {
            throw ErrorObject.invalidParams(
                "\(field).to", "to must differ from from; to be told nothing at all, switch the address off or pause it")
        }
        return hours
    }
}

extension QuietHours {
    fileprivate var wire: Wire.QuietHours {
        Wire.QuietHours(from: QuietHours.text(from), to: QuietHours.text(to), letOutThrough: letsOut)
    }
}

extension ContactRecord {
    var wire: Wire.Contact {
        Wire.Contact(
            id: id, tenant: tenant, name: name, enabled: enabled, timeZone: timeZone,
            addresses: addresses.map { address in
                let p = address.preferences
                return Wire.Address(
                    kind: address.kind.wire, value: address.value, enabled: p.enabled, disabledReason: p.disabledReason,
                    minSeverity: p.minSeverity.wire, locations: p.locations, categories: p.categories, reminders: p.reminders, resolves: p.resolves,
                    summaries: p.summaries, quietHours: p.quietHours?.wire, pausedUntil: p.pausedUntil?.wire)
            })
    }
}
