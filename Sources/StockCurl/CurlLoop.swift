import CCurl
import Foundation
import StockTransport
import Synchronization

/// libcurl's multi handle and the one thread that may touch it.
///
/// Others leave commands in a locked inbox and wake the thread. They do so while they hold the lock, so that the thread,
/// which closes the inbox under the same lock before it frees the handle, cannot free it in between. A transfer's
/// continuation is resumed by this thread alone, or at once if it never got here; so cancelling and completing cannot both
/// resume it.
final class CurlLoop: Sendable {
    private enum Command {
        case start(Transfer, CheckedContinuation<TransportError?, Never>)
        /// Something was cancelled.
        case wake
        case stop
    }

    private struct Inbox {
        var commands: [Command] = []
        var isOpen = true
    }

    private struct Running {
        var transfer: Transfer
        var continuation: CheckedContinuation<TransportError?, Never>
    }

    /// So many idle connections are kept.
    private static let keptConnections = 16
    /// A wake-up ends a wait at once; this only bounds what a lost one could cost.
    private static let longestWaitMilliseconds: Int32 = 10_000

    private static let library: Void = { curl_global_init(Int(CURL_GLOBAL_DEFAULT)) }()

    private let inbox = Mutex(Inbox())
    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer

    init(name: String) {
        Self.library
        guard let multi = curl_multi_init() else { fatalError("libcurl is out of memory") }
        self.multi = multi
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.keptConnections)
        let thread = Thread { self.run() }
        thread.name = name
        thread.start()
    }

    /// Runs a transfer to its end; cancelling the task aborts it.
    func perform(_ transfer: Transfer) async throws(TransportError) {
        let failure = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard transfer.ticket.submit(), post(.start(transfer, continuation)) else {
                    continuation.resume(returning: transfer.cancelled(mayHaveBeenProcessed: false))
                    return
                }
            }
        } onCancel: {
            // At once, as libcurl may be waiting for a mail server and ask nobody but the progress callback.
            transfer.isCancelled = true
            if transfer.ticket.cancel() { _ = post(.wake) }
        }
        if let failure { throw failure }
    }

    func stop() { _ = post(.stop) }

    private func post(_ command: sending Command) -> Bool {
        inbox.withLock { inbox in
            guard inbox.isOpen else { return false }
            inbox.commands.append(command)
            curl_multi_wakeup(multi)
            return true
        }
    }

    // What follows runs on the thread.

    private func run() {
        var running: [UnsafeMutableRawPointer: Running] = [:]
        while obey(&running) {
            goOn(&running)
            curl_multi_poll(multi, nil, 0, Self.longestWaitMilliseconds, nil)
        }
        let left = inbox.withLock { inbox in
            inbox.isOpen = false
            defer { inbox.commands = [] }
            return inbox.commands
        }
        for case .start(let transfer, let continuation) in left {
            continuation.resume(returning: transfer.cancelled(mayHaveBeenProcessed: false))
        }
        for cut in running.values { cut.transfer.isCancelled = true }
        goOn(&running)
        curl_multi_cleanup(multi)
    }

    /// Carries out what is in the inbox. False: it is time to end.
    private func obey(_ running: inout [UnsafeMutableRawPointer: Running]) -> Bool {
        let commands = inbox.withLock { inbox in
            defer { inbox.commands = [] }
            return inbox.commands
        }
        var goesOn = true
        for command in commands {
            switch command {
            case .start(let transfer, let continuation):
                do throws(TransportError) {
                    let easy = try transfer.prepare()
                    running[easy] = Running(transfer: transfer, continuation: continuation)
                    guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
                        running[easy] = nil
                        transfer.close()
                        throw TransportError(.broken, "libcurl refused the transfer", mayHaveBeenProcessed: false)
                    }
                } catch {
                    continuation.resume(returning: error)
                }
            case .wake:
                break
            case .stop:
                goesOn = false
            }
        }
        return goesOn
    }

    private func settleFinished(_ running: inout [UnsafeMutableRawPointer: Running]) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            // Read before the handle is removed: that ends the message's life.
            let code = message.pointee.data.result
            guard let done = running.removeValue(forKey: easy) else { continue }
            let failure = done.transfer.failure(code)
            if failure != nil { done.transfer.breakConnection() }
            curl_multi_remove_handle(multi, easy)
            done.transfer.close()
            done.continuation.resume(returning: failure)
        }
    }

    /// Goes on with all of them, and ends what is cancelled: by the progress callback, or where that was not asked, as for a
    /// transfer without a connection so far, by itself.
    private func goOn(_ running: inout [UnsafeMutableRawPointer: Running]) {
        let cancelled = running.filter { $0.value.transfer.isCancelled }.keys
        var count: Int32 = 0
        curl_multi_perform(multi, &count)
        settleFinished(&running)
        for easy in cancelled {
            guard let cut = running.removeValue(forKey: easy) else { continue }
            let failure = cut.transfer.cancelled(mayHaveBeenProcessed: cut.transfer.mayHaveBeenProcessed)
            curl_multi_remove_handle(multi, easy)
            cut.transfer.close()
            cut.continuation.resume(returning: failure)
        }
    }
}

/// Settles which comes first, submitting a transfer or cancelling it.
final class Ticket: Sendable {
    private enum State { case fresh, submitted, cancelled }
    private let state = Mutex(State.fresh)

    /// False: it was cancelled before.
    func submit() -> Bool {
        state.withLock { state in
            guard state == .fresh else { return false }
            state = .submitted
            return true
        }
    }

    /// True: it was submitted before, so the loop must be told.
    func cancel() -> Bool {
        state.withLock { state in
            defer { state = .cancelled }
            return state == .submitted
        }
    }
}
