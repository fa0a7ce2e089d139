import Testing

@testable import StockSystemd

@Suite struct HeartbeatsTests {
    private let start = SuspendingClock.Instant.now

    @Test func nobodyIsOverdueAtTheEndOfTheAllowance() {
        let hearts = Heartbeats()
        _ = hearts.register("sync", allowance: .seconds(30), now: start)
        #expect(hearts.overdue(now: start + .seconds(30)) == [])
        #expect(hearts.overdue(now: start + .seconds(31)) == [.init(name: "sync", silence: .seconds(31))])
    }

    @Test func namesTheLongestSilentFirst() {
        let hearts = Heartbeats()
        let sync = hearts.register("sync", allowance: .seconds(1), now: start)
        _ = hearts.register("delivery", allowance: .seconds(1), now: start)
        sync.beat(now: start + .seconds(5))
        #expect(hearts.overdue(now: start + .seconds(10)).map(\.name) == ["delivery", "sync"])
    }

    @Test func aBeatRenewsThePromise() {
        let hearts = Heartbeats()
        let heart = hearts.register("sync", allowance: .seconds(100), now: start)
        heart.beat(now: start + .seconds(5))
        #expect(hearts.overdue(now: start + .seconds(105)) == [])
        #expect(hearts.overdue(now: start + .seconds(106)).map(\.silence) == [.seconds(101)])
    }
}

@Suite struct NotificationTests {
    @Test func aStatusCannotSmuggleAnotherAssignment() {
        #expect(Notification.status("up\nREADY=1\u{7F}") == "STATUS=up READY=1 ")
        #expect(Notification.ready(status: "serving\nx") == "READY=1\nSTATUS=serving x")
        #expect(Notification.reloading(microseconds: 12) == "RELOADING=1\nMONOTONIC_USEC=12")
    }

    @Test func aLongStartAsksForTimeAndSaysWhatItDoes() {
        let text = Notification.starting(status: "Rebuilding\nREADY=1", patience: .seconds(600))
        #expect(text == "EXTEND_TIMEOUT_USEC=600000000\nSTATUS=Rebuilding READY=1")
    }
}
