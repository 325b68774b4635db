# One server process: is it ours, launch it, wait for it, end it. `folder` is the server's folder in all of this.

# is_ours PID: the process runs on this very data folder. A pid alone may belong to anyone after a reboot.
is_ours() {
    local argument arguments
    mapfile -d '' -t arguments 2>/dev/null <"/proc/$1/cmdline" || return 1
    for argument in "${arguments[@]}"; do
        [[ $argument != "--datadir=$folder/data" ]] || return 0
    done
    return 1
}

# running_pid: prints the pid when the server runs; returns 1 when it does not.
running_pid() {
    local pid
    [[ -r $folder/pid ]] || return 1
    pid=$(<"$folder/pid")
    [[ $pid =~ ^[0-9]+$ ]] && is_ours "$pid" && printf '%s\n' "$pid"
}

# is_gone PID: no thread of it is left that could still hold a file or a port. A process that nobody has
# collected yet stays visible as a zombie, and its main thread can be one while others still run.
is_gone() {
    local state threads
    state=$(sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) || return 0
    [[ -n $state ]] || return 0
    threads=("/proc/$1/task"/*)
    [[ $state == [ZX] && ${#threads[@]} -le 1 ]]
}

# is_dying PID: it was killed, maybe by someone else, and has no command line any more, but still holds its port.
is_dying() {
    local arguments
    mapfile -d '' -t arguments 2>/dev/null <"/proc/$1/cmdline" || return 1
    [[ ${#arguments[@]} -eq 0 ]] && ! is_gone "$1"
}

# wait_until_gone PID SECONDS: returns 1 when it does not go.
wait_until_gone() {
    local deadline=$((SECONDS + $2))
    until is_gone "$1"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}

# end_server SIGNAL SECONDS: by its pid only; returns when it is really gone, fails when it does not go.
end_server() {
    local signal=$1 seconds=$2 pid
    if pid=$(running_pid); then
        kill -s "$signal" "$pid" 2>/dev/null || true
        wait_until_gone "$pid" "$seconds" || fail "$title (process $pid) is still there $seconds s after SIG$signal"
    fi
    forget_process
}

# forget_process: removes the pid file of a server that does not run, once a dying one has let go of its files.
forget_process() {
    local pid
    if [[ -r $folder/pid ]]; then
        pid=$(<"$folder/pid")
        if is_dying "$pid"; then wait_until_gone "$pid" 30 || true; fi
        rm -f "$folder/pid"
    fi
}

# launch_server COMMAND…: detached in every way, so that a caller who reads our output or waits for our
# children does not wait for the server.
launch_server() {
    (
        cd /
        umask 077
        ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
        exec </dev/null >>"$folder/log" 2>&1
        for descriptor in /proc/self/fd/*; do
            descriptor=${descriptor##*/}
            ((descriptor <= 2)) || eval "exec $descriptor>&-"
        done
        # setsid does not fork in a background job, so the pid below is the server's.
        exec setsid "${as_server_user[@]}" "$@"
    ) &
    echo $! >"$folder/pid"
}

# accepts_login PORT: user dts gets in, and the one who answers is our server, not another on the same port.
accepts_login() {
    local data
    data=$(MYSQL_PWD=dts timeout 10 mariadb --no-defaults --protocol=tcp --host=127.0.0.1 --port="$1" --user=dts \
        --batch --skip-column-names --execute='SELECT @@datadir' 2>/dev/null) && [[ ${data%/} == "$folder/data" ]]
}

# wait_until_ready PORT SECONDS: returns 1 when the server ends before that, or takes longer.
wait_until_ready() {
    local deadline=$((SECONDS + $2)) pid
    pid=$(<"$folder/pid")
    until accepts_login "$1"; do
        if is_gone "$pid" || ((SECONDS >= deadline)); then return 1; fi
        sleep 0.05
    done
}
