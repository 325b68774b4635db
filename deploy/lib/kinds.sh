# What differs between the kinds of servers: the program, its options, and how an empty database is made.

# share_of TREE: the folder of the server's messages and SQL files, which newer MariaDB packages call mariadb.
share_of() {
    if [[ -d $1/usr/share/mysql/english ]]; then
        echo "$1/usr/share/mysql"
    else
        echo "$1/usr/share/mariadb"
    fi
}

# set_program KIND TREE: sets the array `program`, the server's command line without options of this instance.
set_program() {
    local kind=$1 tree=$2 loader libraries share name=mariadbd
    [[ $kind != mysql ]] || name=mysqld
    if [[ -z $tree ]]; then
        program=("$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v "$name")" --no-defaults)
        return
    fi
    # The tree's own loader and libraries, not a chroot: the server then sees the same paths as everyone else,
    # needs no mounts, and runs for a user who is not root.
    loader=$(compgen -G "$tree/usr/lib/*/ld-linux-*.so.*" | head -n 1) || fail "no loader in $tree"
    libraries=${loader%/*}
    share=$(share_of "$tree")
    program=(
        "$loader" --inhibit-cache --library-path "$libraries" "$tree/usr/sbin/$name" --no-defaults
        --basedir="$tree/usr" --lc-messages-dir="$share" --character-sets-dir="$share/charsets"
        --plugin-dir="$tree/usr/lib/${share##*/}/plugin"
    )
}

# version_of_kind KIND: prints the version of the prepared program as the server itself names it.
version_of_kind() {
    local text
    set_program "$1" "$(tree_of "$1")"
    text=$("${program[@]}" --version) || fail "the program of $1 does not say its version"
    [[ $text =~ Ver\ ([^ ]+) ]] || fail "the program of $1 says of its version: $text"
    printf '%s\n' "${BASH_REMATCH[1]}"
}

# set_options KIND PORT: sets the array `options`: what every server of the kind runs with.
set_options() {
    local kind=$1 port=$2
    options=(
        --port="$port" --bind-address=127.0.0.1 --skip-name-resolve --max-connections=500
        --server-id="$port" --log-bin=binlog --binlog-row-image=FULL --binlog-row-metadata=FULL
        --max-allowed-packet=1G --local-infile=1
        --innodb-buffer-pool-size=256M
        # Durable: what a server has acknowledged survives kill and power cut.
        --sync-binlog=1 --innodb-flush-log-at-trx-commit=1
    )
    case $kind in
        mysql)
            # Row format is this server's default; naming the option only draws a warning that it is deprecated.
            options+=(
                --gtid-mode=ON --enforce-gtid-consistency=ON --log-replica-updates=ON
                --mysqlx=OFF --secure-file-priv= --innodb-redo-log-capacity=512M
                # The performance schema stays on, as users have it, without its long histories: 150 MB less.
                --performance-schema-digests-size=200 --performance-schema-error-size=0
                --performance-schema-events-statements-history-long-size=10
                --performance-schema-events-transactions-history-long-size=10
                --performance-schema-events-stages-history-long-size=10
                --performance-schema-events-waits-history-long-size=10
            )
            ;;
        *)
            options+=(
                --binlog-format=ROW --gtid-strict-mode=ON --log-slave-updates=ON
                --innodb-log-file-size=512M --character-set-server=utf8mb4
            )
            ;;
    esac
}

# make_data KIND TREE FOLDER [OPTIONS…]: makes the data folder of an empty server with its user `dts`.
# Every step checks for itself: callers test the result, and bash then ignores `set -e` in here.
make_data() {
    local kind=$1 tree=$2 folder=$3 program
    shift 3
    set_program "$kind" "$tree"
    mkdir -m 700 "$folder" || return
    give_to_server_user "$folder"
    program+=(--datadir="$folder" "$@")
    if [[ $kind == mysql ]]; then
        make_mysql_data "$folder"
    else
        make_mariadb_data "$tree" "$folder.tmp"
    fi
}

make_mysql_data() {
    local folder=$1
    # Read by the server while it initializes. Nothing of it goes to the binlog or into the executed GTIDs.
    local accounts result=0
    accounts=$(mktemp) || return
    accounts_sql >"$accounts"
    chmod 644 "$accounts"
    "${as_server_user[@]}" "${program[@]}" --innodb-redo-log-capacity=8M --initialize-insecure --init-file="$accounts" \
        </dev/null || result=$?
    rm -f "$accounts"
    [[ $result -eq 0 ]] || return "$result"
    # A copy of this folder must become another server: identity and certificates are made at its first start.
    rm -f "$folder"/auto.cnf "$folder"/*.pem
}

# As mariadb-install-db does it; that script itself cannot run from another suite's tree.
make_mariadb_data() {
    local share prefix own=$2 result=0
    # A server that starts removes the temporary tables that it finds, also those of another one that is being made.
    mkdir -m 700 "$own" || return
    give_to_server_user "$own"
    share=$(share_of "$1")
    prefix=${share##*/}
    {
        echo "CREATE DATABASE IF NOT EXISTS mysql;"
        echo "USE mysql;"
        echo "SET @auth_root_socket = NULL;"
        cat "$share/${prefix}_system_tables.sql" "$share/${prefix}_performance_tables.sql" \
            "$share/${prefix}_system_tables_data.sql" "$share/maria_add_gis_sp_bootstrap.sql"
        # 10.5 has none.
        [[ ! -e $share/${prefix}_sys_schema.sql ]] || cat "$share/${prefix}_sys_schema.sql"
        echo "DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost');"
        echo "DELETE FROM mysql.proxies_priv WHERE Host <> 'localhost';"
        echo "FLUSH PRIVILEGES;"
        accounts_sql
    } | "${as_server_user[@]}" "${program[@]}" --bootstrap --log-warnings=0 --enforce-storage-engine= \
        --tmpdir="$own" --max-allowed-packet=8M --net-buffer-length=16K --innodb-flush-log-at-trx-commit=0 >/dev/null || result=$?
    rm -rf "$own"
    return "$result"
}

# Every statement on a line of its own: both servers read these files line by line while they initialize.
accounts_sql() {
    cat <<'SQL'
ALTER USER root@localhost IDENTIFIED BY 'dts';
CREATE USER dts@'%' IDENTIFIED BY 'dts';
GRANT ALL PRIVILEGES ON *.* TO dts@'%' WITH GRANT OPTION;
CREATE USER dts@localhost IDENTIFIED BY 'dts';
GRANT ALL PRIVILEGES ON *.* TO dts@localhost WITH GRANT OPTION;
SQL
}

# shapes_data OPTION: whether the option must be known when the data folder is made, and so rules out a copy.
shapes_data() {
    local option=${1%%=*}
    case ${option//_/-} in
        --lower-case-table-names | --innodb-page-size | --innodb-data-file-path | --innodb-undo-tablespaces) ;;
        *) return 1 ;;
    esac
}
