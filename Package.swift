// swift-tools-version: 6.2
import PackageDescription

// One list for every target of ours; dependencies keep their own settings (and their own warnings).
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

/// What both programs must agree on: messages, task specification, positions, error codes.
let shared: [Target] = [
    .target(name: "SyncModel", path: "Sources/Shared/Model", swiftSettings: settings),
    .target(name: "CProcess", path: "Sources/Shared/CProcess"),
    .target(name: "SyncWire", dependencies: ["SyncModel"], path: "Sources/Shared/Wire", swiftSettings: settings),
]

/// One process per one-way task. Only `SyncMySQL` sees the C library; `WorkerBinlog` and `WorkerConflict` are pure
/// (`WorkerBinlog` unpacks compressed transactions with libzstd).
let worker: [Target] = [
    .systemLibrary(name: "CZstd", path: "Sources/Worker/CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(
        name: "CLibMySQL",
        path: "Sources/Worker/CLibMySQL",
        pkgConfig: "libmariadb",
        providers: [.apt(["libmariadb-dev"])]
    ),
    .target(name: "CMySQL", dependencies: ["CLibMySQL"], path: "Sources/Worker/CMySQL"),
    .target(name: "SyncMySQL", dependencies: ["CMySQL", "SyncModel"], path: "Sources/Worker/MySQL", swiftSettings: settings),
    .target(name: "WorkerBinlog", dependencies: ["CZstd", "SyncModel"], path: "Sources/Worker/Binlog", swiftSettings: settings),
    .target(
        name: "WorkerSchema",
        dependencies: ["SyncModel", "SyncMySQL", "WorkerBinlog"],
        path: "Sources/Worker/Schema",
        swiftSettings: settings
    ),
    .target(
        name: "WorkerFilter",
        dependencies: ["SyncModel", "WorkerBinlog", "WorkerSchema"],
        path: "Sources/Worker/Filter",
        swiftSettings: settings
    ),
    .target(
        name: "WorkerDDL",
        dependencies: ["SyncModel", "WorkerBinlog", "WorkerSchema"],
        path: "Sources/Worker/DDL",
        swiftSettings: settings
    ),
    .target(
        name: "WorkerCheckpoint",
        dependencies: ["SyncModel", "SyncMySQL", "SyncWire", "WorkerDDL", "WorkerSchema", logging],
        path: "Sources/Worker/Checkpoint",
        swiftSettings: settings
    ),
    .target(
        name: "WorkerConflict",
        dependencies: ["SyncModel", "WorkerBinlog"],
        path: "Sources/Worker/Conflict",
        swiftSettings: settings
    ),
    .target(
        name: "WorkerSource",
        dependencies: [
            "SyncModel", "SyncMySQL", "WorkerBinlog", "WorkerCheckpoint", "WorkerDDL", "WorkerFilter", "WorkerSchema", logging,
        ],
        path: "Sources/Worker/Source",
        swiftSettings: settings
    ),
    .target(
        name: "WorkerApply",
        dependencies: [
            "SyncModel", "SyncMySQL", "SyncWire", "WorkerBinlog", "WorkerCheckpoint", "WorkerConflict", "WorkerDDL",
            "WorkerSchema", "WorkerSource", logging,
        ],
        path: "Sources/Worker/Apply",
        swiftSettings: settings
    ),
    .target(
        name: "WorkerLoad",
        dependencies: [
            "SyncModel", "SyncMySQL", "SyncWire", "WorkerBinlog", "WorkerCheckpoint", "WorkerConflict", "WorkerFilter", "WorkerSchema",
            logging,
        ],
        path: "Sources/Worker/Load",
        swiftSettings: settings
    ),
    .target(
        name: "WorkerVerify",
        dependencies: ["SyncModel", "SyncMySQL", "WorkerBinlog", "WorkerCheckpoint", "WorkerFilter", "WorkerLoad", "WorkerSchema", "WorkerSource"],
        path: "Sources/Worker/Verify",
        swiftSettings: settings
    ),
    .target(
        name: "WorkerEngine",
        dependencies: [
            "SyncModel", "SyncMySQL", "SyncWire", "WorkerApply", "WorkerBinlog", "WorkerCheckpoint", "WorkerConflict", "WorkerDDL",
            "WorkerLoad", "WorkerSchema", "WorkerSource", "WorkerVerify", logging,
        ],
        path: "Sources/Worker/Engine",
        swiftSettings: settings
    ),
    .executableTarget(
        name: "dts-worker",
        dependencies: ["CMySQL", "CProcess", "SyncModel", "SyncWire", "WorkerEngine", argumentParser, logging, systemPackage],
        path: "Sources/Worker/Main",
        swiftSettings: settings
    ),
]

