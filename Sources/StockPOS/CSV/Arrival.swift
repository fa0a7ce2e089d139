import StockDomain

/// How a file came into the folder, as far as the kernel told.
enum Arrival: Hashable, Sendable {
    /// By a rename: it is whole.
    case moved
    /// Somebody who wrote to it has closed it.
    case closed
    /// Somebody has made it, and not closed it yet.
    case begun

    /// How long a file must have stayed as it is before it is taken. Writers that close and open again do so within moments;
    /// a file that nobody was heard to write may be in the middle of a slow copy, one that is being written in a pause of it.
    static func settling(_ arrival: Arrival?) -> Duration {
        switch arrival {
        case .moved: .zero
        case .closed: .seconds(1)
        case nil: .seconds(10)
        case .begun: .seconds(60)
        }
    }

    /// How long a file is still waited for; zero: it is to be taken.
    ///
    /// - Parameter watched: for how long it has been seen as it is.
    /// - Parameter age: since it was modified, by the wall clock; negative where that lies ahead.
    static func wait(_ arrival: Arrival?, watched: Duration, age: Duration) -> Duration {
        max(.zero, settling(arrival) - max(watched, age))
    }
}
