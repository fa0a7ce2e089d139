extension Escalation {
    /// An alert in its escalation.
    package struct Standing: Hashable, Sendable {
        package var escalation: Escalation
        /// The step that comes next.
        package var progress: Progress
    }

    /// Where an alert stood, as its timeline tells up to a moment; nil: no step came any more.
    ///
    /// - Parameters:
    ///   - chosen: which of those in force at that moment an alert of a severity follows, and when it was set: who stood before
    ///     that began with it.
    package static func standing(
        by timeline: [Alert.Event], chosen: (Severity) -> (escalation: Escalation, setAt: Timestamp)?
    ) -> Standing? {
        var standing: Standing?
        var followed: Int64?
        var severity = Severity.healthy
        var isAcknowledged = false
        for event in timeline {
            switch event.kind {
            case "opened", "changed":
                if event.severity > severity, isAcknowledged { (isAcknowledged, followed) = (false, nil) }
                severity = event.severity
                let next = chosen(severity)
                guard !isAcknowledged, next?.escalation.id != followed else { continue }
                followed = next?.escalation.id
                standing = next.map {
                    Standing(escalation: $0.escalation, progress: $0.escalation.begin(at: max(event.at, $0.setAt)))
                }
            case "acknowledged":
                isAcknowledged = true
                standing = nil
            case "resolved":
                return nil
            case "escalated":
                // Before it began, this was another one's.
                guard let now = standing, event.at >= now.progress.setAt else { continue }
                standing = now.escalation.next(after: now.progress.step, at: event.at)
                    .map { Standing(escalation: now.escalation, progress: $0) }
            default: break
            }
        }
        return standing
    }
}
