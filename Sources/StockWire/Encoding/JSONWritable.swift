import FoundationEssentials

/// A result that thousands ask for in a second, written member by member. It says what its `encode(to:)` says, with the
/// names in order, to the byte: a test holds the two together.
protocol JSONWritable {
    func write(to text: inout JSONText)
}

extension JSONText {
    mutating func value(_ value: some JSONWritable) { value.write(to: &self) }

    mutating func values(_ values: [some JSONWritable]) {
        raw("[")
        for (index, value) in values.enumerated() {
            if index > 0 { raw(",") }
            value.write(to: &self)
        }
        raw("]")
    }

    mutating func orNull<Value>(_ value: Value?, _ write: (inout JSONText, Value) -> Void) {
        if let value { write(&self, value) } else { null() }
    }
    mutating func orNull(_ value: String?) { orNull(value) { $0.string($1) } }
    mutating func orNull(_ value: Decimal?) { orNull(value) { $0.number($1) } }
    mutating func orNull(_ value: Wire.Time?) { orNull(value) { $0.time($1) } }
    mutating func orNull(_ value: (some JSONWritable)?) { orNull(value) { $0.value($1) } }

    mutating func time(_ value: Wire.Time) {
        raw("\"")
        value.each { byte($0) }
        raw("\"")
    }
    /// One of a closed set of names, none of which has anything to escape.
    mutating func name(_ value: some WireEnum) { string(value.rawValue) }
}
