/// Why a product at a location stands as it does, who was told of it, and who was not: the whole chain of decisions at a
/// moment, now or past.
package struct Explanation: Hashable, Sendable {
    package var sku: String
    package var productName: String
    package var category: String?
    package var location: String
    package var at: Timestamp

    package var level: Level
    package var thresholds: Thresholds
    package var settings: [Setting]
    package var parLevel: Quantity?
    package var rate: SaleRate?
    /// Whether it is short, and if not, or if it may not alert, why.
    package var condition: Condition
    /// The one that stood then, as it was then; of a product that was well, the last one.
    package var alert: Alert?
    package var window: SuppressionWindow?
    /// Those in force over it then.
    package var silences: [Silence]
    /// The escalations that were meant for it, the one that its alert follows first.
    package var escalations: [Escalation]
    /// What comes next of its escalation, where that is still under way.
    package var nextStep: NextStep?
    package var addresses: [Address]
    package var deliveries: [Delivery]

    package init(
        sku: String, productName: String, category: String?, location: String, at: Timestamp, level: Level,
        thresholds: Thresholds, settings: [Setting], parLevel: Quantity?, rate: SaleRate?, condition: Condition,
        alert: Alert?, window: SuppressionWindow?, silences: [Silence], escalations: [Escalation],
        nextStep: NextStep?, addresses: [Address], deliveries: [Delivery]
    ) {
        self.sku = sku
        self.productName = productName
        self.category = category
        self.location = location
        self.at = at
        self.level = level
        self.thresholds = thresholds
        self.settings = settings
        self.parLevel = parLevel
        self.rate = rate
        self.condition = condition
        self.alert = alert
        self.window = window
        self.silences = silences
        self.escalations = escalations
        self.nextStep = nextStep
        self.addresses = addresses
        self.deliveries = deliveries
    }

    package struct Level: Hashable, Sendable {
        package var onHand: Quantity
        /// nil: not kept so far back.
        package var held: Quantity?
        package var tracking: Tracking
        package var retired: Bool
        /// Since when its source has been silent.
        package var staleSince: Timestamp?
        package var countedAt: Timestamp?
        /// The movement that brought it there; nil: none yet.
        package var movement: Movement?

        package init(
            onHand: Quantity, held: Quantity?, tracking: Tracking, retired: Bool, staleSince: Timestamp?, countedAt: Timestamp?,
            movement: Movement?
        ) {
            self.onHand = onHand
            self.held = held
            self.tracking = tracking
            self.retired = retired
            self.staleSince = staleSince
            self.countedAt = countedAt
            self.movement = movement
        }
    }

    /// A threshold setting that bears on it, most specific first, and what came of it.
    package struct Setting: Hashable, Sendable {
        package enum Outcome: String, CaseIterable, Sendable {
            /// It decides.
            case decides
            /// It says nothing about this.
            case silent
            /// A more specific one has decided.
            case overridden
            /// A share of a par level that is not set.
            case noParLevel = "no_par_level"
            /// Days of cover of what has no known rate of sale.
            case noRate = "no_rate"
        }

        package var setting: ThresholdSetting
        package var low: Outcome
        package var critical: Outcome

        package init(setting: ThresholdSetting, low: Outcome, critical: Outcome) {
            self.setting = setting
            self.low = low
            self.critical = critical
        }
    }

    /// A step of an escalation that is yet to be taken, or was then.
    package struct NextStep: Hashable, Sendable {
        package var step: Escalation.Step
        /// When it is taken, if nobody acknowledges the alert before.
        package var dueAt: Timestamp
        /// For each of the contact's addresses, as things stand.
        package var decisions: [AddressDecision]

        package init(step: Escalation.Step, dueAt: Timestamp, decisions: [AddressDecision]) {
            self.step = step
            self.dueAt = dueAt
            self.decisions = decisions
        }
    }

    /// What was decided for an address.
    package struct Address: Hashable, Sendable {
        package enum Outcome: Hashable, Sendable {
            /// By the delivery of that number, which has been sent; decided then. `notAgain`: why it was not told once more since.
            case told(delivery: Int64, at: Timestamp, notAgain: NotTold? = nil)
            /// It is queued, or being sent.
            case underWay(delivery: Int64, at: Timestamp, notAgain: NotTold? = nil)
            /// The delivery was given up or dropped.
            case gaveUp(delivery: Int64, reason: String?, at: Timestamp)
            /// Decided then; it is told later.
            case held(HeldBack, at: Timestamp)
            case notTold(NotTold, at: Timestamp)
            /// Nothing went out. What would have become of it, had something.
            case nothingToTell(AddressDecision)

            /// When it was decided.
            package var at: Timestamp? {
                switch self {
                case .told(_, let at, _), .underWay(_, let at, _), .gaveUp(_, _, let at), .held(_, let at), .notTold(_, let at): at
                case .nothingToTell: nil
                }
            }
        }

        package var contact: String
        package var kind: ChannelKind
        package var value: String
        /// Of word that it is short.
        package var outcome: Outcome
        /// Of word that it is over; nil: it is not, or nobody was to be told.
        package var end: Outcome?
        /// Why the daily summary does not go there; nil: it does, or will once it is wanted.
        package var noSummary: NotTold?

        package init(contact: String, kind: ChannelKind, value: String, outcome: Outcome, end: Outcome?, noSummary: NotTold?) {
            self.contact = contact
            self.kind = kind
            self.value = value
            self.outcome = outcome
            self.end = end
            self.noSummary = noSummary
        }
    }

    package struct Delivery: Hashable, Sendable {
        package struct Attempt: Hashable, Sendable {
            package var at: Timestamp
            /// nil: not known, and `at` is when it had ended.
            package var took: Duration?
            package var outcome: AttemptOutcome
            package var reason: String?

            package var endedAt: Timestamp { at + (took ?? .zero) }

            package init(at: Timestamp, took: Duration?, outcome: AttemptOutcome, reason: String?) {
                self.at = at
                self.took = took
                self.outcome = outcome
                self.reason = reason
            }
        }

        package var id: Int64
        package var kind: Message.Kind
        package var occasion: Message.Occasion
        package var contact: String
        package var channel: ChannelKind
        package var address: String
        package var state: DeliveryState
        package var reason: String?
        package var createdAt: Timestamp
        /// When it told its address, or was to: later than it was created where it was held back first.
        package var tellsAt: Timestamp
        package var heldUntil: Timestamp?
        package var heldBecause: String?
        package var nextAttemptAt: Timestamp?
        package var sentAt: Timestamp?
        package var deliveredAt: Timestamp?
        package var attempts: [Attempt]

        package init(
            id: Int64, kind: Message.Kind, occasion: Message.Occasion, contact: String, channel: ChannelKind, address: String,
            state: DeliveryState, reason: String?, createdAt: Timestamp, tellsAt: Timestamp, heldUntil: Timestamp?,
            heldBecause: String?, nextAttemptAt: Timestamp?, sentAt: Timestamp?, deliveredAt: Timestamp?, attempts: [Attempt] = []
        ) {
            self.id = id
            self.kind = kind
            self.occasion = occasion
            self.contact = contact
            self.channel = channel
            self.address = address
            self.state = state
            self.reason = reason
            self.createdAt = createdAt
            self.tellsAt = tellsAt
            self.heldUntil = heldUntil
            self.heldBecause = heldBecause
            self.nextAttemptAt = nextAttemptAt
            self.sentAt = sentAt
            self.deliveredAt = deliveredAt
            self.attempts = attempts
        }

        /// As it stood at `at`, when it had been created, as far as its attempts tell: when somebody dropped it they do not.
        package func asOf(_ at: Timestamp) -> Delivery {
            var then = self
            then.attempts.removeAll { $0.endedAt > at }
            then.nextAttemptAt = nil
            if let last = then.attempts.last, last.outcome == .dead, then.attempts.count < attempts.count || tellsAt > at {
                // Somebody had it tried again later.
                (then.state, then.reason, then.sentAt, then.deliveredAt) = (.dead, last.reason, nil, nil)
                (then.tellsAt, then.heldUntil) = (createdAt, nil)
            } else if tellsAt > at {
                (then.state, then.reason, then.sentAt, then.deliveredAt) = (.queued, nil, nil, nil)
                then.heldUntil = tellsAt
            } else if then.attempts.count < attempts.count || sentAt.map({ $0 > at }) ?? false {
                // What it has come to, it came to later.
                let sent = then.attempts.last.flatMap { $0.outcome == .sent ? $0.endedAt : nil }
                (then.state, then.reason, then.sentAt, then.deliveredAt) = (sent == nil ? .queued : .sent, nil, sent, nil)
            } else if let deliveredAt, deliveredAt > at {
                then.deliveredAt = nil
            }
            return then
        }
    }
}

extension Thresholds {
    /// What came of each setting, most specific first, and of the configuration's defaults last.
    package static func explain(
        _ settings: [ThresholdSetting], par: Quantity?, rate: SaleRate?, defaults: ThresholdDefaults
    ) -> [Explanation.Setting] {
        let last = ThresholdSetting(scope: .configuration, low: defaults.low, critical: defaults.critical)
        let ordered = settings.sorted { $0.scope < $1.scope } + [last]
        var isLowDecided = false, isCriticalDecided = false
        return ordered.map { setting in
            Explanation.Setting(
                setting: setting, low: outcome(setting.low, par, rate, &isLowDecided),
                critical: outcome(setting.critical, par, rate, &isCriticalDecided))
        }
    }

    private static func outcome(
        _ spec: ThresholdSpec?, _ par: Quantity?, _ rate: SaleRate?, _ isDecided: inout Bool
    ) -> Explanation.Setting.Outcome {
        guard let spec else { return .silent }
        guard !isDecided else { return .overridden }
        guard spec.quantity(par: par, rate: rate) == nil else {
            isDecided = true
            return .decides
        }
        return spec.dependsOnRate ? .noRate : .noParLevel
    }
}
