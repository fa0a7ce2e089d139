import StockWire

/// What the server holds a connection to.
package struct ControlLimits: Hashable, Sendable {
    package var lineBytes = Wire.lineLimit
    package var connections = 256
    /// Of these, as many as nobody gets whom no rule lets in; and beyond them, as many as only root gets.
    package var reserved = 8
    /// Requests that are being answered; past that the connection is not read.
    package var inFlight = 128
    /// Of one connection.
    package var subscriptions = 32
    /// Without a request, unless watching.
    package var idle = Duration.minutes(5)
    /// How long a connection that was refused is kept, so that the client can finish sending and read why.
    package var linger = Duration.seconds(2)
    /// How long a stop waits for requests in flight.
    package var grace = Duration.seconds(10)

    package init() {}
}

extension ControlLimits {
    /// How many connections there may be for one more of this user's to be admitted. People who are denied everything must
    /// not keep out those who are not, and a shop's server, whatever user it is, not the administrator who comes to see what
    /// it does.
    func places(for peer: PeerCredentials?, _ access: AccessPolicy) -> Int {
        guard let peer, access.grant(peer) != nil else { return connections - reserved }
        return peer.uid == 0 && access.ownUID != 0 ? connections + reserved : connections
    }
}
