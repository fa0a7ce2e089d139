import CPeer
import Foundation

/// Who connected.
package struct PeerCredentials: Hashable, Sendable {
    package var uid: UInt32
    package var pid: Int32
    /// Of the process, as the kernel has them: its own and the supplementary ones. They are what it got at its login or was
    /// started with, and what decides whether it could open the socket's file. What the user database says of the user now
    /// may be another thing, as everywhere else: who is put into a group logs in again.
    package var groups: Set<UInt32>

    package init(uid: UInt32, pid: Int32, groups: Set<UInt32> = []) {
        self.uid = uid
        self.pid = pid
        self.groups = groups
    }

    /// What the kernel recorded when it connected; nil where it does not tell.
    package init?(descriptor: Int32) {
        var pid: pid_t = 0, uid: uid_t = 0, gid: gid_t = 0
        guard cpeer_credentials(descriptor, &pid, &uid, &gid) == 0 else { return nil }
        self.uid = uid
        self.pid = pid
        groups = [gid]
        var others = [gid_t](repeating: 0, count: 32)
        var count = Int32(others.count)
        var outcome = cpeer_groups(descriptor, &others, &count)
        if outcome == ERANGE {
            others = [gid_t](repeating: 0, count: Int(count))
            outcome = cpeer_groups(descriptor, &others, &count)
        }
        if outcome == 0 { groups.formUnion(others.prefix(Int(count))) }
    }
}

/// The system's user database, which may be on another machine: to be asked on a thread that nobody waits for.
package struct UserDatabase: Sendable {
    package var userName: @Sendable (_ uid: UInt32) -> String?
    package var userID: @Sendable (_ name: String) -> UInt32?
    package var groupID: @Sendable (_ name: String) -> UInt32?

    package init(
        userName: @escaping @Sendable (UInt32) -> String?, userID: @escaping @Sendable (String) -> UInt32?,
        groupID: @escaping @Sendable (String) -> UInt32?
    ) {
        self.userName = userName
        self.userID = userID
        self.groupID = groupID
    }

    /// By way of NSS. A name that nobody has, made of digits, is the number.
    package static let system = UserDatabase(
        userName: { uid in
            lookUp(passwd(), { getpwuid_r(uid, $0, $1, $2, $3) }) { entry in entry.pw_name.map { String(cString: $0) } }
        },
        userID: { name in lookUp(passwd(), { getpwnam_r(name, $0, $1, $2, $3) }, \.pw_uid) ?? UInt32(name) },
        groupID: { name in lookUp(group(), { getgrnam_r(name, $0, $1, $2, $3) }, \.gr_gid) ?? UInt32(name) })

    /// Hands `find` a buffer, and a larger one while it asks for that: the entry of a group names all of its members.
    private static func lookUp<Entry, Value>(
        _ empty: Entry,
        _ find: (
            UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
        ) -> Int32,
        _ value: (Entry) -> Value?
    ) -> Value? {
        var size = 4096
        while size <= 16 << 20 {
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            var entry = empty
            var found: UnsafeMutablePointer<Entry>?
            let code = find(&entry, buffer, size, &found)
            // What the entry says lies in the buffer.
            if code != ERANGE { return code == 0 && found != nil ? value(entry) : nil }
            size *= 4
        }
        return nil
    }
}
