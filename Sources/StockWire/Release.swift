/// What `--version`, `stockctl version` and `system.status` say.
package enum Release {
    package static let version = "0.1.0"
}
