# Plugins of this system's MariaDB whose packages cannot be installed beside ours, because they bring the service: they are
# fetched and unpacked, and a server is told of their folder with --plugin-dir.

# fetch_plugins: prints the folder with disks.so and ha_rocksdb.so, of exactly the version of the installed server.
fetch_plugins() {
    local version folder
    version=$(dpkg-query --show --showformat '${Version}' mariadb-server-core 2>/dev/null) || {
        "$deploy/install" >&2
        version=$(dpkg-query --show --showformat '${Version}' mariadb-server-core)
    }
    folder=$cache_folder/mariadb-plugins-${version//[^A-Za-z0-9.+~-]/_}
    if [[ ! -d $folder ]]; then
        [[ $EUID -eq 0 ]] || fail "the plugins are not fetched yet, and only root can do that: sudo deploy/servers plugins mariadb"
        mkdir -p "$cache_folder"
        chmod a+x "$cache_folder"
        (
            take_lock "$folder.lock" 600 || fail "another process has been fetching the plugins for ten minutes"
            [[ ! -d $folder ]] || exit 0
            part=$folder.part
            trap 'rm -rf "$part"' EXIT
            trap 'exit 130' INT
            trap 'exit 143' TERM
            rm -rf "$part"
            mkdir -p -m 755 "$part/plugins"
            download_plugins "$version" "$part"
            mv -T "$part/plugins" "$folder"
        )
    fi
    printf '%s\n' "$folder"
}

# download_plugins VERSION FOLDER
download_plugins() {
    local version=$1 folder=$2 package packages
    packages=("mariadb-server=$version" "mariadb-plugin-rocksdb=$version")
    progress "fetching disks.so and ha_rocksdb.so of MariaDB $version"
    cd "$folder"
    # The lists that this machine has may be older than the mirror.
    apt-get download "${packages[@]}" >log 2>&1 ||
        { apt-get update >log 2>&1 && apt-get download "${packages[@]}" >log 2>&1; } || {
        tail -n 20 log >&2
        fail "the mirror has no plugins for MariaDB $version: apt-get install mariadb-server-core, for the version that it has"
    }
    for package in *.deb; do dpkg-deb --extract "$package" unpacked; done
    install -m 644 unpacked/usr/lib/mysql/plugin/{disks,ha_rocksdb}.so plugins
}
