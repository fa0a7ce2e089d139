import StockDaemon

@main
enum Main {
    static func main() async { await StockdCommand.main() }
}
