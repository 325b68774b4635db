package import ArgumentParser
package import SupervisorConfig

/// Options of `serve`. What is given on the command line goes before what the file says.
package struct ServeOptions: ParsableArguments {
    @OptionGroup package var data: DataFolderOption

    @Option(help: ArgumentHelp("YAML file with settings of the daemon.", valueName: "file"))
    package var config: String?

    @Option(help: ArgumentHelp("Also serve the API on TCP, for those who have the token.", valueName: "host:port"))
    package var listen: Address?

    @Option(help: ArgumentHelp("The worker's executable.", valueName: "path"))
    package var worker: String?

    package init() {}

    /// The settings of file and command line together.
    /// - Throws: when the file cannot be read or is not valid.
    package func settings() throws -> DaemonFile {
        var settings = DaemonFile()
        if let config {
            settings = try DaemonFile(SourceText(path: config, environment: Surroundings.current.environment))
        }
        if let listen { settings.listen = listen }
        if let worker { settings.worker = worker }
        return settings
    }
}

extension Address: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument, defaultPort: nil) }
}
