# Oracle's client library, which this Debian does not package: its headers are fetched and unpacked from the suite of the MySQL
# server, to see that the C code compiles against them.

# fetch_client: prints the folder of the headers, which has mysql/mysql.h in it.
fetch_client() {
    local suite package folder part
    read -r suite package < <(tree_source mysql)
    folder=$cache_folder/libmysqlclient-$suite
    if [[ ! -d $folder ]]; then
        [[ $EUID -eq 0 ]] || fail "the client library is not fetched yet, and only root can do that: sudo deploy/servers client mysql"
        mkdir -p "$cache_folder"
        chmod a+x "$cache_folder"
        (
            take_lock "$folder.lock" 600 || fail "another process has been fetching the client library for ten minutes"
            [[ ! -d $folder ]] || exit 0
            part=$folder.part
            trap 'rm -rf "$part"' EXIT
            trap 'exit 130' INT
            trap 'exit 143' TERM
            rm -rf "$part"
            mkdir -p -m 755 "$part"
            download_client "$suite" "$part"
            mv -T "$part/unpacked" "$folder"
        )
    fi
    printf '%s\n' "$folder/usr/include"
}

# download_client SUITE FOLDER: by apt with lists of its own; the system's lists stay as they are.
download_client() {
    local suite=$1 folder=$2 mirror option options=()
    mirror=$(find_mirror "$suite")
    progress "fetching libmysqlclient-dev from Debian $suite ($mirror)"
    cd "$folder"
    mkdir -p lists/partial archives/partial
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$suite" >sources.list
    for option in Dir::State="$folder" Dir::State::Lists="$folder/lists" Dir::Cache="$folder" Dir::Etc::SourceList="$folder/sources.list" \
        Dir::Etc::SourceParts=/dev/null Dir::Etc::Preferences=/dev/null Dir::Etc::PreferencesParts=/dev/null \
        Dir::State::status=/dev/null Acquire::Languages=none APT::Sandbox::User=root; do
        options+=(-o "$option")
    done
    { apt-get "${options[@]}" update && apt-get "${options[@]}" download libmysqlclient-dev; } >log 2>&1 || {
        tail -n 20 log >&2
        fail "Debian $suite has no libmysqlclient-dev that could be fetched"
    }
    dpkg-deb --extract libmysqlclient-dev_*.deb unpacked
    [[ -f unpacked/usr/include/mysql/mysql.h ]] || fail "libmysqlclient-dev of Debian $suite has no mysql/mysql.h"
    chmod -R a+rX unpacked
}
