import ArgumentParser
import StockCLI
import StockClient
import StockTestSupport
import StockWire
import Synchronization
import Testing

/// What a command wrote, what it asked of the daemon, and how it ended.
struct Outcome {
    var out: String
    var remarks: String
    var requests: [String]
    var error: (any Error)?

    var isFailedCheck: Bool { error is CheckFailed }
    /// What the program would say of a failed call.
    var complaint: StockctlProgram.Failure? { (error as? ClientError).map(StockctlProgram.Failure.init) }
}

/// Runs a whole command against a daemon that answers what it is told to: `results` in order, the last one again and
/// again; with the last result `events` as notifications, and after them what ends the connection.
func run(
    _ arguments: [String], on terminal: Terminal = .plain, results: [String] = [], error: String? = nil,
    events: [String]? = nil
) throws -> Outcome {
    let next = Mutex(0)
    let daemon = ScriptedDaemon { line in
        let id = JSONScan.member("id", of: Array(line.utf8)).map { String(decoding: Array(line.utf8)[$0], as: UTF8.self) }
        if let error { return .lines([#"{"jsonrpc":"2.0","id":\#(id ?? "null"),"error":\#(error)}"#]) }
        let index = next.withLock { number in
            defer { number += 1 }
            return min(number, results.count - 1)
        }
        let reply = #"{"jsonrpc":"2.0","id":\#(id ?? "null"),"result":\#(results[index])}"#
        guard let events else { return .lines([reply]) }
        let notifications = events.enumerated().map { number, event in
            #"{"jsonrpc":"2.0","method":"event","params":{"subscription":1,"cursor":"\#(number)","event":\#(event)}}"#
        }
        return .lines([reply] + notifications + ["what nobody can read"])
    }
    defer { daemon.stop() }
    let command = try #require(try Stockctl.parseAsRoot(NegativeNumbers.marked(arguments)) as? any Command)
    var out = ""
    var remarks = ""
    let session = Session(
        terminal: terminal, json: command.global.json, connect: { try Client(socketPath: daemon.path) },
        out: { out += $0 }, note: { remarks += $0 })
    var failure: (any Error)?
    do { try command.run(in: session) } catch { failure = error }
    return Outcome(out: out, remarks: remarks, requests: daemon.lines, error: failure)
}
