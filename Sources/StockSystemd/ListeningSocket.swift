import CSystemd
import Glibc

/// What systemd handed over doesn't fit what the daemon can use.
package struct SocketActivationError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String
}

package enum ListeningSocket {
    /// The listening Unix socket that the service manager passed by a `.socket` unit; nil if it passed none.
    ///
    /// To be called once, early: it takes `$LISTEN_FDS` out of the environment.
    package static func fromServiceManager() throws(SocketActivationError) -> Int32? {
        let count = sd_listen_fds(1)
        guard count >= 0 else {
            throw SocketActivationError(description: "the sockets that systemd passed cannot be taken: \(String(cString: strerror(-count)))")
        }
        guard count > 0 else { return nil }
        guard count == 1 else {
            throw SocketActivationError(description: "systemd passed \(count) sockets; stockd.socket must have one ListenStream=")
        }
        let descriptor = SD_LISTEN_FDS_START
        guard sd_is_socket_unix(descriptor, Int32(SOCK_STREAM.rawValue), 1, nil, 0) > 0 else {
            throw SocketActivationError(
                description: "systemd passed something other than a listening Unix stream socket; check ListenStream= in stockd.socket")
        }
        return descriptor
    }
}
