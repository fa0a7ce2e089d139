/// `stockctl --socket PATH status`: the parser knows the option only behind the command, so it is moved there.
package enum SocketFirst {
    package static func moved(_ arguments: [String]) -> [String] {
        guard let first = arguments.first else { return arguments }
        let count = first == "--socket" ? 2 : first.hasPrefix("--socket=") ? 1 : 0
        guard count > 0, arguments.count > count else { return arguments }
        let rest = arguments.dropFirst(count)
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return Array(rest[..<end] + arguments.prefix(count) + rest[end...])
    }
}
