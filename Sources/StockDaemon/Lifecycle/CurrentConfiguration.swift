import Synchronization

/// The configuration in force, and how another takes its place.
package final class CurrentConfiguration: Sendable {
    /// What a reload came to. A bad file changes nothing.
    package enum Reload: Hashable, Sendable {
        case reloaded(changed: [String], restartRequired: [String])
        case refused([ConfigurationProblem])
    }

    private struct State {
        var configuration: Configuration
        /// Told of each new configuration, in order of registration.
        var followers: [@Sendable (Configuration) -> Void] = []
    }

    private let reader: ConfigurationReader
    private let state: Mutex<State>

    package init(_ configuration: Configuration, reader: ConfigurationReader) {
        self.reader = reader
        state = Mutex(State(configuration: configuration))
    }

    package var value: Configuration { state.withLock(\.configuration) }

    /// `follower` is called with every configuration that comes into force from now on. It must not block.
    package func follow(_ follower: @escaping @Sendable (Configuration) -> Void) {
        state.withLock { $0.followers.append(follower) }
    }

    /// Reads the file again. The demo has none: its configuration stays as it is.
    package func reload() -> Reload {
        guard let file = value.file else { return .reloaded(changed: [], restartRequired: []) }
        let new: Configuration
        do { new = try reader.read(file) } catch { return .refused(error.problems) }
        // One lock over both, so that two reloads at once reach the followers in the order they were put in force.
        return state.withLock { state in
            let changes = new.changes(from: state.configuration)
            let applicable = new.applicable(to: state.configuration)
            state.configuration = applicable
            for follower in state.followers { follower(applicable) }
            return .reloaded(changed: changes.applied, restartRequired: changes.restartRequired)
        }
    }

    /// What is wrong with the file as it is now; nothing is put in force.
    package func check() -> [ConfigurationProblem] {
        guard let file = value.file else { return [] }
        do { _ = try reader.read(file) } catch { return error.problems }
        return []
    }
}
