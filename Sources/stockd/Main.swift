import Glibc
import StockDaemon

@main
enum Main {
    static func main() async {
        // Dispatch would complain on standard error, for every thread, that only root may raise priorities.
        setenv("LIBDISPATCH_LOG", "NO", 0)
        await StockdCommand.main()
    }
}
