import StockCLI

@main
enum Main {
    static func main() { StockctlProgram.main() }
}
