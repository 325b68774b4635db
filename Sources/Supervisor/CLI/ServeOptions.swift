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
        try reading?() ?? Self.merged(DaemonFile(), listen, worker)
    }

    /// Reads the settings, as often as one likes; nil: they are in no file.
    package var reading: (@Sendable () throws -> DaemonFile)? {
        guard let config else { return nil }
        let (listen, worker, environment) = (listen, worker, Surroundings.current.environment)
        return {
            Self.merged(try DaemonFile(SourceText(path: config, environment: environment)), listen, worker)
        }
    }

    private static func merged(_ file: DaemonFile, _ listen: Address?, _ worker: String?) -> DaemonFile {
        var settings = file
        if let listen { settings.listen = listen }
        if let worker { settings.worker = worker }
        return settings
    }
}

extension Address: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument, defaultPort: nil) }
}
