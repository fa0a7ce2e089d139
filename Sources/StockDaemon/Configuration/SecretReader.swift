import Foundation

/// Looks up what `{credential: NAME}`, `{file: PATH}` and `{env: NAME}` name.
package struct SecretReader: Sendable {
    /// Longer ones are no secrets but mistakes.
    private static let limit = 64 << 10

    /// The process's environment, `CREDENTIALS_DIRECTORY` among it.
    package var environment: [String: String]

    package init(environment: [String: String]) { self.environment = environment }

    /// Throws what is wrong in words that hold no part of the secret.
    func read(_ origin: Secret.Origin) throws(Invalid) -> Secret {
        let text =
            switch origin {
            case .credential(let name): try credential(name)
            case .file(let path): try Self.text(at: path, name: "file \(path)", ownerOnly: true)
            case .environment(let name): try variable(name)
            }
        if text.isEmpty { throw Invalid("is empty") }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            throw Invalid("must be a single line without control characters")
        }
        return Secret(text, origin: origin)
    }

    private func credential(_ name: String) throws(Invalid) -> String {
        guard let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty else {
            throw Invalid(
                "credential \(name) cannot be looked up: $CREDENTIALS_DIRECTORY is not set (systemd's LoadCredential= sets it)")
        }
        // systemd itself guards the directory, and lets the service read by an ACL that looks like group access.
        return try Self.text(at: directory + "/" + name, name: "credential \(name)", ownerOnly: false)
    }

    private func variable(_ name: String) throws(Invalid) -> String {
        guard let text = environment[name] else { throw Invalid("environment variable \(name) is not set") }
        return text
    }

    /// The content of a file less its final line end.
    private static func text(at path: String, name: String, ownerOnly: Bool) throws(Invalid) -> String {
        let bytes: [UInt8]
        do {
            bytes = try SmallFile.read(path, limit: limit) { status throws(Invalid) in
                if ownerOnly, status.st_mode & 0o066 != 0 {
                    throw Invalid("\(name) can be read or written by others than its owner (chmod 600 it)")
                }
            }
        } catch {
            throw Invalid(error.text.hasPrefix(name) ? error.text : "\(name) \(error.text)")
        }
        guard var text = String(validating: bytes, as: UTF8.self) else { throw Invalid("\(name) is not UTF-8") }
        if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}

/// Files that are read whole.
enum SmallFile {
    /// Throws what is wrong as words that follow the file's name. `check` sees the open file's status first.
    static func read(
        _ path: String, limit: Int, check: (stat) throws(Invalid) -> Void = { _ throws(Invalid) in }
    ) throws(Invalid) -> [UInt8] {
        // Without O_NONBLOCK, opening a named pipe would hang.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Invalid("cannot be read: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Invalid("cannot be read: \(String(cString: strerror(errno)))") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Invalid(status.st_mode & S_IFMT == S_IFDIR ? "is a directory, not a file" : "is not a regular file")
        }
        try check(status)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Invalid("cannot be read: \(String(cString: strerror(errno)))") }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            if bytes.count > limit { throw Invalid("is larger than \(limit >> 10) KiB") }
        }
    }
}
