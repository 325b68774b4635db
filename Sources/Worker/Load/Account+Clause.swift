import WorkerSchema

extension Account {
    /// Of ``DEFINER = `user`@`host` ``; nil for a role.
    init?(_ clause: some Sequence<DDLToken>) {
        let names = clause.compactMap(\.name)
        guard names.count == 2 else { return nil }
        self.init(user: names[0], host: names[1])
    }
}
