/// A token, password or key. Prints as `<secret>` wherever it is printed, dumped or reflected.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Where it was read from; this may be shown.
    package enum Origin: Hashable, Sendable {
        /// A file in `$CREDENTIALS_DIRECTORY`.
        case credential(String)
        case file(String)
        case environment(String)
    }

    package let origin: Origin
    private let text: String

    package init(_ text: String, origin: Origin) {
        self.text = text
        self.origin = origin
    }

    /// The secret itself: for the request that needs it, and nothing else.
    package func reveal() -> String { text }

    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
