package import WorkerBinlog

/// A row filter ready to be evaluated on row images. Types have been checked; nothing is allocated for a row.
package indirect enum FilterExpression: Sendable {
    case null
    case exact(Int128)
    case double(Double)
    case bytes(ConstantBytes)
    case moment(Int64)
    case column(Int, ColumnLayoutBox)
    /// An exact number at a greater scale.
    case scaled(FilterExpression, by: Int128)
    /// An exact number as the nearest double.
    case rounded(FilterExpression, scale: Int)
    case negative(FilterExpression)
    case add(FilterExpression, FilterExpression)
    case subtract(FilterExpression, FilterExpression)
    case multiply(FilterExpression, FilterExpression)
    case quotient(FilterExpression, FilterExpression)
    case remainder(FilterExpression, FilterExpression)
    case compare(FilterOrder, FilterExpression, FilterExpression)
    case like(FilterExpression, BytePattern)
    case isNull(FilterExpression)
    case isTruth(FilterExpression, Bool?)
    case not(FilterExpression)
    case and([FilterExpression])
    case or([FilterExpression])
    case exclusiveOr(FilterExpression, FilterExpression)
}

/// What a comparison asks of the order of its operands.
package struct FilterOrder: Sendable {
    var isLess = false
    var isEqual = false
    var isGreater = false
    /// `<=>`: NULL is equal to NULL.
    var comparesNull = false
}

/// How a column's values are read.
package final class ColumnLayoutBox: Sendable {
    let layout: ColumnLayout
    init(_ layout: ColumnLayout) { self.layout = layout }
}

/// Bytes that stay where they are.
package final class ConstantBytes: @unchecked Sendable {  // written by init only
    let pointer: UnsafeRawBufferPointer
    private let memory: UnsafeMutableRawBufferPointer

    init(_ bytes: [UInt8]) {
        memory = .allocate(byteCount: max(bytes.count, 1), alignment: 1)
        memory.copyBytes(from: bytes)
        pointer = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<bytes.count])
    }

    deinit { memory.deallocate() }
}

extension FilterExpression {
    /// The condition's answer for a row; nil is NULL.
    ///
    /// - Throws: `DecodeError` when the image has no value that can be read.
    package func holds(_ row: RowImage) throws(DecodeError) -> Bool? {
        switch self {
        case .and(let parts):
            var result: Bool? = true
            for part in parts {
                guard let holds = try part.holds(row) else {
                    result = nil
                    continue
                }
                if !holds { return false }
            }
            return result
        case .or(let parts):
            var result: Bool? = false
            for part in parts {
                guard let holds = try part.holds(row) else {
                    result = nil
                    continue
                }
                if holds { return true }
            }
            return result
        case .exclusiveOr(let left, let right):
            guard let first = try left.holds(row), let second = try right.holds(row) else { return nil }
            return first != second
        case .not(let part): return try part.holds(row).map { !$0 }
        case .isNull(let part): if case .null = try part.value(row) { return true } else { return false }
        case .isTruth(let part, let wanted): return try part.holds(row) == wanted
        case .compare(let order, let left, let right): return try Self.compare(order, left.value(row), right.value(row))
        case .like(let part, let pattern):
            guard case .bytes(let bytes) = try part.value(row) else { return nil }
            return pattern.matches(bytes)
        default:
            switch try value(row) {
            case .exact(let number): return number != 0
            case .double(let number): return number != 0
            case .null, .bytes, .moment: return nil
            }
        }
    }

    private func value(_ row: RowImage) throws(DecodeError) -> ScalarValue {
        switch self {
        case .null: return .null
        case .exact(let number): return .exact(number)
        case .double(let number): return .double(number)
        case .bytes(let bytes): return .bytes(bytes.pointer)
        case .moment(let moment): return .moment(moment)
        case .column(let index, let box): return try box.layout.scalar(row[index])
        case .scaled(let part, let factor):
            guard case .exact(let number) = try part.value(row) else { return .null }
            return .exact(number &* factor)
        case .rounded(let part, let scale):
            guard case .exact(let number) = try part.value(row) else { return .null }
            return .double(Self.double(number, scale: scale))
        case .negative(let part):
            switch try part.value(row) {
            case .exact(let number): return .exact(-number)
            case .double(let number): return .double(-number)
            default: return .null
            }
        case .add(let left, let right): return try Self.calculate(left.value(row), right.value(row)) { $0 &+ $1 }
        case .subtract(let left, let right): return try Self.calculate(left.value(row), right.value(row)) { $0 &- $1 }
        case .multiply(let left, let right): return try Self.calculate(left.value(row), right.value(row)) { $0 &* $1 }
        case .quotient(let left, let right): return try Self.calculate(left.value(row), right.value(row)) { $1 == 0 ? nil : $0 / $1 }
        case .remainder(let left, let right): return try Self.calculate(left.value(row), right.value(row)) { $1 == 0 ? nil : $0 % $1 }
        case .compare, .like, .isNull, .isTruth, .not, .and, .or, .exclusiveOr:
            return try holds(row).map { .exact($0 ? 1 : 0) } ?? .null
        }
    }

    private static func calculate(
        _ left: ScalarValue, _ right: ScalarValue, _ result: (Int128, Int128) -> Int128?
    ) -> ScalarValue {
        guard case .exact(let first) = left, case .exact(let second) = right else { return .null }
        return result(first, second).map { .exact($0) } ?? .null
    }

    /// The types have been checked to round only once: at most 2^64 without a fraction, or 15 digits and a power of ten that a
    /// double holds.
    static func double(_ number: Int128, scale: Int) -> Double {
        let magnitude = Double(UInt64(truncatingIfNeeded: number.magnitude)) / powerOfTen[scale]
        return number < 0 ? -magnitude : magnitude
    }

    private static let powerOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    private static func compare(_ order: FilterOrder, _ left: ScalarValue, _ right: ScalarValue) -> Bool? {
        switch (left, right) {
        case (.null, .null): return order.comparesNull ? true : nil
        case (.null, _), (_, .null): return order.comparesNull ? false : nil
        case (.exact(let first), .exact(let second)): return order.asks(first < second, first == second)
        case (.double(let first), .double(let second)): return order.asks(first < second, first == second)
        case (.moment(let first), .moment(let second)): return order.asks(first < second, first == second)
        case (.bytes(let first), .bytes(let second)):
            let sign = first.order(to: second)
            return order.asks(sign < 0, sign == 0)
        default: return nil
        }
    }
}

extension FilterOrder {
    func asks(_ less: Bool, _ equal: Bool) -> Bool { less ? isLess : equal ? isEqual : isGreater }
}
