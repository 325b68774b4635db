import SyncMySQL
import WorkerSchema

/// A text for a column that may be NULL.
func literal(_ text: String?) -> String { text.map(quoteText) ?? "NULL" }

/// A number for a column that may be NULL.
func literal(_ number: UInt64?) -> String { number.map { String($0) } ?? "NULL" }
