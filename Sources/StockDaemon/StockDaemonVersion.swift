/// What `--version` says.
package enum StockDaemonVersion {
    package static let text = "0.1.0"
}
