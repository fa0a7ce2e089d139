import CLoad
import Foundation

/// What is asked of a server under load.
enum Work {
    /// Holds of one product.
    case place
    /// Holds of products drawn evenly.
    case placeAny
    /// Holds of products drawn by Zipf's law, each paid for at once.
    case placeAndConfirm
    case ping
    /// Reads the stock of products drawn evenly.
    case level
}

/// How many ask at once.
struct Shape {
    var connections: Int
    /// On each connection.
    var inFlight = 1
}

/// What came of it.
struct LoadOutcome {
    /// Replies a second.
    var rate: Double
    /// Microseconds from sending to the reply.
    var p50, p99: Double
}

/// Requests as they go over the wire, made before anything is measured. Ten '#' stand for a number of its own, ten '@'
/// for the id in the reply before.
struct Requests {
    var texts: [String]
    var followUp: String?
    var replyLines = 1
    var isRESP = false

    static let number = "##########"
    static let id = "@@@@@@@@@@"
}

extension Bench {
    /// Asks over and over for as long as the options say.
    func load(_ socket: String, _ requests: Requests, _ shape: Shape) throws -> LoadOutcome {
        var bytes: [CChar] = [], offsets = [0]
        for text in requests.texts {
            bytes += text.utf8.map { CChar(bitPattern: $0) }
            offsets.append(bytes.count)
        }
        var outcome = cload_outcome()
        let code = socket.withCString { socket in
            (requests.followUp ?? "").withCString { followUp in
                bytes.withUnsafeBufferPointer { bytes in
                    offsets.withUnsafeBufferPointer { offsets in
                        var plan = cload_plan()
                        plan.socket = socket
                        plan.`protocol` = requests.isRESP ? CLOAD_RESP : CLOAD_JSON_LINES
                        plan.connections = Int32(shape.connections)
                        plan.in_flight = Int32(shape.inFlight)
                        plan.warmup = options.seconds / 6
                        plan.seconds = options.seconds
                        plan.requests = bytes.baseAddress
                        plan.offsets = offsets.baseAddress
                        plan.count = requests.texts.count
                        plan.follow_up = requests.followUp == nil ? nil : followUp
                        plan.reply_lines = Int32(requests.replyLines)
                        return cload_run(&plan, &outcome)
                    }
                }
            }
        }
        let text = withUnsafeBytes(of: outcome.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard code == 0, outcome.refusals == 0, outcome.replies > 0 else {
            throw BenchError("\(outcome.refusals) of the requests to \(socket) failed: \(text)")
        }
        return LoadOutcome(rate: Double(outcome.replies) / outcome.seconds, p50: outcome.p50, p99: outcome.p99)
    }
}

/// Draws products in a way that is the same in each run.
struct Draws {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// As many draws as no pattern shows in, and as few as are soon made.
    static let count = 20_000

    mutating func next() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) / Double(UInt64(1) << 53)
    }

    static func even(of products: Int) -> [Int] {
        var draws = Draws()
        return (0..<count).map { _ in Int(draws.next() * Double(products)) }
    }

    /// The product at rank k is drawn 1/k as often as the first.
    static func zipf(of products: Int) -> [Int] {
        var sums: [Double] = [], sum = 0.0
        for rank in 1...products {
            sum += 1 / Double(rank)
            sums.append(sum)
        }
        var draws = Draws()
        return (0..<count).map { _ in
            let wanted = draws.next() * sum
            var low = 0, high = products - 1
            while low < high {
                let middle = (low + high) / 2
                if sums[middle] < wanted { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }
}