/// The daemon, its command line and its API. Adapters (`Process`, `Store`, `HTTP`) depend on `Tasks`, never the reverse.
let supervisor: [Target] = [
    .systemLibrary(
        name: "CLibCurl",
        path: "Sources/Supervisor/CLibCurl",
        pkgConfig: "libcurl",
        providers: [.apt(["libcurl4-openssl-dev"])]
    ),
    .target(name: "SyncCurl", dependencies: ["CLibCurl"], path: "Sources/Supervisor/Curl", swiftSettings: settings),
    .target(name: "SupervisorNotices", dependencies: ["SyncModel"], path: "Sources/Supervisor/Notices", swiftSettings: settings),
    .target(
        name: "SupervisorBilling",
        dependencies: ["SupervisorNotices", "SyncModel"],
        path: "Sources/Supervisor/Billing",
        swiftSettings: settings
    ),
    .target(
        name: "SupervisorNotify",
        dependencies: ["SupervisorAPI", "SupervisorNotices", "SyncCurl", "SyncModel", .product(name: "Crypto", package: "swift-crypto")],
        path: "Sources/Supervisor/Notify",
        swiftSettings: settings
    ),
    .target(name: "SupervisorTopology", dependencies: ["SyncModel"], path: "Sources/Supervisor/Topology", swiftSettings: settings),
    .target(
        name: "SupervisorTasks",
        dependencies: [
            "SupervisorBilling", "SupervisorNotices", "SupervisorTopology", "SyncModel", "SyncWire", logging, serviceLifecycle,
        ],
        path: "Sources/Supervisor/Tasks",
        swiftSettings: settings
    ),
    .target(
        name: "SupervisorOutbox",
        dependencies: ["SupervisorNotices", "SyncModel", logging, serviceLifecycle],
        path: "Sources/Supervisor/Outbox",
        swiftSettings: settings
    ),
    .target(
        name: "SupervisorProcess",
        dependencies: [
            "SupervisorTasks", "SyncModel", "SyncWire", logging, systemPackage,
            .product(name: "Subprocess", package: "swift-subprocess"),
        ],
        path: "Sources/Supervisor/Process",
        swiftSettings: settings
    ),
    .target(
        name: "SupervisorStore",
        dependencies: [
            "SupervisorBilling", "SupervisorNotices", "SupervisorOutbox", "SupervisorTasks", "SyncModel", "SyncWire",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "GRDB", package: "GRDB.swift"),
        ],
        path: "Sources/Supervisor/Store",
        swiftSettings: settings
    ),
    .target(
        name: "SupervisorConfig",
        dependencies: ["SupervisorNotices", "SyncModel", .product(name: "Yams", package: "Yams")],
        path: "Sources/Supervisor/Config",
        swiftSettings: settings
    ),
    .target(name: "SupervisorAPI", dependencies: ["SupervisorNotices", "SyncModel"], path: "Sources/Supervisor/API", swiftSettings: settings),
    .target(
        name: "SupervisorHTTP",
        dependencies: [
            "SupervisorAPI", "SupervisorNotices", "SupervisorTasks", "SyncModel", logging, serviceLifecycle,
            .product(name: "Hummingbird", package: "hummingbird"),
            .product(name: "HummingbirdCore", package: "hummingbird"),
            .product(name: "HummingbirdTLS", package: "hummingbird"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
        ],
        path: "Sources/Supervisor/HTTP",
        swiftSettings: settings
    ),
    .target(
        name: "SupervisorCLI",
        dependencies: ["SupervisorAPI", "SupervisorConfig", "SupervisorNotices", "SyncCurl", "SyncModel", argumentParser],
        path: "Sources/Supervisor/CLI",
        swiftSettings: settings
    ),
    .executableTarget(
        name: "dts-supervisor",
        dependencies: [
            "CProcess", "SupervisorAPI", "SupervisorBilling", "SupervisorCLI", "SupervisorConfig", "SupervisorHTTP", "SupervisorNotices", "SupervisorNotify",
            "SupervisorOutbox", "SupervisorProcess", "SupervisorStore", "SupervisorTasks", "SupervisorTopology", "SyncCurl", "SyncModel",
            argumentParser, logging, serviceLifecycle, systemPackage,
            .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        ],
        path: "Sources/Supervisor/Main",
        swiftSettings: settings
    ),
]

