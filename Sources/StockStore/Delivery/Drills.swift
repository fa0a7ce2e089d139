import StockDomain

/// An address in a drill.
package struct DrilledAddress: Hashable, Sendable {
    package var contact: String
    package var channel: ChannelKind
    package var address: String
    /// nil: it is not told, for `reason`.
    package var deliveryID: Int64?
    package var reason: KeptReason?
}

extension StoreTransaction {
    /// Queues a drill for every address of a contact, or of all of them. It is no alert: nothing is opened, and no stock is
    /// touched. An address that wants to be left alone now is, for good: in the morning the drill is over.
    package func enqueueDrill(contact: String?, tenantID: Int64, now: Timestamp) throws -> [DrilledAddress] {
        let contacts = try contact.map { [try self.contact($0, tenantID: tenantID)] } ?? allContacts(tenantID: tenantID)
        return try contacts.flatMap { contact in
            try addresses(ofContact: contact.id).map { address in
                var drilled = DrilledAddress(contact: contact.name, channel: address.kind, address: address.value)
                switch address.preferences.decideDrill(now: now) {
                case .tell:
                    drilled.deliveryID = try insertDelivery(
                        addressID: address.id, channel: address.kind, kind: .drill, noticeID: nil, tenantID: tenantID, ready: now,
                        now: now)
                case .hold(let by): drilled.reason = .held(by)
                case .refuse(let reason): drilled.reason = .notTold(reason)
                }
                return drilled
            }
        }
    }

    private func allContacts(tenantID: Int64) throws -> [ContactRecord] {
        var all: [ContactRecord] = []
        while true {
            let page = try contacts(
                tenantID: tenantID, after: all.last.map { NameCursor(name: $0.name, tenantID: tenantID) }, limit: 1000)
            if page.isEmpty { return all }
            all += page
        }
    }
}
