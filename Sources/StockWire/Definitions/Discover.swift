package enum RPCDiscover: Method {
    package static let name = "rpc.discover"
    package static let effect = Effect.reads
    package static let scope = Scope.system
    package static let summary = "This protocol as an OpenRPC document."

    package typealias Params = NoParams
    /// An OpenRPC document; `OpenRPC.document` makes it.
    package typealias Result = JSONValue
}
