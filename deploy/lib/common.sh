# Small things that every part of deploy/servers uses.

# Where fetched servers are cached, and where the data of running ones lives.
# Full paths without symbolic links: the servers report their folder back in this form.
cache_folder=$(realpath -m -- "${DTS_CACHE:-/var/cache/dts}")
servers_folder=$(realpath -m -- "${DTS_SERVERS:-/tmp/dts-servers}")

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# usage_error MESSAGE: as every DTS program, wrong usage exits with 2.
usage_error() {
    printf 'error: %s (try: deploy/servers --help)\n' "$*" >&2
    exit 2
}

progress() {
    printf 'servers: %s\n' "$*" >&2
}

# Put before a command: a database with a published password must not run as root.
as_server_user=()
[[ $EUID -ne 0 ]] || as_server_user=(setpriv --reuid nobody --regid nogroup --clear-groups --no-new-privs --)

# give_to_server_user PATH…
give_to_server_user() {
    [[ $EUID -ne 0 ]] || chown -R nobody:nogroup -- "$@"
}

# take_lock FILE SECONDS: until this process ends; returns 1 when it could not be had in that time.
# Servers must not inherit it: launch_server closes it for them.
take_lock() {
    exec 9>>"$1"
    flock --wait "$2" 9
}
