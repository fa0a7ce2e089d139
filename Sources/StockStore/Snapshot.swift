/// Reads of one thread that see the database as it was at the first of them, until `end`: to begin a snapshot and to end it
/// takes longer than many a read.
package final class Snapshot {
    private let begin: () throws -> (reader: StoreReader, end: () -> Void)
    private var begun: (reader: StoreReader, end: () -> Void)?

    init(_ begin: @escaping () throws -> (reader: StoreReader, end: () -> Void)) { self.begin = begin }

    deinit { end() }

    /// Begins it where it has not begun. A failure ends it, as it may be the disk's.
    package func read<T>(_ body: (StoreReader) throws -> T) throws -> T {
        let reader: StoreReader
        if let begun {
            reader = begun.reader
        } else {
            let made = try begin()
            begun = made
            reader = made.reader
        }
        do {
            return try body(reader)
        } catch {
            end()
            throw error
        }
    }

    /// The next read sees what is there then.
    package func end() {
        guard let (_, end) = begun else { return }
        begun = nil
        end()
    }
}
