package enum DataImport: Method {
    package static let name = "data.import"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    /// A file is as long as it likes; what it changed stands in the ledger.
    package static let unrecorded = ["data", "state"]
    package static let summary =
        "Applies a piece of a CSV file; the next request carries `state` and begins with the first byte that was not consumed."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var data: String
        package var last: Bool?
        package var state: String?
        package var name: String?
        package var kind: Wire.DataKind?
        package var decimalComma: Bool?
        package var countedAt: Wire.Time?
        package var dryRun: Bool?

        package init(
            data: String, last: Bool? = nil, state: String? = nil, name: String? = nil, kind: Wire.DataKind? = nil,
            decimalComma: Bool? = nil, countedAt: Wire.Time? = nil, dryRun: Bool? = nil
        ) {
            self.data = data
            self.last = last
            self.state = state
            self.name = name
            self.kind = kind
            self.decimalComma = decimalComma
            self.countedAt = countedAt
            self.dryRun = dryRun
        }

        enum CodingKeys: String, CodingKey {
            case data, last, state, name, kind
            case decimalComma = "decimal_comma"
            case countedAt = "counted_at"
            case dryRun = "dry_run"
        }

        package static let notes = [
            "data": "Bytes of the file in base64, at most 512 KiB of them.",
            "last": "Whether the file ends with them.",
            "state": "As the reply to the piece before it named it; left out of the first.",
            "name": "The file's name: one that begins with `products`, `levels` or `sales` must have their columns.",
            "kind": "What the file holds; left out, its header tells.",
            "decimal_comma": "Whether numbers are written with a comma: 2,5.",
            "counted_at": "When levels were counted whose rows do not say; now if left out of the first piece.",
            "dry_run": "Only say what would become of the rows.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        @OrNull package var kind: Wire.DataKind?
        package var rows: Int
        package var applied: Int
        package var unchanged: Int
        package var overtaken: Int
        package var skippedCount: Int
        package var skipped: [Wire.SkippedRow]
        package var ignoredColumns: [String]
        package var consumed: Int
        @OrNull package var state: String?

        package init(
            kind: Wire.DataKind? = nil, rows: Int = 0, applied: Int = 0, unchanged: Int = 0, overtaken: Int = 0,
            skippedCount: Int = 0, skipped: [Wire.SkippedRow] = [], ignoredColumns: [String] = [], consumed: Int = 0,
            state: String? = nil
        ) {
            self.kind = kind
            self.rows = rows
            self.applied = applied
            self.unchanged = unchanged
            self.overtaken = overtaken
            self.skippedCount = skippedCount
            self.skipped = skipped
            self.ignoredColumns = ignoredColumns
            self.consumed = consumed
            self.state = state
        }

        enum CodingKeys: String, CodingKey {
            case kind, rows, applied, unchanged, overtaken, skipped, consumed, state
            case skippedCount = "skipped_count"
            case ignoredColumns = "ignored_columns"
        }

        package static let notes = [
            "kind": "What the file holds; null where the header has not come yet.",
            "rows": "Rows of this piece: the sum of the four that follow.",
            "applied": "Rows that said something new.",
            "unchanged": "Rows that said what was known.",
            "overtaken": "Counts of levels that were counted later.",
            "skipped_count": "Rows that could not be applied.",
            "skipped": "The first 1000 of them.",
            "ignored_columns": "Columns that mean nothing here.",
            "consumed": "Bytes of `data` that were dealt with.",
            "state": "For the next request.",
        ]
    }
}

package enum DataExport: Method {
    package static let name = "data.export"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "Products, levels, movements or alerts as a text that grows page by page, as CSV or a JSON object a line."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var what: Wire.ExportKind
        package var format: Wire.ExportFormat?
        package var location: String?
        package var since: Wire.Time?
        package var limit: Int?
        package var cursor: String?

        package init(
            what: Wire.ExportKind, format: Wire.ExportFormat? = nil, location: String? = nil, since: Wire.Time? = nil,
            limit: Int? = nil, cursor: String? = nil
        ) {
            self.what = what
            self.format = format
            self.location = location
            self.since = since
            self.limit = limit
            self.cursor = cursor
        }

        package static let notes = [
            "what": "What to export.",
            "format": "`csv` if left out; the first page of it begins with the header.",
            "location": "Only this location; not of products.",
            "since": "Only movements and alerts that came at this time or later.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var text: String
        package var rows: Int
        @OrNull package var nextCursor: String?

        package init(text: String, rows: Int, nextCursor: String? = nil) {
            self.text = text
            self.rows = rows
            self.nextCursor = nextCursor
        }

        enum CodingKeys: String, CodingKey {
            case text, rows
            case nextCursor = "next_cursor"
        }

        package static let notes = [
            "text": "Whole lines, to be put behind those of the pages before.",
            "rows": "Rows in it; a page may have none and be followed by others.",
        ]
    }
}

extension Wire {
    package enum DataKind: String, WireEnum { case products, levels, sales }
    package enum ExportKind: String, WireEnum { case products, levels, movements, alerts }
    package enum ExportFormat: String, WireEnum { case csv, jsonl }

    /// A row of a file that could not be applied.
    package struct SkippedRow: Codable, Hashable, Sendable, Noted {
        package var line: Int
        package var reason: String

        package init(line: Int, reason: String) {
            self.line = line
            self.reason = reason
        }

        package static let notes = [
            "line": "Where the row begins in the file, counted from 1.",
            "reason": "Why it was skipped.",
        ]
    }
}
