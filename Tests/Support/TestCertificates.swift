import Foundation

/// Certificates to try TLS with, made once by `Tests/Support/servers/certificates.py`.
package struct TestCertificates: Sendable {
    /// Signed what is not self-signed.
    package let authority: String
    private let folder: URL

    package static let shared = Result { try TestCertificates() }

    /// `good`, `expired`, `othername` (for a host elsewhere) or `selfsigned`: chain and key in one file.
    package func file(_ name: String) -> String { folder.appending(path: "\(name).pem").path(percentEncoded: false) }

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "stockd-certificates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let child = try ChildProcess([ServerProcess.python, ServerProcess.script("certificates.py"), folder.path(percentEncoded: false)])
        guard child.wait() == 0 else { throw ServerProcess.Failure(description: "certificates.py failed") }
        authority = folder.appending(path: "ca.pem").path(percentEncoded: false)
        Self.folderToRemove = folder
        atexit { if let folder = TestCertificates.folderToRemove { try? FileManager.default.removeItem(at: folder) } }
    }

    /// Written once, before the process can end.
    private static nonisolated(unsafe) var folderToRemove: URL?
}
