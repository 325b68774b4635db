# Servers that this Debian does not package come from another suite, as a whole file tree beside the system:
# debootstrap makes it, and the server runs with the tree's own loader and libraries (see kinds.sh).

# tree_source KIND: "SUITE PACKAGE"; nothing for a kind that the system itself provides.
tree_source() {
    case $1 in
        mysql) echo "sid mysql-server-core" ;;
        mariadb11) echo "trixie mariadb-server-core" ;;
        mariadb105) echo "bullseye mariadb-server-core-10.5" ;;
    esac
}

# tree_of KIND: the folder of its tree; empty for the system's own.
tree_of() {
    local suite package
    read -r suite package < <(tree_source "$1") || return 0
    [[ -z $package ]] || printf '%s/%s-%s\n' "$cache_folder" "$1" "$suite"
}

# fetch_tree KIND: makes the tree unless it is there. What is interrupted leaves nothing that looks finished.
fetch_tree() {
    local kind=$1 tree suite package part
    tree=$(tree_of "$kind")
    if [[ -z $tree || -d $tree ]]; then return 0; fi
    [[ $EUID -eq 0 ]] || fail "$kind is not fetched yet, and only root can do that: sudo deploy/servers prepare $kind"
    read -r suite package < <(tree_source "$kind")
    mkdir -p "$cache_folder"
    chmod a+x "$cache_folder"
    (
        take_lock "$tree.lock" 0 || progress "another process fetches $kind: waiting for it"
        take_lock "$tree.lock" 1800 || fail "another process has been fetching $kind for half an hour"
        [[ ! -d $tree ]] || exit 0
        part=$tree.part
        trap 'remove_tree "$part"' EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM
        remove_tree "$part"
        build_tree "$part" "$suite" "$package" "$tree.log"
        progress "making an empty $kind database"
        make_data "$kind" "$part" "$part/dts-data" >>"$tree.log" 2>&1 || {
            tail -n 30 "$tree.log" >&2
            fail "$package does not run here"
        }
        chmod -R a+rX "$part/dts-data"
        mv -T "$part" "$tree"
        rm -f "$tree.log"
    )
}

# build_tree FOLDER SUITE PACKAGE LOG
build_tree() {
    local folder=$1 suite=$2 package=$3 log=$4 mirror proxy='' isolate=()
    mirror=$(find_mirror "$suite")
    progress "fetching $package from Debian $suite ($mirror), about a minute"
    eval "$(apt-config shell proxy Acquire::http::Proxy)"
    [[ -z $proxy ]] || export http_proxy=${http_proxy:-$proxy}
    # debootstrap mounts /proc in the folder; in a mount namespace of its own that ends with it, however it ends.
    ! unshare --mount true 2>/dev/null || isolate=(unshare --mount)
    "${isolate[@]}" debootstrap --variant=minbase --include="$package" "$suite" "$folder" "$mirror" \
        >"$log" 2>&1 </dev/null || {
        tail -n 30 "$log" >&2
        fail "debootstrap of Debian $suite failed"
    }
    rm -rf "$folder"/var/cache/apt/* "$folder"/var/lib/apt/lists/* "$folder"/usr/share/{doc,man,locale}
}

# find_mirror SUITE: the mirror that this machine's apt uses, where it has that suite too.
find_mirror() {
    local mirror
    while read -r mirror; do
        if wget --quiet --timeout=20 --tries=2 --output-document=/dev/null "${mirror%/}/dists/$1/InRelease"; then
            printf '%s\n' "$mirror"
            return
        fi
    done < <(
        [[ -z ${DTS_MIRROR-} ]] || printf '%s\n' "$DTS_MIRROR"
        # shellcheck disable=SC2016 # apt fills $(REPO_URI) in, not the shell
        apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 2>/dev/null |
            sort -u || true
        echo http://deb.debian.org/debian
    )
    fail "no mirror of Debian $1 answers (DTS_MIRROR=URL names another)"
}

# remove_tree FOLDER: never crosses into a file system that is still mounted inside.
remove_tree() {
    rm -rf --one-file-system -- "$1"
}
