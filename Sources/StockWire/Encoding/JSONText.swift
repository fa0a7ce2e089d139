import FoundationEssentials

/// JSON that is being put together, as Foundation's encoder would write it.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    /// With room for what most replies are, so that it need not grow again and again.
    init(capacity: Int = 1000) { bytes.reserveCapacity(capacity) }

    var count: Int { bytes.count }

    /// As it stands: punctuation and names.
    mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
    mutating func raw(_ text: some Sequence<UInt8>) { bytes.append(contentsOf: text) }

    /// What stands there already.
    mutating func again(_ range: Range<Int>) { bytes.append(contentsOf: Array(bytes[range])) }

    mutating func byte(_ byte: UInt8) { bytes.append(byte) }
    mutating func put(_ byte: UInt8, at index: Int) { bytes[index] = byte }
    mutating func removeAll(from start: Int) -> [UInt8] {
        defer { bytes.removeSubrange(start...) }
        return Array(bytes[start...])
    }

    mutating func null() { raw("null") }
    mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

    mutating func number(_ value: some BinaryInteger) {
        if let value = Int64(exactly: value) { digits(value.magnitude, negative: value < 0) } else { raw(String(value).utf8) }
    }

    /// False where it is no number.
    @discardableResult
    mutating func number(_ value: Decimal) -> Bool {
        guard !value.isNaN else { return false }
        if let plain = PlainDecimal(value) {
            number(plain, isNegative: value.sign == .minus)
        } else {
            raw(value.description.utf8)
        }
        return true
    }

    private mutating func number(_ value: PlainDecimal, isNegative: Bool) {
        let (whole, fraction) = value.magnitude.quotientAndRemainder(dividingBy: value.scale)
        digits(whole, negative: isNegative && value.magnitude > 0)
        guard fraction > 0 else { return }
        byte(UInt8(ascii: "."))
        var rest = fraction, place = value.scale
        while rest > 0 {
            place /= 10
            byte(48 + UInt8(rest / place))
            rest %= place
        }
    }

    private mutating func digits(_ magnitude: UInt64, negative: Bool) {
        if negative { byte(UInt8(ascii: "-")) }
        guard magnitude >= 10 else { return byte(48 + UInt8(magnitude)) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
            var rest = magnitude, at = 20
            while rest > 0 {
                at -= 1
                buffer[at] = 48 + UInt8(rest % 10)
                rest /= 10
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[at...]))
        }
    }

    mutating func string(_ value: String) {
        byte(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { utf8 in
            var plain = 0
            for index in 0..<utf8.count {
                let byte = utf8[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[plain..<index]))
                escape(byte)
                plain = index + 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[plain...]))
        }
        byte(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 8: bytes.append(UInt8(ascii: "b"))
        case 9: bytes.append(UInt8(ascii: "t"))
        case 10: bytes.append(UInt8(ascii: "n"))
        case 12: bytes.append(UInt8(ascii: "f"))
        case 13: bytes.append(UInt8(ascii: "r"))
        case 0..<0x20:
            raw("u00")
            for digit in [byte >> 4, byte & 0xF] { bytes.append(digit + (digit < 10 ? 48 : 87)) }
        default: bytes.append(byte)
        }
    }
}

/// A decimal of few digits as whole numbers: magnitude over a power of ten. To print any other one is slow, as Foundation
/// divides it digit by digit.
private struct PlainDecimal {
    var magnitude: UInt64
    var scale: UInt64 = 1

    /// Takes the digits from where NSDecimal's layout, which is that of the C interface, has them: behind four bytes of
    /// exponent and flags, lowest first. nil where there are more than 64 bits or many places.
    init?(_ value: Decimal) {
        let exponent = value.exponent
        guard (-9...9).contains(exponent) else { return nil }
        let (low, high) = withUnsafeBytes(of: value) { bytes -> (UInt64, UInt64) in
            guard bytes.count == 20 else { return (0, 1) }
            return (bytes.loadUnaligned(fromByteOffset: 4, as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 12, as: UInt64.self))
        }
        guard high == 0 else { return nil }
        var power: UInt64 = 1
        for _ in 0..<abs(exponent) { power *= 10 }
        guard exponent > 0 else {
            (magnitude, scale) = (low, power)
            return
        }
        let (product, overflow) = low.multipliedReportingOverflow(by: power)
        guard !overflow else { return nil }
        magnitude = product
    }
}
