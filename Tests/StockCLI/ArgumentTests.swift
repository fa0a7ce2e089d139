import ArgumentParser
import FoundationEssentials
import StockCLI
import Testing

@Suite struct ArgumentTests {
    private func exitCode(_ arguments: String...) -> Int32 {
        do {
            _ = try Stockctl.parseAsRoot(NegativeNumbers.marked(arguments))
            return 0
        } catch {
            return Stockctl.exitCode(for: error).rawValue
        }
    }

    @Test(arguments: [
        ["stock", "set", "WID-001"], ["stock", "set", "WID-001", "4"], ["stock", "set", "WID-001", "4,5", "--location", "s"],
        ["stock", "set", "WID-001", "1e3", "--location", "s"], ["stock", "set", "WID-001", "", "--location", "s"],
        ["alert", "list", "--state", "opened"], ["alert", "get", "x"], ["alert", "list", "--limit", "0"],
        ["alert", "list", "--all", "--limit", "3"], ["alert", "list", "--tenant", "a", "--all-tenants"], ["frobnicate"],
        ["product", "create", "--sku", "A", "--name", "a", "--quantity", "4"], ["threshold", "set", "--sku", "A"],
        ["threshold", "set", "--sku", "A", "--category", "b", "--low", "5"], ["delivery", "drop"],
        ["contact", "create", "Ann", "--min-severity", "low"], ["status", "extra"], ["watch", "--kind", "nothing"],
        ["hold", "place", "A", "1", "--order", "o"], ["hold", "place", "A", "--location", "s", "--order", "o"],
        ["hold", "place", "A", "1", "--location", "s"], ["hold", "place", "--line", "A=1", "--order", "o"],
        ["hold", "place", "A", "1", "--line", "B=1@s", "--location", "s", "--order", "o"],
        ["hold", "place", "--line", "A@s", "--order", "o"], ["hold", "place", "--line", "=1@s", "--order", "o"],
        ["hold", "place", "--line", "A=1@", "--order", "o"], ["hold", "extend", "1", "--ttl", "10"],
        ["hold", "extend", "1"], ["hold", "extend", "1", "--ttl", "-5m"], ["hold", "confirm", "1"], ["hold", "get", "x"],
        ["hold", "list", "--state", "open"], ["sale", "create", "s", "--starts", "now", "--ends", "+1h"],
        ["sale", "create", "s", "--starts", "2h", "--ends", "+3h", "--line", "A=1@s"],
        ["sale", "create", "s", "--starts", "now", "--ends", "+1h", "--line", "A=1"],
        ["sale", "create", "s", "--starts", "now", "--ends", "+1h", "--line", "A=1@s,prize=2"],
        ["sale", "create", "s", "--starts", "now", "--ends", "+1h", "--line", "A=1@s,limit=2,limit=3"],
        ["sale", "create", "s", "--starts", "now", "--ends", "+1h", "--line", "A=1@s,price=1.999"],
    ])
    func refusesWrongUsageWith64(arguments: [String]) {
        do {
            _ = try Stockctl.parseAsRoot(arguments)
            Issue.record("accepted")
        } catch {
            #expect(Stockctl.exitCode(for: error).rawValue == 64)
        }
    }

    @Test func takesNegativeNumbersAsTheyAreWritten() {
        #expect(exitCode("stock", "adjust", "WID-001", "-2.5", "--location", "s") == 0)
        #expect(exitCode("stock", "adjust", "--location", "s", "--", "WID-001", "-2.5") == 0)
        #expect(exitCode("stock", "adjust", "WID-001", "-x", "--location", "s") == 64)
    }

    @Test func hasHelpWithAnExampleOnEveryCommand() throws {
        func commands(_ type: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
            let below = type.configuration.subcommands + type.configuration.groupedSubcommands.flatMap(\.subcommands)
            return below.isEmpty ? [type] : below.flatMap(commands)
        }
        let all = commands(Stockctl.self)
        #expect(all.count > 50)
        for command in all {
            #expect(command.configuration.discussion.contains("Example:\n  stockctl "), "\(command)")
            #expect(command.configuration.abstract.hasSuffix("."), "\(command)")
            #expect(command.configuration.commandName == "\(command)".replacing("Command", with: "").lowercased())
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func makesCompletionScripts(shell: String) throws {
        let shell = try #require(CompletionShell(rawValue: shell))
        #expect(Stockctl.completionScript(for: shell).contains("acknowledge"))
    }
}

@Suite struct SocketFirstTests {
    @Test(arguments: [
        (["--socket", "/s", "status", "--json"], ["status", "--json", "--socket", "/s"]),
        (["--socket=/s", "explain", "--", "-x"], ["explain", "--socket=/s", "--", "-x"]),
        (["status", "--socket", "/s"], ["status", "--socket", "/s"]),
        (["--socket", "/s"], ["--socket", "/s"]), (["--socket"], ["--socket"]), ([], []),
    ])
    func theSocketMayStandBeforeTheCommand(given: [String], parsed: [String]) {
        #expect(SocketFirst.moved(given) == parsed)
    }
}
