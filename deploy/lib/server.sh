# What the subcommands of deploy/servers do with one server. Its folder holds
#   data/    the data folder, and in it the socket
#   tmp/     temporary files; a server that starts removes those of others from a folder that they share
#   log      what the server prints
#   pid      its process, while it runs
#   port     the port it was last started on
#   options  the extra options it was last started with, each ended by a zero byte

start_seconds=${DTS_START_SECONDS:-180}
stop_seconds=${DTS_STOP_SECONDS:-180}

# open_server KIND NAME: sets `kind`, `title` and `folder`.
open_server() {
    kind=$1
    title="$1 $2"
    folder=$servers_folder/$1-$2
}

# lock_server: one command at a time per server, so that two callers neither start it twice nor pull it
# from under each other. The lock lies beside the folder, which wipe removes.
lock_server() {
    if [[ ! -d $servers_folder ]]; then
        mkdir -p -m 711 "$servers_folder" || fail "cannot make $servers_folder"
    fi
    # The default lies in a folder that everyone can write to.
    [[ -O $servers_folder ]] || fail "$servers_folder belongs to another user; name another folder with DTS_SERVERS"
    take_lock "$folder.lock" 600 || fail "another command has held $title for ten minutes"
}

# prepare_kind KIND: everything a start needs, fetched before it.
prepare_kind() {
    local command
    for command in mariadbd mariadb debootstrap; do
        PATH=$PATH:/usr/sbin:/usr/local/sbin command -v "$command" >/dev/null || {
            "$deploy/install" >&2
            break
        }
    done
    fetch_tree "$1"
}

# start_server [PORT] [OPTIONS…]: what is not given is as at the last start.
start_server() {
    local port='' extra=() given='' program options log_size=0 fresh=''
    if [[ ${1-} =~ ^[0-9]+$ ]]; then port=$1; shift; fi
    if [[ $# -gt 0 ]]; then given=yes; fi
    # A lone -- says: no extra options, not even those of last time.
    if [[ ${1-} == -- ]]; then shift; fi
    extra=("$@")
    lock_server
    [[ -n $port || ! -r $folder/port ]] || port=$(<"$folder/port")
    [[ -n $port ]] || usage_error "$title was never started: a port is needed"

    if running_pid >/dev/null; then
        [[ $(<"$folder/port") == "$port" ]] || fail "$title already runs, on port $(<"$folder/port")"
        [[ -z $given ]] || fail "$title already runs; other options need a restart"
    else
        prepare_kind "$kind"
        mkdir -p -m 710 "$folder"
        [[ $EUID -ne 0 ]] || chgrp nogroup "$folder"
        if [[ -z $given && -r $folder/options ]]; then mapfile -d '' -t extra <"$folder/options"; fi
        forget_process
        check_surroundings "$port"
        if [[ ! -d $folder/data ]]; then
            fresh=yes
            fill_data "${extra[@]}"
        fi
        echo "$port" >"$folder/port"
        set_program "$kind" "$(tree_of "$kind")"
        set_options "$kind" "$port"
        # Leftovers of a killed server: the data folder is known to be in no use.
        rm -f "$folder"/data/mysqld.{sock,sock.lock,pid}
        log_size=$(stat -c %s "$folder/log" 2>/dev/null || echo 0)
        mkdir -p -m 700 "$folder/tmp"
        give_to_server_user "$folder/tmp"
        launch_server "${program[@]}" --datadir="$folder/data" --tmpdir="$folder/tmp" --socket="$folder/data/mysqld.sock" \
            --pid-file="$folder/data/mysqld.pid" "${options[@]}" "${extra[@]}"
    fi

    if ! wait_until_ready "$port" "$start_seconds"; then
        tail -c +$((log_size + 1)) "$folder/log" | tail -n 40 >&2
        end_server KILL "$stop_seconds"
        # Data made with options that did not work would haunt the next attempt.
        [[ -z $fresh ]] || rm -rf "$folder/data"
        fail "$title did not start, or did not let user dts in within $start_seconds s; the end of its log is above"
    fi
    if [[ -n $given ]]; then remember_options "${extra[@]}"; fi
    echo "ready $title 127.0.0.1:$port"
}

# remember_options OPTIONS…
remember_options() {
    if [[ $# -gt 0 ]]; then printf '%s\0' "$@"; fi >"$folder/options"
}

# check_surroundings PORT: what would otherwise end in a log that nobody understands.
check_surroundings() {
    "${as_server_user[@]}" test -x "$folder" ||
        fail "user nobody, who runs the servers for root, cannot reach $folder; name another folder with DTS_SERVERS"
    [[ ${#folder} -le 85 ]] || fail "$folder is too long a path for a Unix socket; name a shorter one with DTS_SERVERS"
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then fail "port $1 is taken by another process"; fi
}

# fill_data OPTIONS…: an empty database; a copy of a ready one is made in a fraction of the time.
fill_data() {
    local tree option shaping=()
    for option; do
        ! shapes_data "$option" || shaping+=("$option")
    done
    tree=$(tree_of "$kind")
    rm -rf "$folder/data.part"
    if [[ -n $tree && ${#shaping[@]} -eq 0 ]]; then
        cp -r --reflink=auto "$tree/dts-data" "$folder/data.part"
        chmod -R go= "$folder/data.part"
        give_to_server_user "$folder/data.part"
    else
        make_data "$kind" "$tree" "$folder/data.part" "${shaping[@]}" >>"$folder/log" 2>&1 || {
            tail -n 40 "$folder/log" >&2
            fail "cannot make a database for $title; the end of its log is above"
        }
    fi
    mv -T "$folder/data.part" "$folder/data"
}

stop_server() {
    [[ -d $folder ]] || return 0
    lock_server
    end_server TERM "$stop_seconds"
}

kill_server() {
    [[ -d $folder ]] || return 0
    lock_server
    end_server KILL "$stop_seconds"
}

# wipe_server: its data is not wanted any more, so there is nothing to shut down in order.
wipe_server() {
    [[ -d $folder ]] || return 0
    lock_server
    end_server KILL "$stop_seconds"
    rm -rf --one-file-system -- "$folder"
}

# print_status: returns 1 when it does not run.
print_status() {
    local pid
    if pid=$(running_pid); then
        echo "running $title 127.0.0.1:$(<"$folder/port") pid $pid socket $folder/data/mysqld.sock"
    else
        echo "stopped $title"
        return 1
    fi
}

# each_server COMMAND: runs it for every server there is, all at once; fails when one failed.
each_server() {
    local entry name job jobs=() result=0
    for entry in "$servers_folder"/*-*/; do
        [[ -e $entry/port ]] || continue
        name=$(basename "$entry")
        (
            open_server "${name%%-*}" "${name#*-}"
            "$1"
        ) &
        jobs+=($!)
    done
    for job in "${jobs[@]}"; do
        wait "$job" || result=1
    done
    return "$result"
}
