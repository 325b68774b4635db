/// Who asks for what is being done, for the notices that tell of it.
package enum Requester {
    /// A name for people, not a proof; nil: the supervisor itself.
    @TaskLocal package static var current: String?
}
