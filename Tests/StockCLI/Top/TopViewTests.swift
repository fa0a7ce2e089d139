import Foundation
import StockCLI
import StockWire
import Testing

/// Screens as they are rendered, against files that people have looked at. `STOCKD_RECORD_GOLDEN=1` writes them anew.
@Suite struct TopViewTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden")

    private static let screens: [(name: String, state: TopState, columns: Int, rows: Int)] = [
        ("usual-80x24", TopSample.state(), 80, 24), ("usual-200x60", TopSample.state(), 200, 60),
        ("hostile-80x24", TopSample.state(TopSample.hostileAlerts, names: ["square\u{1B}[31m", "夜間-export"]), 80, 24),
        ("hostile-200x60", TopSample.state(TopSample.hostileAlerts, names: ["square\u{1B}[31m", "夜間-export"]), 200, 60),
        ("small-40x12", TopSample.state(), 40, 12), ("tiny-20x5", TopSample.state(), 20, 5),
        ("many-80x24", many, 80, 24), ("noting-80x24", noting, 80, 24), ("help-80x24", pressed("?"), 80, 24),
        ("filtered-80x24", pressed("/milk"), 80, 24), ("lost-80x24", lost, 80, 24),
        ("beginning-80x24", TopState(scope: .tenant(nil), now: TopSample.now), 80, 24), ("well-80x24", well, 80, 24),
    ]

    private static func pressed(_ keys: String) -> TopState {
        var state = TopSample.state()
        for key in keys { _ = state.press(.character(key)) }
        return state
    }

    private static var many: TopState {
        var state = TopSample.state((1...250).map { TopSample.alert($0, .low, "SKU-\($0)", "Product \($0)", stock: 1, days: "\($0)") })
        state.show(state.shownAlerts, isPartial: true)
        for _ in 0..<100 { _ = state.press(.down) }
        return state
    }

    private static var noting: TopState {
        var state = TopSample.state()
        for key in [.down, .character("a")] + "ordered, due Friday 茶".map(Key.character) { _ = state.press(key) }
        return state
    }

    private static var lost: TopState {
        var state = TopSample.state()
        state.connection = .lost("no daemon at /run/stockd/control.sock: Connection refused")
        return state
    }

    private static var well: TopState {
        var state = TopSample.state()
        state.show([], isPartial: false)
        return state
    }

    @Test(arguments: screens.map(\.name))
    func rendersAsLookedAt(name: String) throws {
        let screen = try #require(Self.screens.first { $0.name == name })
        let text = TopSample.text(screen.state, screen.columns, screen.rows)
        let file = Self.folder.appending(path: "top-\(name).txt")
        if ProcessInfo.processInfo.environment["STOCKD_RECORD_GOLDEN"] != nil { try Data(text.utf8).write(to: file) }
        #expect(try String(contentsOf: file, encoding: .utf8) == text, "\(file.lastPathComponent) differs; look at it, then record it anew")
    }

    @Test(arguments: screens.map(\.name))
    func fitsEverySize(name: String) throws {
        let state = try #require(Self.screens.first { $0.name == name }).state
        for columns in [1, 2, 7, 20, 39, 40, 55, 63, 64, 79, 80, 119, 120, 200, 400] {
            for rows in [1, 2, 3, 4, 5, 9, 12, 23, 24, 60] {
                let lines = TopView.render(state, ScreenSize(columns: columns, rows: rows))
                #expect(lines.count == rows)
                for line in lines {
                    #expect(line.width <= columns, "\(columns)×\(rows): \(line.plainText)")
                    #expect(DisplayText.width(line.plainText) <= columns, "\(columns)×\(rows): \(line.plainText)")
                    #expect(DisplayText.escaped(line.plainText) == line.plainText)
                }
            }
        }
    }

    @Test func aWiderScreenShowsNoLess() {
        for (columns, wider) in [(40, 80), (80, 120), (80, 200)] {
            let (narrow, wide) = (TopSample.text(TopSample.state(), columns, 40), TopSample.text(TopSample.state(), wider, 40))
            for sku in TopSample.alerts.map(\.sku) where narrow.contains(sku) { #expect(wide.contains(sku)) }
        }
    }

    /// Terminals disagree on how wide these are: after each, the column is said.
    @Test func saysTheColumnAfterWhatTerminalsMeasureDifferently() {
        var screen = Screen(terminal: .plain)
        let size = ScreenSize(columns: 80, rows: 24)
        let text = screen.update(TopView.render(TopSample.state(TopSample.hostileAlerts), size), size)
        #expect(text.contains("family ❤️ pack 🇬🇧") || text.contains("Tea 🍵"))
        let line = text.split(separator: "\u{1B}[K").first { $0.contains("TEA-🍵") }
        #expect(line?.contains(/TEA-🍵\u{1B}\[\d+G/) == true)
    }
}
