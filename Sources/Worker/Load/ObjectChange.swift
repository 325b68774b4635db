package import SyncModel
package import SyncMySQL
package import WorkerCheckpoint
package import WorkerSchema

/// What a task is to sync that it has not synced so far, as the source has it now.
package struct ObjectChange: Sendable {
    package let tables: [SelectedTables.Table]
    package let views: [TableName]
    /// Databases of which nothing was selected before.
    package let databases: [String]

    /// - Parameters:
    ///   - old: what the task has synced so far.
    ///   - new: what it is to sync.
    package init(from old: [ObjectSelection], to new: [ObjectSelection], _ source: Session) throws(MySQLError) {
        let (before, after) = (ObjectMap(old), ObjectMap(new))
        databases = after.databases.filter { before.selection($0) == nil }
        tables = try SelectedTables(after, source).tables.filter { before.target(of: $0.source) == nil }
        var views: [TableName] = []
        for database in after.databases {
            for name in try SchemaReader(source).views(in: database) {
                let view = TableName(database: database, table: name)
                if after.targetOfView(view) != nil, before.targetOfView(view) == nil { views.append(view) }
            }
        }
        self.views = views
    }

    /// Whether nothing is added: what is left out only needs to be left out.
    package var isEmpty: Bool { tables.isEmpty && views.isEmpty && databases.isEmpty }

    package var sources: Set<TableName> { Set(tables.map(\.source) + views) }

    /// Foreign keys that change rows of the added tables themselves without the source logging it.
    package func unloggedCascades(_ source: Session, _ profile: ServerProfile) throws(MySQLError) -> [CascadingKey] {
        if profile.logsCascades { return [] }
        let added = Set(tables.map(\.source))
        return try SchemaReader(source).cascadingKeys().filter { added.contains($0.child) }
    }

    /// Why half of a pair cannot take up what is added; nil: it can.
    package func obstacle(in pair: PairRole, _ spec: TaskSpec, _ source: Session) throws(MySQLError) -> String? {
        if pair.reverseCarriesDDL || spec.sql.ddl != .none {
            return "objects cannot be added to a pair that carries definition statements"
        }
        if pair.direction == .aToB, !spec.initialization.contains(.data) {
            return "objects cannot be added to a pair that copies no rows"
        }
        let unmergeable = try unmergeable(source)
        return unmergeable.isEmpty ? nil : "rows of these tables cannot be copied while both sides write them: \(unmergeable.joined(separator: ", "))"
    }

    /// Added tables that the other half of the pair carries already: it may have carried them all the time, because it has not run since
    /// this one left them. What it has brought, and this one has not, nobody would bring any more.
    package func kept(by other: Coverage) -> [String] {
        let objects = ObjectMap(other.objects)
        return tables.filter { objects.selects($0.target) }.map(\.source.description)
    }

    /// Added tables whose rows cannot be merged while the log is applied to them, each with the reason.
    package func unmergeable(_ source: Session) throws(MySQLError) -> [String] {
        var found: [String] = []
        for table in tables {
            guard let definition = try SchemaReader(source).table(table.source) else { continue }
            do throws(Failure) {
                guard let obstacle = try CopyPlan(definition, definition).mergeObstacle else { continue }
                found.append("\(table.source) (\(obstacle))")
            } catch {
                found.append("\(table.source) (\(error.message))")
            }
        }
        return found
    }
}

extension [ObjectSelection] {
    /// Only these tables of the selection, with all that is said of them.
    package func only(_ tables: [TableName]) -> [ObjectSelection] {
        compactMap { selection in
            let names = tables.filter { $0.database == selection.database }.map(\.table)
            if names.isEmpty { return nil }
            var selection = selection
            let known = selection.tables ?? []
            selection.tables = names.map { name in known.first { $0.name == name } ?? TableSelection(name: name) }
            selection.views = nil
            selection.routines = nil
            return selection
        }
    }
}
