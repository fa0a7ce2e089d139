// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors in every target of ours (never in dependencies).
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// What the simulations spend their time in is optimized in debug builds too, with its assertions: thousands of made-up
/// days take minutes then, and not hours.
let optimized: [SwiftSetting] =
    strict + [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))]

func target(_ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = strict) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(
    _ subject: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], settings: [SwiftSetting] = strict
) -> Target {
    .testTarget(
        name: subject + "Tests",
        dependencies: [.target(name: subject)] + dependencies,
        path: "Tests/" + subject,
        exclude: exclude,
        swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "stockd",
    products: [
        .executable(name: "stockd", targets: ["stockd"]),
        .executable(name: "stockctl", targets: ["stockctl"]),
        .executable(name: "stock-bench", targets: ["stock-bench"]),
        .executable(name: "stock-floor", targets: ["stock-floor"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CPeer"),
        .target(name: "CWriteAhead", dependencies: ["CSQLite"]),
        .target(name: "CLoad"),
        .target(name: "CFloor", dependencies: ["CSQLite"]),

        target("StockDomain", settings: optimized),
        target("StockWire"),
        target("StockTransport"),
        target("StockStore", ["StockDomain", "CSQLite", "CWriteAhead", crypto], settings: optimized),
        target("StockCurl", ["StockTransport", "CCurl"]),
        target("StockSystemd", ["CSystemd", logging]),
        target("StockPOS", ["StockDomain", "StockTransport", crypto]),
        target("StockNotify", ["StockDomain", "StockTransport", "StockWire", crypto]),
        target("StockEngine", ["StockDomain", "StockStore", "StockPOS", "StockNotify", lifecycle, logging]),
        target(
            "StockControl",
            [
                "StockWire", "StockDomain", "StockStore", "StockPOS", "StockNotify", "StockEngine", "CPeer",
                nioCore, nioPosix, crypto, lifecycle, logging,
            ]),
        target(
            "StockDaemon",
            [
                "StockDomain", "StockTransport", "StockStore", "StockCurl", "StockSystemd", "StockPOS",
                "StockNotify", "StockEngine", "StockWire", "StockControl", yams, argumentParser, lifecycle, logging,
                unixSignals,
            ]),
        target("StockClient", ["StockWire"]),
        target("StockCLI", ["StockClient", "StockWire", argumentParser]),
        .executableTarget(name: "stockd", dependencies: ["StockDaemon"], swiftSettings: strict),
        .executableTarget(name: "stockctl", dependencies: ["StockCLI"], swiftSettings: strict),
        .executableTarget(
            name: "stock-bench",
            dependencies: ["StockDomain", "StockStore", "CFloor", "CLoad", argumentParser], swiftSettings: strict),
        .executableTarget(name: "stock-floor", dependencies: ["CFloor"]),

        .target(
            name: "StockTestSupport", dependencies: ["StockDomain", "StockTransport", nioCore, nioHTTP1, nioPosix],
            path: "Tests/Support", exclude: ["servers"], swiftSettings: strict),
        tests("StockDomain", ["StockTestSupport"]),
        .target(name: "CFaultVFS", dependencies: ["CSQLite"], path: "Tests/FaultVFS"),
        tests("StockStore", ["StockDomain", "StockTestSupport", "CFaultVFS"], settings: optimized),
        tests("StockWire", ["StockTestSupport"]),
        tests(
            "StockNotify", ["StockDomain", "StockTransport", "StockWire", "StockTestSupport", "StockCurl", crypto],
            exclude: ["Golden"]),
        tests("StockClient", ["StockTestSupport", "StockWire"]),
        tests("StockCLI", ["StockTestSupport", "StockClient", "StockWire", argumentParser], exclude: ["Golden"]),
        tests("StockDaemon", ["StockDomain", "StockTransport", "StockStore", "stockd", logging]),
        tests("StockSystemd", [logging]),
        tests(
            "StockEngine", ["StockTestSupport", "StockDomain", "StockNotify", "StockPOS", "StockStore", lifecycle, logging],
            settings: optimized),
        tests("StockControl", ["StockTestSupport", "StockWire", "StockDomain", "StockStore", logging]),
        .testTarget(
            name: "PackagingTests", dependencies: ["StockEngine", "stockd", "stockctl"], path: "Tests/Packaging",
            exclude: ["installed-units.sh"], swiftSettings: strict),
        tests("StockCurl", ["StockTestSupport", "StockTransport"]),
        tests("StockPOS", ["StockTestSupport", "StockDomain", "StockTransport", "StockStore", "StockCurl"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "stockd", "stockctl", "stock-bench", "stock-floor", "StockClient", "StockWire", "StockTestSupport", "StockDomain",
                "CSQLite", crypto,
            ], path: "Tests/EndToEnd",
            swiftSettings: strict),
    ])
