import NIOCore

extension Connection {
    /// Who asks, by the rules in force; nil: that is being found out, and goes on by itself then. Nothing is started
    /// meanwhile.
    var caller: Caller? {
        if let identity, identity.generation == access.generation { return identity.caller }
        identify()
        guard let identity, identity.generation == access.generation else { return nil }
        return identity.caller
    }

    /// Other rules are in force.
    func identifyAgain() {
        guard caller != nil else { return }
        resume()
    }

    private func identify() {
        guard let context, !identifying else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let known = access.identify(peer) { identity in
            bound.eventLoop.execute {
                bound.value.identifying = false
                bound.value.found(identity)
                bound.value.resume()
            }
        }
        if let known { found(known) } else { identifying = true }
    }

    private func found(_ identity: Access.Identity) {
        self.identity = identity
        endWhatIsDenied(identity.caller)
    }
}
