import CPeer
import Foundation

/// What a caller may do.
package enum Role: String, Comparable, CaseIterable, Sendable {
    /// Reads.
    case viewer
    /// Changes data too.
    case `operator`
    /// Everything.
    case admin

    package static func < (a: Role, b: Role) -> Bool { a.rank < b.rank }
    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .admin: 2
        }
    }
}

/// Decides who gets in, by what the kernel says of the process at the other end: root and the daemon's own user. The
/// rules of `control.access` are read and checked, but nothing is concluded from them.
package struct AccessPolicy: Sendable {
    /// The user that the daemon runs as.
    package var ownUID: UInt32

    package init(ownUID: UInt32) { self.ownUID = ownUID }

    /// nil: denied. Root and the daemon's own user are always admin.
    package func role(uid: UInt32) -> Role? { uid == 0 || uid == ownUID ? .admin : nil }
}

extension ControlLimits {
    /// How many connections there may be for one more of this user's to be admitted; nil: nobody knows whose it is. People
    /// who are denied everything must not keep out those who are not, and a shop's server, which has to be the daemon's own
    /// user, not the administrator who comes to see what it does.
    func places(for uid: UInt32?, _ access: AccessPolicy) -> Int {
        guard let uid, access.role(uid: uid) != nil else { return connections - reserved }
        return uid == access.ownUID ? connections : connections + reserved
    }
}

/// Who connected.
package struct PeerCredentials: Sendable {
    package var uid: UInt32
    package var pid: Int32

    package init(uid: UInt32, pid: Int32) {
        self.uid = uid
        self.pid = pid
    }

    /// What the kernel recorded when it connected; nil where it does not tell.
    package init?(descriptor: Int32) {
        var pid: pid_t = 0, uid: uid_t = 0, gid: gid_t = 0
        guard cpeer_credentials(descriptor, &pid, &uid, &gid) == 0 else { return nil }
        self.uid = uid
        self.pid = pid
    }

    /// The user's name, or the number where there is none.
    var userName: String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else {
            return String(uid)
        }
        return String(cString: name)
    }
}
