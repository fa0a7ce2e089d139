import CCurl
import StockTransport

final class HTTPTransfer: Transfer, @unchecked Sendable {
    /// All header lines of a response together, in bytes.
    private static let headerLimit = 256 << 10

    private let request: HTTPRequest
    private let userAgent: String
    private(set) var response = HTTPResponse(status: 0)
    private var headerBytes = 0
    private var isTooLarge = false

    /// Throws `invalidRequest` for what must not go on the wire.
    init(_ request: HTTPRequest, userAgent: String) throws(TransportError) {
        let origin = try Origin(request.url, schemes: ["http", "https"]).description
        for (name, value) in request.headers {
            guard HTTPTransfer.isToken(name), HTTPTransfer.isFieldValue(value) else {
                throw TransportError(
                    .invalidRequest, "\(origin): a header holds a character that headers must not hold",
                    mayHaveBeenProcessed: false)
            }
        }
        self.request = request
        self.userAgent = userAgent
        super.init(origin: origin, timeout: request.timeout, tls: request.tls)
    }

    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private static func isFieldValue(_ value: String) -> Bool { value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 } }

    override func configure() throws(TransportError) {
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_USERAGENT, userAgent)
        // One exchange at a time on a connection: a broken connection takes no other exchange with it.
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        if request.once { try set(CURLOPT_FRESH_CONNECT, 1) }
        if request.method == .post {
            try set(CURLOPT_POST, 1)
            try set(offset: CURLOPT_POSTFIELDSIZE_LARGE, request.body.count)
            let code = request.body.withUnsafeBytes { bytes in
                ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? UnsafeRawPointer(reference)))
            }
            try check(code)
        }
        // A name with nothing after it takes away what libcurl would add by itself: waiting for "100 Continue", and
        // the content type of a form.
        var lines = ["Expect:"]
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) { lines.append("Content-Type:") }
        lines += request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        try set(CURLOPT_HTTPHEADER, lines)
        try set(offset: CURLOPT_MAXFILESIZE_LARGE, request.responseLimit)
        try set(pointer: CURLOPT_HEADERDATA, reference)
        try set(CURLOPT_HEADERFUNCTION) { bytes, size, count, reference in
            guard let bytes, let reference else { return 0 }
            return Unmanaged<HTTPTransfer>.fromOpaque(reference).takeUnretainedValue()
                .receive(header: UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        try set(pointer: CURLOPT_WRITEDATA, reference)
        try set(CURLOPT_WRITEFUNCTION) { bytes, size, count, reference in
            guard let bytes, let reference else { return 0 }
            return Unmanaged<HTTPTransfer>.fromOpaque(reference).takeUnretainedValue()
                .receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
    }

    private func receive(header line: UnsafeRawBufferPointer) -> Int {
        headerBytes += line.count
        guard headerBytes <= HTTPTransfer.headerLimit else {
            isTooLarge = true
            return -1
        }
        let text = String(decoding: line, as: UTF8.self).trimmed
        if text.hasPrefix("HTTP/") {
            // Of an answer after "100 Continue" only the last head counts.
            response = HTTPResponse(status: 0)
        } else if let colon = text.firstIndex(of: ":") {
            response.headers.append((text[..<colon].lowercased(), String(text[text.index(after: colon)...]).trimmed))
        }
        return line.count
    }

    private func receive(body: UnsafeRawBufferPointer) -> Int {
        guard response.body.count + body.count <= request.responseLimit else {
            isTooLarge = true
            return -1
        }
        response.body += body
        return body.count
    }

    override var mayHaveBeenProcessed: Bool {
        var sent = 0
        ccurl_get_long(easy, CURLINFO_REQUEST_SIZE, &sent)
        return sent > 0
    }

    override func failure(_ code: CURLcode) -> TransportError? {
        if code == CURLE_OK {
            ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &response.status)
            return nil
        }
        if isTooLarge || code == CURLE_FILESIZE_EXCEEDED {
            return TransportError(
                .tooLarge, "\(origin): the answer is larger than \(request.responseLimit) bytes", mayHaveBeenProcessed: true)
        }
        return connectionFailure(code)
    }
}

extension String {
    fileprivate var trimmed: String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 || byte == 10 }
        var rest = utf8[...]
        while let first = rest.first, isBlank(first) { rest = rest.dropFirst() }
        while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
        return String(Substring(rest))
    }
}
