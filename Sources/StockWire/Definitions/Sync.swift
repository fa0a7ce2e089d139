package enum SyncRun: Method {
    package static let name = "sync.run"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary =
        "Starts a sync of one source or all of them; with `wait`, answers when it is done."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var source: String?
        package var wait: Bool?

        package init(source: String? = nil, wait: Bool? = nil) {
            self.source = source
            self.wait = wait
        }

        package static let notes = [
            "source":
                "The source's name; all of the tenant's if left out.",
            "wait":
                "true: answer when the sync is done; false if left out.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable {
        package var sources: [Wire.Source]

        package init(sources: [Wire.Source]) {
            self.sources = sources
        }
    }
}

package enum SyncStatus: Method {
    package static let name = "sync.status"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let takesAllTenants = true
    package static let summary = "How the sources are doing, and what the last sync skipped."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var source: String?

        package init(source: String? = nil) {
            self.source = source
        }

        package static let notes = [
            "source":
                "The source's name; all of the tenant's if left out.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable {
        package var sources: [Wire.Source]

        package init(sources: [Wire.Source]) {
            self.sources = sources
        }
    }
}

package enum SyncPause: Method {
    package static let name = "sync.pause"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary =
        "Leaves a source alone while it is worked on: no sync, and no alarm that its counts are stale."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var source: String
        package var until: Wire.Time?
        package var comment: String?

        package init(source: String, until: Wire.Time? = nil, comment: String? = nil) {
            self.source = source
            self.until = until
            self.comment = comment
        }

        package static let notes = [
            "source":
                "The source's name.",
            "until":
                "When it ends by itself; if left out, when somebody resumes it.",
            "comment":
                "Why, for those who wonder.",
        ]
    }

    package typealias Result = SourceReply
}

package enum SyncResume: Method {
    package static let name = "sync.resume"
    package static let effect = Effect.changes
    package static let scope = Scope.tenant
    package static let summary = "Ends a source's pause, and syncs it."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var source: String

        package init(source: String) { self.source = source }

        package static let notes = [
            "source":
                "The source's name.",
        ]
    }

    package typealias Result = SourceReply
}

package struct SourceReply: Codable, Hashable, Sendable, Noted {
    package var source: Wire.Source

    package init(source: Wire.Source) { self.source = source }

    package static let notes = [
        "source":
            "The source as it is now.",
    ]
}

extension Wire {
    /// How a source is doing.
    package struct Source: Codable, Hashable, Sendable, Noted {
        package var name: String
        package var kind: String
        package var tenant: String
        package var state: SyncState
        @OrNull package var phase: String?
        @OrNull package var lastSuccessAt: Time?
        @OrNull package var nextRunAt: Time?
        package var pages: Int
        package var countsApplied: Int
        package var salesApplied: Int
        package var skipped: [Skipped]
        package var skippedCount: Int
        @OrNull package var error: String?
        @OrNull package var pause: SourcePause?

        package init(
            name: String, kind: String, tenant: String, state: SyncState, phase: String? = nil,
            lastSuccessAt: Time? = nil, nextRunAt: Time? = nil, pages: Int, countsApplied: Int, salesApplied: Int,
            skipped: [Skipped], skippedCount: Int, error: String? = nil, pause: SourcePause? = nil
        ) {
            self.name = name
            self.kind = kind
            self.tenant = tenant
            self.state = state
            self.phase = phase
            self.lastSuccessAt = lastSuccessAt
            self.nextRunAt = nextRunAt
            self.pages = pages
            self.countsApplied = countsApplied
            self.salesApplied = salesApplied
            self.skipped = skipped
            self.skippedCount = skippedCount
            self.error = error
            self.pause = pause
        }

        enum CodingKeys: String, CodingKey {
            case name, kind, tenant, state, phase, pages, skipped, error, pause
            case lastSuccessAt = "last_success_at"
            case nextRunAt = "next_run_at"
            case countsApplied = "counts_applied"
            case salesApplied = "sales_applied"
            case skippedCount = "skipped_count"
        }

        package static let notes = [
            "name":
                "The source's name in the configuration.",
            "kind":
                "What it is: `square`, `csv` or `demo`.",
            "state":
                "What it is doing; `waiting` means that it failed and tries again at `next_run_at`, `paused` that it is left alone.",
            "phase":
                "What the running sync is at, for example `catalogue`, or null.",
            "skipped":
                "What the last sync could not use, with the reason: at most 1000 of it.",
            "skipped_count":
                "How much the last sync could not use.",
            "error":
                "What went wrong last, or null.",
            "pause":
                "That it is left alone, or null.",
        ]
    }

    /// A time in which a source is left alone.
    package struct SourcePause: Codable, Hashable, Sendable, Noted {
        package var since: Time
        @OrNull package var until: Time?
        package var by: String
        @OrNull package var comment: String?

        package init(since: Time, until: Time? = nil, by: String, comment: String? = nil) {
            self.since = since
            self.until = until
            self.by = by
            self.comment = comment
        }

        package static let notes = [
            "since":
                "When it began.",
            "until":
                "When it ends by itself; null: when somebody resumes it.",
            "by":
                "Who paused it.",
            "comment":
                "Why, or null.",
        ]
    }

    /// An object of a source that could not be used.
    package struct Skipped: Codable, Hashable, Sendable, Noted {
        package var object: String
        package var reason: String

        package init(object: String, reason: String) {
            self.object = object
            self.reason = reason
        }

        package static let notes = [
            "object":
                "Names it in the source's own terms.",
            "reason":
                "Why it was skipped.",
        ]
    }

    /// What a source is doing; `waiting`: backing off after a failure.
    package enum SyncState: String, WireEnum {
        case idle, running, waiting, failed, paused
    }
}
