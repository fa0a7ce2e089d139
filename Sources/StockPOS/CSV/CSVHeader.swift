import StockDomain

/// Which column of a file is what. The kind of the file goes by its header.
package struct CSVHeader: Hashable, Sendable, Codable {
    package enum Column: String, CaseIterable, Codable, Sendable, CodingKeyRepresentable {
        case sku, name, category, price, currency
        case parLevel = "par_level"
        case location, quantity
        case countedAt = "counted_at"
        case soldAt = "sold_at"
        case externalID = "external_id"

        /// What it is called as well, the likeliest first, as `CSVHeader.key` spells names.
        package var aliases: [String] {
            switch self {
            case .sku:
                [
                    "product_id", "product_sku", "variant_sku", "item", "item_id", "item_code", "item_number", "article",
                    "article_number", "product_code", "part_number", "code",
                ]
            case .name: ["product_name", "item_name", "title", "product", "description"]
            case .category: ["product_category", "item_category", "group", "department"]
            case .price: ["unit_price", "retail_price", "selling_price"]
            case .currency: ["currency_code"]
            case .parLevel: ["par", "target", "target_stock", "target_level"]
            case .location:
                ["location_name", "store", "store_name", "store_id", "location_id", "site", "branch", "shop", "outlet", "warehouse"]
            case .quantity:
                [
                    "qty", "on_hand", "quantity_on_hand", "qty_on_hand", "in_stock", "stock", "current_stock", "stock_level",
                    "inventory", "inventory_level", "count", "units", "units_sold", "quantity_sold",
                ]
            case .countedAt: ["counted", "count_date", "as_of", "stock_date", "updated_at"]
            case .soldAt: ["sold", "sold_on", "sale_date", "sale_time", "order_date", "transaction_date"]
            case .externalID: ["sale_id", "order_id", "order_number", "transaction_id", "receipt", "receipt_id", "line_id"]
            }
        }

        /// Too common to tell what a file is; taken where that is known.
        fileprivate var vagueAliases: [String] {
            switch self {
            case .countedAt, .soldAt: ["date", "time", "timestamp", "datetime", "created_at"]
            case .externalID: ["id", "reference"]
            default: []
            }
        }
    }

    package var kind: ImportKind
    package var delimiter: UInt8
    /// Columns in a row.
    package var width: Int
    package var columns: [Column: Int]
    /// Columns that mean nothing here.
    package var ignored: [String]

    package func index(_ column: Column) -> Int? { columns[column] }

    /// Whether it can have been made by reading one: a caller who carries it may have changed it.
    package var isSound: Bool {
        CSVHeader.delimiters.contains(delimiter) && (1...CSVReader.recordLimit + 1).contains(width)
            && columns.values.allSatisfy { (0..<width).contains($0) }
    }

    package static let delimiters: [UInt8] = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }

    /// Reads a header. `expected`: the kind that somebody says the file is, by its name or otherwise.
    package init(_ names: [String], delimiter: UInt8, expected: ImportKind?) throws(CSVProblem) {
        let keys = names.map(CSVHeader.key)
        let told = CSVHeader.told(by: keys)
        // Sales must not be taken for counts, whatever somebody says.
        let said = told == .sales ? nil : expected.flatMap { CSVHeader.isWhole($0, keys) ? $0 : nil }
        guard let kind = said ?? told else {
            throw .unknownHeader(names.prefix(20).map { String($0.prefix(40)) }, expected)
        }
        if let expected, kind != expected { throw .otherKind(says: expected, is: kind) }
        self.kind = kind
        self.delimiter = delimiter
        width = names.count
        columns = CSVHeader.columns(of: kind, in: keys, vague: true)
        if let index = columns.values.sorted().first(where: { index in keys.count { $0 == keys[index] } > 1 }) {
            throw .columnTwice(String(names[index].prefix(40)))
        }
        let known = Set(columns.values)
        ignored = names.indices.filter { !known.contains($0) }.map { String(names[$0].prefix(100)) }
    }

    /// How many of `names` mean something: the delimiter that makes the most of a header is the right one.
    static func known(_ names: [String]) -> Int {
        let all = Set(Column.allCases.flatMap { [$0.rawValue] + $0.aliases + $0.vagueAliases })
        return names.count { all.contains(key($0)) }
    }

    private static func told(by keys: [String]) -> ImportKind? {
        let sales = columns(of: .sales, in: keys, vague: false)
        // One without the other belongs to a file of levels that has a column more.
        if sales[.soldAt] != nil, sales[.externalID] != nil { return isWhole(.sales, keys) ? .sales : nil }
        return [.levels, .products].first { isWhole($0, keys) }
    }

    private static func isWhole(_ kind: ImportKind, _ keys: [String]) -> Bool {
        let found = columns(of: kind, in: keys, vague: true)
        switch kind {
        case .products:
            return found[.sku] != nil && [.name, .category, .price, .parLevel].contains { found[$0] != nil }
        case .levels:
            return [.sku, .location, .quantity].allSatisfy { found[$0] != nil }
        case .sales:
            return [.sku, .location, .quantity, .soldAt, .externalID].allSatisfy { found[$0] != nil }
        }
    }

    private static func columns(of kind: ImportKind, in keys: [String], vague: Bool) -> [Column: Int] {
        let wanted: [Column] =
            switch kind {
            case .products: [.sku, .name, .category, .price, .currency, .parLevel]
            case .levels: [.sku, .location, .quantity, .countedAt]
            case .sales: [.sku, .location, .quantity, .soldAt, .externalID]
            }
        var found: [Column: Int] = [:]
        for column in wanted {
            let names = [column.rawValue] + column.aliases + (vague ? column.vagueAliases : [])
            found[column] = names.lazy.compactMap { keys.firstIndex(of: $0) }.first
        }
        return found
    }

    /// `Product ID`, `product-id` and `PRODUCT_ID` are one name.
    static func key(_ name: String) -> String {
        var words: [String] = [""]
        for scalar in name.lowercased().unicodeScalars {
            if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                words[words.count - 1].unicodeScalars.append(scalar)
            } else if words.last != "" {
                words.append("")
            }
        }
        return words.filter { $0 != "" }.joined(separator: "_")
    }
}

