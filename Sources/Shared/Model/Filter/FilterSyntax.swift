/// A row filter as a tree. Each node knows where it stands in the text.
package indirect enum FilterSyntax: Sendable, Hashable {
    package enum Arithmetic: String, Sendable, Hashable { case add = "+", subtract = "-", multiply = "*", divide = "/", quotient = "DIV", remainder = "%" }

    package enum Comparison: String, Sendable, Hashable {
        case equal = "=", different = "<>", less = "<", greater = ">", lessOrEqual = "<=", greaterOrEqual = ">=", same = "<=>"
    }

    package enum Temporal: String, Sendable, Hashable { case date = "DATE", time = "TIME", timestamp = "TIMESTAMP" }

    case column(String, at: Range<Int>)
    case number(String, at: Range<Int>)
    case string(String, at: Range<Int>)
    case temporal(Temporal, String, at: Range<Int>)
    case boolean(Bool, at: Range<Int>)
    case null(at: Range<Int>)
    case negative(FilterSyntax, at: Range<Int>)
    case not(FilterSyntax, at: Range<Int>)
    case and([FilterSyntax], at: Range<Int>)
    case or([FilterSyntax], at: Range<Int>)
    case exclusiveOr(FilterSyntax, FilterSyntax, at: Range<Int>)
    case arithmetic(Arithmetic, FilterSyntax, FilterSyntax, at: Range<Int>)
    case comparison(Comparison, FilterSyntax, FilterSyntax, at: Range<Int>)
    case isNull(FilterSyntax, at: Range<Int>)
    /// `IS TRUE`, `IS FALSE`; nil: `IS UNKNOWN`.
    case isTruth(FilterSyntax, Bool?, at: Range<Int>)
    case among(FilterSyntax, [FilterSyntax], at: Range<Int>)
    case between(FilterSyntax, FilterSyntax, FilterSyntax, at: Range<Int>)
    case like(FilterSyntax, FilterSyntax, at: Range<Int>)

    /// Characters of the text.
    package var range: Range<Int> {
        switch self {
        case .column(_, let range), .number(_, let range), .string(_, let range), .temporal(_, _, let range), .boolean(_, let range),
            .null(let range), .negative(_, let range), .not(_, let range), .and(_, let range), .or(_, let range),
            .exclusiveOr(_, _, let range), .arithmetic(_, _, _, let range), .comparison(_, _, _, let range), .isNull(_, let range),
            .isTruth(_, _, let range), .among(_, _, let range), .between(_, _, _, let range), .like(_, _, let range):
            range
        }
    }
}
