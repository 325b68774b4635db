@main
struct FakeWorkerMain {
    static func main() {}
}
