import Glibc
package import SystemPackage

/// Where the programs under test and the scripts are.
package enum Repository {
    /// Root of the source tree.
    package static let root: FilePath = {
        // …/Tests/TestSupport/Repository.swift
        FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    }()

    /// The folder that holds this test run's programs, among them `dts-supervisor` and `dts-worker`.
    package static let products: FilePath = {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink("/proc/self/exe", $0, text.count) } ?? -1
            }
        }
        return FilePath(String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)).removingLastComponent()
    }()

    /// Folder of the cases that are made of SQL alone.
    package static let cases: String = root.appending("Tests").appending("Cases").string

    package static func program(_ name: String) -> String { products.appending(name).string }

    package static func script(_ name: String) -> String { root.appending("deploy").appending(name).string }
}
