/// What is wrong with one value, in words that follow its key: `must be …`, `is empty`. Never holds a secret.
struct Invalid: Error {
    var text: String

    init(_ text: String) { self.text = text }
}

/// A value of the file in quotes, safe to print and short.
func quoted(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(41) {
        let harmless = scalar.value >= 0x20 && scalar.value < 0x7F || scalar.value >= 0xA1 && scalar.properties.isAlphabetic
        result += harmless ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
    }
    return text.unicodeScalars.count > 40 ? "\"\(result)…\"" : "\"\(result)\""
}
