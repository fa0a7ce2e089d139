import Foundation
import StockDaemon
import Testing

@Suite final class SecretReaderTests {
    private let directory: String

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "stockd-secrets-\(UUID().uuidString)").path(percentEncoded: false)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private func write(_ name: String, _ content: String, mode: Int) throws -> String {
        let path = directory + "/" + name
        let made = FileManager.default.createFile(
            atPath: path, contents: Data(content.utf8), attributes: [.posixPermissions: NSNumber(value: mode)])
        #expect(made)
        return path
    }

    private func signingKey(_ reference: String) throws(ConfigurationError) -> String? {
        let reader = ConfigurationReader(environment: ["CREDENTIALS_DIRECTORY": directory])
        let text = "channels:\n  webhook_signing_key: {\(reference)}\n"
        return try reader.parse(Array(text.utf8), file: "f").channels.webhookSigningKey?.reveal()
    }

    private func problem(_ reference: String) -> String? {
        do {
            _ = try signingKey(reference)
            return nil
        } catch {
            #expect(!error.description.contains("hunter2"))
            return error.problems.first?.problem
        }
    }

    @Test(arguments: [("hunter2", "hunter2"), ("hunter2\n", "hunter2"), ("hunter2\r\n", "hunter2"), (" hunter2 ", " hunter2 ")])
    func readsACredentialLessItsLineEnd(content: String, secret: String) throws {
        _ = try write("key", content, mode: 0o440)
        #expect(try signingKey("credential: key") == secret)
    }

    @Test func readsAFileThatIsItsOwnersAlone() throws {
        let path = try write("key", "hunter2\n", mode: 0o600)
        #expect(try signingKey("file: \(path)") == "hunter2")
    }

    @Test(arguments: [0o640, 0o604, 0o644, 0o620, 0o602])
    func refusesAFileThatOthersCanReadOrWrite(mode: Int) throws {
        let path = try write("key", "hunter2\n", mode: mode)
        #expect(
            problem("file: \(path)") == "file \(path) can be read or written by others than its owner (chmod 600 it)")
    }

    @Test(arguments: [
        ("", "is empty"), ("\n", "is empty"), ("hunter2\nhunter2\n", "must be a single line without control characters"),
        ("hunter2\u{0}", "must be a single line without control characters"),
    ])
    func refusesWhatCannotBeASecret(content: String, expected: String) throws {
        _ = try write("key", content, mode: 0o400)
        #expect(problem("credential: key") == expected)
    }

    @Test func saysWhichCredentialIsMissing() {
        #expect(problem("credential: smtp-password") == "credential smtp-password cannot be read: No such file or directory")
    }

    @Test func refusesADirectory() {
        #expect(problem("file: \(directory)") == "file \(directory) is a directory, not a file")
    }

    @Test func refusesWhatIsTooLargeToBeASecret() throws {
        _ = try write("key", String(repeating: "hunter2", count: 10_000), mode: 0o400)
        #expect(problem("credential: key") == "credential key is larger than 64 KiB")
    }
}
