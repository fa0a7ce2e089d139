import Foundation
import StockStore
import StockWire
import Synchronization
import Testing

@testable import StockControl

@Suite struct AccessTests {
    private let rules = [
        AccessRule(peer: .group("stockd-admin"), role: .admin), AccessRule(peer: .user("ben"), role: .viewer, tenants: ["acme"]),
        AccessRule(peer: .group("stockd"), role: .operator), AccessRule(peer: .user("carla"), role: .viewer),
        AccessRule(peer: .user("nobody-there"), role: .admin),
    ]

    private func grant(_ uid: UInt32, _ groups: Set<UInt32> = []) -> Grant? {
        AccessPolicy(ownUID: 990, rules: rules, users: .few).grant(PeerCredentials(uid: uid, pid: 1, groups: groups))
    }

    @Test func rootAndTheDaemonsOwnUserAreAdminsWhateverTheRulesSay() {
        #expect(grant(0) == Grant(role: .admin))
        #expect(grant(990, [990]) == Grant(role: .admin))
        #expect(grant(65534) == nil)
    }

    @Test func theFirstRuleThatMatchesCounts() {
        #expect(grant(1001, [100, 990]) == Grant(role: .operator))
        #expect(grant(1001, [990, 991]) == Grant(role: .admin))
        // Ben is an operator by his group, but the rule about himself comes first.
        #expect(grant(1002, [990]) == Grant(role: .viewer, tenants: ["acme"]))
        #expect(grant(1003) == Grant(role: .viewer))
        #expect(grant(1001, [100]) == nil)
    }

    /// What the contract says of rights, over every method there is.
    @Test(arguments: Methods.all.map { $0.name }) func everyMethodIsForThoseWhomTheContractNames(name: String) async throws {
        let method = try #require(Methods.named(name))
        let noun = name.prefix { $0 != "." }
        let least: Role =
            switch (noun, method.effect) {
            case ("tenant", _), ("config", _): .admin
            case ("audit", _): name == "audit.verify" ? .admin : .operator
            case ("delivery", _), (_, .changes): .operator
            case (_, .reads): .viewer
            }
        // A change of the daemon as a whole would be nobody's but an admin's.
        #expect(method.leastRole == least)
        #expect(method.effect == .reads || method.scope == .tenant || least == .admin)

        let namesTenant = ["tenant.create", "tenant.update"].contains(name)
        try await ControlFixture.run { fixture in
            func isDenied(_ grant: Grant?, _ common: CommonParams) -> Bool {
                // It gets no further than to whoever looks at the params.
                let params: any Codable & Sendable = namesTenant ? Tenant(name: common.tenant ?? "default") : Strange()
                let request = Request(id: .integer(1), method: method, params: params, common: common)
                let caller = Caller(uid: 1001, name: "anna", grant: grant)
                switch fixture.dispatcher.dispatch(request, caller: caller, lookingUpIn: fixture.store.snapshot(), done: { _ in }) {
                case .answered(.failed(let error)):
                    let code = (error as? ErrorObject)?.code
                    #expect(code == .denied || code == .unknownMethod)
                    return code == .denied
                case .answered, .watching: return false
                case .underWay:
                    Issue.record("it was begun with params that are not its own")
                    return false
                }
            }
            let isOfTenant = method.scope == .tenant || namesTenant
            let isOfAll = least == .admin && !isOfTenant && name != "tenant.list"
            #expect(isDenied(nil, CommonParams()))
            for role in Role.allCases {
                let tooLow = role < least
                #expect(isDenied(Grant(role: role), CommonParams()) == tooLow)
                #expect(isDenied(Grant(role: role), CommonParams(tenant: "other")) == tooLow)
                let acme = Grant(role: role, tenants: ["acme", "beta"])
                #expect(isDenied(acme, CommonParams(tenant: "acme")) == (tooLow || isOfAll))
                #expect(isDenied(acme, CommonParams(tenant: "other")) == (tooLow || isOfAll || isOfTenant))
                #expect(isDenied(acme, CommonParams()) == (tooLow || isOfAll || isOfTenant))
                if method.takesAllTenants {
                    #expect(isDenied(Grant(role: role), CommonParams(allTenants: true)) == (role < .admin))
                    #expect(isDenied(acme, CommonParams(tenant: "acme", allTenants: true)))
                }
            }
        }
    }

    private struct Strange: Codable, Sendable {}

    private struct Tenant: Codable, Sendable, TenantNaming {
        var name: String
    }

