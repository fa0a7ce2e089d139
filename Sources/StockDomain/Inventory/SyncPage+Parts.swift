extension SyncPage {
    /// The page cut into pieces, in the order in which its contents are applied, none of which writes more levels than
    /// `limit` or so: other changes have their turn between them. Only with the last does the bookmark move, so that a
    /// page that was cut off is applied again from its beginning, which changes nothing twice.
    ///
    /// - Parameter locations: how many a product has levels at.
    package func parts(writing limit: Int, locations: Int) -> [SyncPage] {
        var parts: [SyncPage] = []
        var part = SyncPage(phase: phase, resume: resume)
        var room = limit
        func take<Element>(_ elements: [Element], _ list: WritableKeyPath<SyncPage, [Element]>, weight: Int) {
            for element in elements {
                if room < weight, room < limit {
                    parts.append(part)
                    part = SyncPage(phase: phase, resume: resume)
                    room = limit
                }
                part[keyPath: list].append(element)
                room -= weight
            }
        }
        take(self.locations, \.locations, weight: 1)
        take(products, \.products, weight: max(1, locations))
        take(counts, \.counts, weight: 1)
        take(sales, \.sales, weight: 1)
        take(skipped, \.skipped, weight: 1)
        return parts + [part]
    }
}
