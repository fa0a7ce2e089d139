import CSQLite
import CWriteAhead

extension SQLiteConnection {
    /// Writes each commit to the log in one piece from now on. Until then what does not fit the cache goes to the log before
    /// its commit, as large migrations need it.
    ///
    /// That nothing goes there early any more also keeps a defect of SQLite away (up to 3.40 at least): rolling back to a
    /// savepoint after that can leave checksums of the log wrong, and everything committed later is lost in a crash.
    func gatherCommits() throws {
        try script("PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF")
        guard let log = file(SQLITE_FCNTL_JOURNAL_POINTER), let database = file(SQLITE_FCNTL_FILE_POINTER),
            let traits = database.pointee.pMethods?.pointee.xDeviceCharacteristics(database),
            traits & SQLITE_IOCAP_POWERSAFE_OVERWRITE != 0
        else { return }
        try check(cwriteahead_gather(log))
    }

    /// Writes the write-ahead log again as it stands, and syncs it.
    ///
    /// A process that was here before may have ended after a sync had failed. Linux reports that once, then shows what
    /// never reached the disk as if it had: SQLite finds it in the log and builds on it, and a power cut takes it away
    /// with all that was acknowledged since. Written again, it gets there.
    func rewriteLog() throws {
        // Nobody else may write meanwhile; and this is what makes SQLite open the log.
        try script("BEGIN IMMEDIATE")
        defer { try? script("ROLLBACK") }
        guard let log = file(SQLITE_FCNTL_JOURNAL_POINTER), let methods = log.pointee.pMethods?.pointee else { return }
        var size: Int64 = 0
        try check(methods.xFileSize(log, &size))
        guard size > 0 else { return }
        // SQLite's own files write less than 128 KiB at a time, and take no more than that for a full disk.
        let chunk = 1 << 16
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: chunk, alignment: 16)
        defer { buffer.deallocate() }
        for offset in stride(from: Int64(0), to: size, by: chunk) {
            let count = Int32(min(Int64(chunk), size - offset))
            try check(methods.xRead(log, buffer, count, offset))
            try check(methods.xWrite(log, buffer, count, offset))
        }
        try check(methods.xSync(log, SQLITE_SYNC_NORMAL))
    }

    /// Of the database and its log, by the files that are open: to look them up by name takes as long as a small read.
    func bytes() throws -> Int64 {
        try [SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER].reduce(0) { sum, which in
            // The log is opened by the first read.
            guard let file = file(which), let methods = file.pointee.pMethods?.pointee else { return sum }
            var size: Int64 = 0
            try check(methods.xFileSize(file, &size), of: "the database")
            return sum + size
        }
    }

    private func check(_ code: Int32, of file: String = "the write-ahead log") throws {
        guard code == SQLITE_OK else {
            throw StoreError(sqlite: code, message: "\(file): \(String(cString: sqlite3_errstr(code)))")
        }
    }
}
