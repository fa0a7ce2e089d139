import StockCLI
import StockWire
import Testing

@Suite struct TopStateTests {
    private func type(_ text: String, into state: inout TopState) { for key in text { _ = state.press(.character(key)) } }

    @Test func putsTheMostUrgentFirst() {
        let state = TopSample.state()
        #expect(state.shownAlerts.map(\.id) == [2, 6, 3, 7, 5, 1, 4, 8])
    }

    @Test func theSelectionStaysWithItsAlert() {
        var state = TopSample.state()
        _ = state.press(.character("j"))
        #expect(state.selected == 6)
        state.show(TopSample.alerts.filter { $0.id != 2 }, isPartial: false)
        #expect(state.selected == 6)
        // Where it is gone, what has its place is selected.
        state.show(TopSample.alerts.filter { $0.id != 2 && $0.id != 6 }, isPartial: false)
        #expect(state.selected == 3)
        state.show([], isPartial: false)
        #expect(state.selected == nil)
        #expect(state.press(.character("a")) == nil)
    }

    @Test func keysGoNoFurtherThanTheEnds() {
        var state = TopSample.state()
        for _ in 0..<20 { _ = state.press(.up) }
        #expect(state.selected == 2)
        for _ in 0..<20 { _ = state.press(.down) }
        #expect(state.selected == 8)
        _ = state.press(.home)
        #expect(state.selected == 2)
        _ = state.press(.pageDown)
        #expect(state.selected == 8)
    }

    @Test func acknowledgesWithAnOptionalNote() {
        var state = TopSample.state()
        #expect(state.press(.character("a")) == nil)
        #expect(state.press(.enter) == .acknowledge(alert: 2, tenant: "default", note: nil))
        #expect(state.mode == .browse)
        _ = state.press(.character("a"))
        type("due q茶x", into: &state)
        _ = state.press(.backspace)
        #expect(state.press(.enter) == .acknowledge(alert: 2, tenant: "default", note: "due q茶"))
        _ = state.press(.character("a"))
        type("no", into: &state)
        #expect(state.press(.escape) == nil)
        #expect(state.mode == .browse)
    }

    @Test func doesNotAcknowledgeWhatSomebodyHasOrWhatIsOver() {
        var state = TopSample.state()
        for _ in 0..<2 { _ = state.press(.down) }
        #expect(state.press(.character("a")) == nil)
        #expect(state.mode == .browse)
        #expect(state.remark != nil)
        _ = state.press(.up)
        _ = state.press(.character("a"))
        state.show([], isPartial: false)
        #expect(state.press(.enter) == nil)
        #expect(state.remark != nil)
    }

    @Test func filtersAsOneTypesAndTakesItBack() {
        var state = TopSample.state()
        type("/MILK", into: &state)
        #expect(state.shownAlerts.map(\.id) == [5])
        #expect(state.selected == 5)
        _ = state.press(.enter)
        // What is typed now are keys again.
        _ = state.press(.character("j"))
        #expect(state.filter == "MILK")
        type("fzzz", into: &state)
        #expect(state.shownAlerts.isEmpty)
        _ = state.press(.escape)
        #expect(state.filter == "MILK")
        _ = state.press(.escape)
        #expect(state.filter.isEmpty && state.shownAlerts.count == 8)
    }

    @Test func goesThroughTheLocations() {
        var state = TopSample.state()
        #expect(state.press(.character("l")) == .reload)
        #expect(state.location == "store-1")
        #expect(state.shownEvents.count == 5)
        _ = state.press(.character("l"))
        #expect(state.location == "store-2")
        _ = state.press(.character("l"))
        #expect(state.location == nil)
        _ = state.press(.character("L"))
        #expect(state.location == "store-2")
        state.locations = []
        #expect(state.press(.character("l")) == nil)
    }

    @Test func goesThroughTheTenantsWhereThereAreSeveral() {
        var state = TopSample.state()
        state.tenants = ["default"]
        #expect(state.press(.character("t")) == nil)
        state.tenants = ["acme", "default"]
        #expect(state.press(.character("t")) == .watchAnew)
        #expect(state.scope == .all && state.shownAlerts.isEmpty && state.events.isEmpty)
        _ = state.press(.character("t"))
        #expect(state.scope == .tenant("acme"))
        #expect(state.common == CommonParams(tenant: "acme"))
    }

