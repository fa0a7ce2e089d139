import StockDomain
import StockTestSupport
import Testing

@Suite struct TrafficTests {
    private let now = Timestamp(rfc3339: "2026-05-04T08:00:00Z")!

    @Test func aWebhookThatHangsKeepsItsOwnPlacesAndNoOthers() {
        var traffic = Traffic(.of(.webhook))
        traffic.began("hangs", now: now)
        #expect(traffic.room(now: now).closed.isEmpty)
        traffic.began("hangs", now: now)
        #expect(traffic.room(now: now) == Traffic.Room(messages: 1, closed: ["hangs"], reopensAt: nil))
        _ = traffic.ended("hangs", .answered, now: now)
        #expect(traffic.room(now: now).closed.isEmpty)
    }

    @Test func eachSlackWebhookTakesOneMessageASecond() {
        var traffic = Traffic(.of(.slack))
        traffic.began("ops", now: now)
        _ = traffic.ended("ops", .answered, now: now + .milliseconds(80))
        #expect(traffic.room(now: now + .milliseconds(90)) == Traffic.Room(messages: 1, closed: ["ops"], reopensAt: now + .seconds(1)))
        #expect(traffic.room(now: now + .seconds(1)).closed.isEmpty)
    }

    @Test func oneNumberSendsOneTextASecondWhoeverItIsFor() {
        var traffic = Traffic(.of(.sms))
        #expect(traffic.room(now: now).messages == 1)
        traffic.began("+15550101", now: now)
        #expect(traffic.room(now: now) == Traffic.Room(messages: 0, closed: [], reopensAt: now + .seconds(1)))
        #expect(traffic.room(now: now + .seconds(1)).messages == 1)
    }

    @Test func whoDoesNotAnswerThreeTimesGetsOneAtATimeWithGrowingPauses() {
        var traffic = Traffic(.of(.email))
        var now = now
        #expect(traffic.room(now: now).messages == 4)
        var turns: [Traffic.Turn?] = []
        for _ in 0..<3 {
            traffic.began("a", now: now)
            turns.append(traffic.ended("a", .unreachable(after: nil), now: now))
        }
        #expect(turns == [nil, nil, .broke] && traffic.isFailing)
        var pauses: [Duration] = []
        for _ in 0..<9 {
            let room = traffic.room(now: now)
            #expect(room.messages == 0)
            guard let reopens = room.reopensAt else { break }
            pauses.append(reopens - now)
            now = reopens
            #expect(traffic.room(now: now).messages == 1)
            traffic.began("a", now: now)
            #expect(traffic.room(now: now).messages == 0)
            #expect(traffic.ended("a", .unreachable(after: nil), now: now) == nil)
        }
        #expect(pauses.map(\.components.seconds) == [15, 30, 60, 120, 240, 480, 900, 900, 900])
        traffic.began("a", now: now)
        #expect(traffic.ended("a", .answered, now: now) == .mended)
        #expect(!traffic.isFailing)
        #expect(traffic.room(now: now + .minutes(15)).messages == 4)
    }

    @Test func whatIsAskedForIsWaitedAndAJumpOfTheClockEndsIt() {
        var traffic = Traffic(.of(.webhook))
        traffic.began("erp", now: now)
        _ = traffic.ended("erp", .busy(.seconds(17)), now: now)
        #expect(traffic.room(now: now).reopensAt == now + .seconds(17))
        #expect(traffic.room(now: now - .hours(1)).closed.isEmpty)
        traffic.forgive()
        #expect(traffic.room(now: now).closed.isEmpty)
    }

    @Test func whateverHappensNoLimitIsExceededAndNobodyIsShutOutForEver() {
        var random = SeededGenerator(seed: 11)
        for kind in ChannelKind.allCases {
            let limits = Traffic.Limits.of(kind)
            var traffic = Traffic(limits), now = now
            var under: [String] = [], begun: [String: Timestamp] = [:]
            for _ in 0..<3000 {
                now = now + .milliseconds(Int64.random(in: 0...900, using: &random))
                let room = traffic.room(now: now)
                let wanted = ["a", "b", "c"].filter { !room.closed.contains($0) }
                if room.messages > 0, let address = wanted.randomElement(using: &random), Bool.random(using: &random) {
                    let key = limits.perAddress ? address : ""
                    if let last = begun[key] { #expect(now - last >= limits.spacing) }
                    begun[key] = now
                    traffic.began(address, now: now)
                    under.append(address)
                    #expect(under.count <= limits.total)
                    #expect(under.count { $0 == address || !limits.perAddress } <= limits.each)
                } else if !under.isEmpty {
                    let outcome: Traffic.Outcome = [.answered, .answered, .busy(.seconds(3)), .unreachable(after: nil)].randomElement(using: &random)!
                    _ = traffic.ended(under.remove(at: Int.random(in: under.indices, using: &random)), outcome, now: now)
                }
            }
            while let address = under.popLast() { _ = traffic.ended(address, .answered, now: now) }
            let later = traffic.room(now: now + Traffic.longestRest)
            #expect(later.messages > 0 && later.closed.isEmpty)
        }
    }
}
