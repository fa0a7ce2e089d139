import StockDomain
import Testing

@testable import StockPOS

@Suite struct SquareBookmarkTests {
    @Test func whatWasReadByAClockThatIsSetBackSinceIsReadAgain() {
        let now = Timestamp(rfc3339: "2026-05-04T08:00:00Z")!
        var bookmark = SquareBookmark(nil)
        bookmark.catalogueMark = (now + .days(2)).milliseconds
        bookmark.countsMark = (now + .seconds(1)).milliseconds
        bookmark.ordersMark = now.milliseconds
        bookmark.begin(at: now)
        #expect(bookmark.catalogueMark == nil && bookmark.countsMark == nil)
        #expect(bookmark.ordersMark == now.milliseconds)
    }
}