    @Test func nothingMovesDuringAPause() {
        var state = TopSample.state()
        let count = state.events.count
        #expect(state.press(.character("p")) == nil)
        state.add(TopSample.event(0, .syncStarted))
        #expect(state.events.count == count)
        #expect(state.press(.character("p")) == .reload)
        #expect(state.events.count == count + 1)
    }

    @Test func keepsOnlyTheLastEvents() {
        var state = TopSample.state()
        for minute in 0..<1000 { state.add(TopSample.event(Int64(1000 - minute), .syncStarted)) }
        #expect(state.events.count == 200)
        #expect(state.events.last?.at == TopSample.ago(1))
    }

    @Test(arguments: [(Key.control("c"), TopState.Request.quit), (.control("z"), .suspend), (.control("l"), .redraw)])
    func someKeysMeanTheSameEverywhere(key: Key, request: TopState.Request) {
        for mode in ["", "?", "/", "a"] {
            var state = TopSample.state()
            type(mode, into: &state)
            #expect(state.press(key) == request)
        }
    }
}

@Suite struct KeyTests {
    private func keys(_ parts: String...) -> [Key] {
        var reader = KeyReader()
        return parts.flatMap { reader.keys($0.utf8) } + reader.settle()
    }

    @Test func readsKeysAsTerminalsSendThem() {
        #expect(keys("q", "\u{1B}[A\u{1B}OB", "\r", "\u{7F}", "\u{3}") == [.character("q"), .up, .down, .enter, .backspace, .control("c")])
        #expect(keys("\u{1B}[5~\u{1B}[6~\u{1B}[H\u{1B}[4~") == [.pageUp, .pageDown, .home, .end])
    }

    @Test func waitsForTheRestOfASequence() {
        #expect(keys("\u{1B}", "[", "A") == [.up])
        var reader = KeyReader()
        let tea = Array("茶".utf8)
        #expect(reader.keys(tea[..<1]) == [])
        #expect(reader.isWaiting)
        #expect(reader.keys(tea[1...]) == [.character("茶")])
        #expect(!reader.isWaiting)
    }

    @Test func takesALoneEscapeForTheKey() {
        #expect(keys("\u{1B}") == [.escape])
        #expect(keys("\u{1B}", "\u{1B}[A") == [.escape, .up])
    }

    @Test func passesOverWhatItDoesNotKnow() {
        #expect(keys("\u{1B}[1;5C\u{1B}[200~x\u{1B}[3~") == [.character("x")])
        var reader = KeyReader()
        #expect(reader.keys([0xFF, 0xC0, 0x61]) == [.character("a")])
    }
}

@Suite struct ScreenTests {
    private let size = ScreenSize(columns: 80, rows: 24)

    @Test func writesOnlyLinesThatChanged() {
        var screen = Screen(terminal: .plain)
        var state = TopSample.state()
        let first = screen.update(TopView.render(state, size), size)
        #expect(first.contains("WID-001") && first.contains("\u{1B}[2J"))
        #expect(screen.update(TopView.render(state, size), size).isEmpty)
        state.now = Wire.Time(milliseconds: state.now.milliseconds + 60_000)
        state.remark = nil
        let next = screen.update(TopView.render(state, size), size)
        #expect(!next.isEmpty && next.utf8.count < first.utf8.count)
        #expect(!next.contains("\u{1B}[2J"))
        screen.forget()
        #expect(screen.update(TopView.render(state, size), size).contains("WID-001"))
    }

    @Test func respectsTerminalsWithoutColour() {
        var plain = Screen(terminal: Terminal(width: 80, isColoured: false))
        var coloured = Screen(terminal: Terminal(width: 80, isColoured: true))
        let lines = TopView.render(TopSample.state(), size)
        #expect(!plain.update(lines, size).contains(/\u{1B}\[[0-9;]*[1-9][0-9;]*m/))
        #expect(coloured.update(lines, size).contains("\u{1B}[1;31mout"))
    }
}
