import Foundation

/// SplitMix64 (G. L. Steele et al., "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014): its whole state is
/// one number, so that it fits into a bookmark.
struct DemoRandom: RandomNumberGenerator, Codable, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// How many events happen where `mean` are expected (D. E. Knuth, TAOCP vol. 2, 3.4.1 algorithm Q). For means
    /// under some hundreds.
    mutating func poisson(_ mean: Double) -> Int {
        guard mean > 0 else { return 0 }
        let limit = exp(-mean)
        var product = Double.random(in: 0..<1, using: &self)
        var count = 0
        while product > limit {
            count += 1
            product *= Double.random(in: 0..<1, using: &self)
        }
        return count
    }
}