/// Why a file as a whole cannot be read.
package enum CSVProblem: Error, Hashable, Sendable, CustomStringConvertible {
    case empty
    case notUTF8(line: Int)
    case binary(line: Int)
    case unknownHeader([String], ImportKind?)
    case brokenHeader(RowProblem)
    case columnTwice(String)
    case otherKind(says: ImportKind, is: ImportKind)
    case notRegular(String)
    case changed
    /// Somebody has taken it away.
    case gone
    case unreadable(String)

    package var description: String {
        switch self {
        case .empty: "it is empty: the first line must name the columns"
        case .notUTF8(let line): "line \(line) is not UTF-8: export it as UTF-8 (other encodings are not guessed)"
        case .binary(let line): "line \(line) holds a zero byte: it is no CSV, or of another encoding than UTF-8"
        case .unknownHeader(let names, let expected):
            """
            its first line names no columns that make a file of \(expected?.rawValue ?? "products, levels or sales") \
            (found: \(names.map { Text.mended($0) ?? "" }.joined(separator: ", "))). Levels need sku, location and quantity; \
            products sku and name, category, price or par_level; sales sku, location, quantity, sold_at and external_id
            """
        case .columnTwice(let name):
            "its first line names the column \(Text.mended(name) ?? "") twice: remove or rename the one that is not meant"
        case .brokenHeader(let problem): "its first line cannot be read: \(problem.description)"
        case .otherKind(let said, let found):
            "it is said to be of \(said.rawValue), but its columns are those of \(found.rawValue): name it \(found.rawValue)-….csv"
        case .notRegular(let what): "it is \(what): only regular files are read"
        case .changed: "it was changed while it was read: write it elsewhere, then move it here"
        case .gone: "it is not there any more"
        case .unreadable(let why): "it cannot be read: \(why)"
        }
    }
}
