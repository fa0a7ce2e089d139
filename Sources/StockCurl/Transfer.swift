import CCurl
import StockTransport
import Synchronization

/// One exchange: an easy handle and everything it points to. After `perform` has been called only the loop's thread
/// touches it, until the continuation is resumed; others only cancel it.
class Transfer: @unchecked Sendable {
    /// Connecting, with TLS; a server that needs longer is as good as down.
    static let longestConnectMilliseconds = 10_000

    let ticket = Ticket()
    /// `scheme://host:port`: as much of the URL as may stand in an error.
    let origin: String
    let timeout: Duration
    private let tls: TLSTrust
    /// Set on any thread, and read by the progress callback, which aborts the transfer then. Removing the handle instead
    /// would make libcurl end a mail in the middle as if it were whole, and wait for the reply to that.
    var isCancelled: Bool {
        get { wasCancelled.load(ordering: .acquiring) }
        set { wasCancelled.store(newValue, ordering: .releasing) }
    }
    private let wasCancelled = Atomic(false)
    private(set) var easy: UnsafeMutableRawPointer?
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private let errorBuffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(origin: String, timeout: Duration, tls: TLSTrust) {
        self.origin = origin
        self.timeout = timeout
        self.tls = tls
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit { errorBuffer.deallocate() }

    /// What the kind of exchange sets on the handle.
    func configure() throws(TransportError) { fatalError("for subclasses") }

    /// Whether the other side may have processed what has been sent so far.
    var mayHaveBeenProcessed: Bool { fatalError("for subclasses") }

    /// Why there is no answer; nil if there is.
    func failure(_ code: CURLcode) -> TransportError? { fatalError("for subclasses") }

    /// Sees to it that nobody uses the connection any more: there is no answer.
    func breakConnection() {}

    final func prepare() throws(TransportError) -> UnsafeMutableRawPointer {
        guard let easy = curl_easy_init() else {
            throw TransportError(.broken, "libcurl is out of memory", mayHaveBeenProcessed: false)
        }
        self.easy = easy
        do {
            try configureAll()
        } catch {
            close()
            throw error
        }
        return easy
    }

    private func configureAll() throws(TransportError) {
        // Signals are the process's; a timeout of libcurl must not raise SIGALRM in it.
        try set(CURLOPT_NOSIGNAL, 1)
        try set(pointer: CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(errorBuffer))
        // An empty name, unlike none, also switches off what the environment says.
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        let milliseconds = max(1, Int(clamping: timeout.wholeMilliseconds))
        try set(CURLOPT_TIMEOUT_MS, milliseconds)
        try set(CURLOPT_CONNECTTIMEOUT_MS, min(milliseconds, Transfer.longestConnectMilliseconds))
        // Without it, giving up on a transfer waits for its name lookup, and all others with it.
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_NOPROGRESS, 0)
        try set(pointer: CURLOPT_XFERINFODATA, reference)
        try check(
            ccurl_set_progress(easy) { reference, _, _, _, _ in
                guard let reference else { return 0 }
                return Unmanaged<Transfer>.fromOpaque(reference).takeUnretainedValue().isCancelled ? 1 : 0
            })
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if case .caFile(let path) = tls {
            try set(CURLOPT_CAINFO, path)
            // The directory of the system's authorities would count besides the file.
            try check(ccurl_set_string(easy, CURLOPT_CAPATH, nil))
        }
        try configure()
    }

    /// Frees the handle; the loop has removed it from the multi handle.
    final func close() {
        if let easy { curl_easy_cleanup(easy) }
        easy = nil
        for list in lists { curl_slist_free_all(list) }
        lists = []
    }

    final func cancelled(mayHaveBeenProcessed: Bool) -> TransportError {
        TransportError(.cancelled, "\(origin): cancelled", mayHaveBeenProcessed: mayHaveBeenProcessed)
    }

    /// What libcurl wrote about the failure. Only for failures whose text is known to hold no secret.
    final var detail: String { String(cString: errorBuffer).printable(limit: 300) }

    // Options.

    final func set(_ option: CURLoption, _ value: Int) throws(TransportError) {
        try check(ccurl_set_long(easy, option, value))
    }

    final func set(_ option: CURLoption, _ value: String) throws(TransportError) {
        try check(ccurl_set_string(easy, option, value))
    }

    final func set(offset option: CURLoption, _ value: Int) throws(TransportError) {
        try check(ccurl_set_offset(easy, option, curl_off_t(value)))
    }

    final func set(pointer option: CURLoption, _ value: UnsafeMutableRawPointer?) throws(TransportError) {
        try check(ccurl_set_pointer(easy, option, value))
    }

    final func set(_ option: CURLoption, _ lines: [String]) throws(TransportError) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
                curl_slist_free_all(list)
                throw TransportError(.broken, "libcurl is out of memory", mayHaveBeenProcessed: false)
            }
            list = longer
        }
        if let list { lists.append(list) }
        try check(ccurl_set_list(easy, option, list))
    }

    final func set(
        _ option: CURLoption,
        _ callback: @escaping @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int
    ) throws(TransportError) {
        try check(ccurl_set_transfer(easy, option, callback))
    }

    /// For callbacks: the loop keeps the transfer alive as long as libcurl knows it.
    final var reference: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    final func check(_ code: CURLcode) throws(TransportError) {
        guard code != CURLE_OK else { return }
        throw TransportError(
            .invalidRequest, "\(origin): libcurl: \(String(cString: curl_easy_strerror(code)))", mayHaveBeenProcessed: false)
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? .max / 2 : product + attoseconds / 1_000_000_000_000_000
    }
}

extension String {
    /// Without control characters, and cut: fit for a log line.
    func printable(limit: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: scalars.append(" ")
            default: scalars.append(scalar)
            }
        }
        while scalars.last == " " { scalars.removeLast() }
        return String(scalars)
    }
}