let tests: [Target] = [
    .target(
        name: "TestSupport",
        dependencies: [
            "SyncModel", "SyncMySQL", "SyncWire", "WorkloadKit", systemPackage,
            .product(name: "Subprocess", package: "swift-subprocess"),
        ],
        path: "Tests/TestSupport",
        exclude: ["Servers"],
        swiftSettings: settings
    ),
    .target(
        name: "WorkloadKit",
        dependencies: ["SyncModel", "SyncMySQL"],
        path: "Tests/Workload/Kit",
        swiftSettings: settings
    ),
    .executableTarget(
        name: "dts-workload",
        dependencies: ["SyncMySQL", "WorkloadKit", argumentParser, systemPackage],
        path: "Tests/Workload/Main",
        swiftSettings: settings
    ),
    .target(name: "FuzzKit", dependencies: ["WorkerBinlog"], path: "Tests/Fuzz/Kit", swiftSettings: settings),
    .executableTarget(name: "dts-fuzz", dependencies: ["FuzzKit"], path: "Tests/Fuzz/Main", swiftSettings: settings),
    .executableTarget(
        name: "FakeWorker",
        dependencies: ["SyncModel", "SyncWire", systemPackage],
        path: "Tests/FakeWorker",
        swiftSettings: settings
    ),
    .testTarget(
        name: "SharedTests",
        dependencies: ["SyncModel", "SyncWire", "TestSupport"],
        path: "Tests/SharedTests",
        swiftSettings: settings
    ),
    .testTarget(
        name: "WorkerTests",
        dependencies: [
            "FuzzKit", "SyncModel", "SyncMySQL", "TestSupport", "WorkerApply", "WorkerBinlog", "WorkerCheckpoint", "WorkerConflict",
            "WorkerDDL", "WorkerEngine", "WorkerFilter",
            "WorkerLoad", "WorkerSchema", "WorkerSource", "WorkerVerify", logging,
        ],
        path: "Tests/WorkerTests",
        exclude: ["Fixtures", "MySQL/Errors"],
        swiftSettings: settings
    ),
    .testTarget(
        name: "SupervisorTests",
        dependencies: [
            "SupervisorAPI", "SupervisorBilling", "SupervisorCLI", "SupervisorConfig", "SupervisorHTTP", "SupervisorNotices", "SupervisorNotify",
            "SupervisorOutbox", "SupervisorStore", "SupervisorTasks", "SupervisorTopology", "SyncCurl", "SyncModel", "SyncWire", "TestSupport", argumentParser, logging,
            serviceLifecycle, .product(name: "GRDB", package: "GRDB.swift"),
        ],
        path: "Tests/SupervisorTests",
        swiftSettings: settings
    ),
    .testTarget(
        name: "ProcessTests",
        dependencies: [
            "FakeWorker", "SupervisorProcess", "SupervisorStore", "SupervisorTasks", "SyncModel", "SyncWire", "TestSupport",
            "dts-supervisor", "dts-worker", logging, serviceLifecycle, systemPackage,
            .product(name: "Subprocess", package: "swift-subprocess"),
        ],
        path: "Tests/ProcessTests",
        swiftSettings: settings
    ),
    .testTarget(
        name: "IntegrationTests",
        dependencies: [
            "SyncModel", "SyncMySQL", "TestSupport", "WorkloadKit", "dts-supervisor", "dts-worker",
            .product(name: "GRDB", package: "GRDB.swift"),
        ],
        path: "Tests/IntegrationTests",
        exclude: ["Generated/README.md"],
        swiftSettings: settings
    ),
]

let package = Package(
    name: "dts",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "dts-supervisor", targets: ["dts-supervisor"]),
        .executable(name: "dts-worker", targets: ["dts-worker"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: shared + worker + supervisor + tests,
    swiftLanguageModes: [.v6]
)