    @Test func whoIsNotListedIsDeniedEachRequest() async throws {
        try await ControlFixture.run(peer: { PeerCredentials(uid: 54321, pid: 1) }) { fixture in
            let client = try fixture.client()
            for (method, params) in [
                ("tenant.list", "{}"), ("rpc.discover", "{}"), ("event.watch", "{}"), ("no.such", "{}"),
                ("location.create", #"{"name":"x","time_zone":"UTC"}"#), ("location.create", #"{"wrong":1}"#),
            ] {
                let reply = try await client.call(method, params)
                #expect(reply.error?.code == .denied, "\(method)")
                #expect(reply.error?.number == -32000)
                #expect(reply.id == .integer(1))
            }
            let names = try await fixture.store.read { try $0.locations(tenantID: nil, after: nil, limit: 10).map(\.name) }
            #expect(names == [])
        }
    }

    @Test func eachIsLetInAsTheRulesSay() async throws {
        let peer = TestPeer()
        try await ControlFixture.run(peer: { peer.credentials }, rules: rules) { fixture in
            _ = try await fixture.call("tenant.create", #"{"name":"acme"}"#)
            peer.become(1001, [990])
            let anna = try fixture.client()
            #expect(try await anna.call("location.create", #"{"name":"store-1","tenant":"acme"}"#).error == nil)
            #expect(try await anna.call("location.list", #"{"all_tenants":true}"#).error?.code == .denied)
            #expect(try await anna.call("tenant.create", #"{"name":"beta"}"#).error?.code == .denied)
            peer.become(1002, [990])
            let ben = try fixture.client()
            #expect(try await ben.call("location.list", #"{"tenant":"acme"}"#).result?["locations"]?[0]?["name"] == "store-1")
            #expect(try await ben.call("location.list").error?.code == .denied)
            #expect(try await ben.call("location.create", #"{"name":"x","tenant":"acme"}"#).error?.code == .denied)
            #expect(try await ben.call("event.watch", #"{"tenant":"default"}"#).error?.code == .denied)
            #expect(try await ben.call("event.watch", #"{"tenant":"acme"}"#).error == nil)
        }
    }

    @Test func otherRulesCountForThoseWhoAreConnectedToo() async throws {
        let peer = TestPeer()
        try await ControlFixture.run(peer: { peer.credentials }, rules: rules) { fixture in
            peer.become(1003)
            let client = try fixture.client(), watching = try fixture.client()
            #expect(try await client.call("location.list").error == nil)
            #expect(try await watching.call("event.watch").error == nil)
            fixture.access.replace([AccessRule(peer: .user("carla"), role: .operator)])
            #expect(try await client.call("location.create", #"{"name":"store-1"}"#).error == nil)
            fixture.access.replace([])
            #expect(try await client.call("location.list").error?.code == .denied)
            // It is no business of theirs any more.
            while try await watching.line() != nil {}
        }
    }

    @Test func whoIsKnownDoesNotWaitWhileTheUsersAreLookedUp() async throws {
        let peer = TestPeer()
        let asked = Gate(), answer = DispatchSemaphore(value: 0)
        var users = UserDatabase.few
        users.groupID = { _ in
            asked.open()
            answer.wait()
            return 990
        }
        try await ControlFixture.run(peer: { peer.credentials }, rules: [AccessRule(peer: .group("stockd"), role: .viewer)], users: users) { fixture in
            peer.become(1001, [990])
            let waiting = try fixture.client()
            try await waiting.send(line: #"{"jsonrpc":"2.0","id":1,"method":"location.list"}"#)
            await asked.wait()
            peer.become(0)
            #expect(try await fixture.call("location.list").error == nil)
            peer.become(ControlFixture.ownUID)
            #expect(try await fixture.call("location.list").error == nil)
            answer.signal()
            #expect(try await waiting.line()?.error == nil)
        }
    }

    /// The kernel's own answer, by the process that runs this test.
    @Test func theGroupsAreThoseOfTheProcess() throws {
        var ends: [Int32] = [-1, -1]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { ends.forEach { close($0) } }
        let peer = try #require(PeerCredentials(descriptor: ends[0]))
        var groups = [gid_t](repeating: 0, count: 1024)
        let count = getgroups(Int32(groups.count), &groups)
        #expect(peer.uid == geteuid())
        #expect(peer.pid == getpid())
        #expect(peer.groups == Set(groups.prefix(Int(count))).union([getegid()]))
    }
}
