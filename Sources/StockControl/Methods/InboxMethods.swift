import StockDomain
import StockStore
import StockWire

extension MethodTable {
    mutating func addInboxMethods() {
        add(InboxList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let rows = try reader.inbox(
                tenantID: try call.tenantFilter(reader), contact: params.contact, unread: params.unread ?? false,
                before: try Paging.numbers(params.cursor, count: 1)?[0], limit: limit + 1)
            let (page, next) = Paging.page(rows, limit: limit) { String($0.id) }
            return InboxList.Result(messages: page.map(\.wire), nextCursor: next)
        })
        add(InboxRead.self, .write { tx, params, call in
            let tenantID = try call.tenantID(tx)
            let count: Int
            switch (params.ids, params.all ?? false) {
            case (let ids?, false):
                guard params.contact == nil else {
                    throw ErrorObject.invalidParams("contact", "contact goes with all: ids name the messages already")
                }
                guard ids.count <= Wire.largestLimit else {
                    throw ErrorObject.invalidParams("ids", "ids must not be more than \(Wire.largestLimit)")
                }
                count = try tx.readInbox(ids, by: call.caller.name, tenantID: tenantID, now: call.now)
            case (nil, true):
                count = try tx.readWholeInbox(contact: params.contact, by: call.caller.name, tenantID: tenantID, now: call.now)
            default:
                throw ErrorObject.invalidParams("ids", "say which messages were read: either ids, or all: true")
            }
            return InboxRead.Result(count: count, unread: try tx.unreadInbox(tenantID: tenantID))
        })
    }
}

extension InboxRecord {
    fileprivate var wire: Wire.InboxMessage {
        Wire.InboxMessage(
            id: id, tenant: tenant, contact: contact, kind: Wire.MessageKind(rawValue: kind.rawValue) ?? .alert,
            severity: severity?.wire, message: text, read: readAt != nil, createdAt: createdAt.wire, readAt: readAt?.wire,
            readBy: readBy)
    }
}
