#include "include/cmysql.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#if __has_include(<mysql/mysql.h>)
#include <mysql/mysql.h>
#include <mysql/errmsg.h>
#else
#include <mysql.h>
#include <errmsg.h>
#endif

#if defined(MARIADB_PACKAGE_VERSION) || defined(LIBMARIADB) || defined(MARIADB_BASE_VERSION)
#define DTS_MARIADB_CLIENT 1
#else
#define DTS_MARIADB_CLIENT 0
#endif

struct dts_mysql {
    MYSQL *mysql;
    MYSQL_RES *result;
    MYSQL_ROW row;
    unsigned long *lengths;
    unsigned int columns;
    unsigned int error_number;   // of a connect that failed, kept because the handle is gone by then
    char error_text[512];
    // A descriptor of our own for the connection's socket, with which another thread can shut it down without touching the
    // MYSQL struct. The library closes its own as soon as a connection is lost, and the next connection of this process,
    // whoever's it is, gets the same number.
    pthread_mutex_t socket_lock;
    int socket;
    dts_infile_read infile_read;
    void *infile_context;
#if !DTS_MARIADB_CLIENT
    MYSQL_RPL rpl;
    void *gtid_copy;
#endif
};

int dts_mysql_library_init(void) { return mysql_library_init(0, NULL, NULL); }

void dts_mysql_thread_end(void) { mysql_thread_end(); }

// Plugins that do not give the password away: they prove that it is known, or need a verified server for more.
#define PROVING_PLUGINS \
    "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519,parsec,auth_gssapi_client"

static bool must_encrypt(const dts_connect_options *options) { return options->tls >= DTS_TLS_REQUIRED; }

static void apply_tls(MYSQL *mysql, const dts_connect_options *options, bool encrypt) {
#if DTS_MARIADB_CLIENT
    my_bool use = encrypt ? 1 : 0;
    // The library checks the chain against `ca`, if there is one; its own "verify" adds the host's name. Without `ca` it is
    // the system's authorities, from whom anybody has a certificate, and the name is what counts.
    my_bool verify = options->tls == DTS_TLS_VERIFY_IDENTITY || (options->tls == DTS_TLS_VERIFY_CA && !options->tls_ca);
#if MARIADB_PACKAGE_VERSION_ID >= 30400
    // From there on it checks all or nothing.
    verify = options->tls >= DTS_TLS_VERIFY_CA;
#endif
    if (encrypt) {
        mysql_ssl_set(mysql, options->tls_key, options->tls_cert, options->tls_ca, NULL, NULL);
    }
    mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &use);
    mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
    // "Enforce" only offers. With a fingerprint, be it an empty one, the library refuses a server without TLS before it has
    // sent the login.
    if (encrypt && must_encrypt(options)) mysql_options(mysql, MARIADB_OPT_SSL_FP, "");
    mysql_options(mysql, MARIADB_OPT_RESTRICTED_AUTH,
                  options->cleartext_plugin ? PROVING_PLUGINS ",mysql_clear_password,dialog" : PROVING_PLUGINS);
    // The library asks the server for its key when there is no file. An empty file is none that it could encrypt with.
    if (!options->take_public_key) mysql_options(mysql, MYSQL_SERVER_PUBLIC_KEY, "/dev/null");
#else
    unsigned int mode = !encrypt ? SSL_MODE_DISABLED
        : options->tls == DTS_TLS_VERIFY_IDENTITY ? SSL_MODE_VERIFY_IDENTITY
        : options->tls == DTS_TLS_VERIFY_CA ? SSL_MODE_VERIFY_CA
        : options->tls == DTS_TLS_PREFERRED ? SSL_MODE_PREFERRED
        : SSL_MODE_REQUIRED;
    mysql_options(mysql, MYSQL_OPT_SSL_MODE, &mode);
    if (options->tls_ca) mysql_options(mysql, MYSQL_OPT_SSL_CA, options->tls_ca);
    if (options->tls_cert) mysql_options(mysql, MYSQL_OPT_SSL_CERT, options->tls_cert);
    if (options->tls_key) mysql_options(mysql, MYSQL_OPT_SSL_KEY, options->tls_key);
    bool public_key = options->take_public_key, cleartext = options->cleartext_plugin;
    mysql_options(mysql, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, &public_key);
    mysql_options(mysql, MYSQL_ENABLE_CLEARTEXT_PLUGIN, &cleartext);
#endif
}

static void set_error(dts_mysql *session, unsigned int number, const char *text) {
    session->error_number = number;
    snprintf(session->error_text, sizeof session->error_text, "%s", text);
}

static int library_socket(MYSQL *mysql) {
#if DTS_MARIADB_CLIENT
    return (int)mysql_get_socket(mysql);
#else
    return (int)mysql->net.fd;
#endif
}

// The server sees the end of the connection when both descriptors are closed.
static void close_socket(dts_mysql *session) {
    pthread_mutex_lock(&session->socket_lock);
    if (session->socket >= 0) close(session->socket);
    session->socket = -1;
    pthread_mutex_unlock(&session->socket_lock);
}

// After a call that has failed. Without it a server would keep the transaction of a lost connection, with its locks, for as
// long as somebody holds the session.
static int failed(dts_mysql *session) {
    unsigned int number = mysql_errno(session->mysql);
    bool lost = number == CR_SERVER_GONE_ERROR || number == CR_SERVER_LOST || number == CR_SERVER_LOST_EXTENDED || number == CR_SSL_CONNECTION_ERROR;
    if (lost || library_socket(session->mysql) < 0) {
        // Also where a process that was started meanwhile has inherited the library's descriptor.
        dts_mysql_interrupt(session);
        close_socket(session);
    }
    return -1;
}

static int infile_init(void **handle, const char *name, void *context) {
    (void)name;
    *handle = context;
    return ((dts_mysql *)context)->infile_read ? 0 : 1;
}

static int infile_read(void *handle, char *buffer, unsigned int capacity) {
    dts_mysql *session = handle;
    return session->infile_read(session->infile_context, buffer, capacity);
}

static void infile_end(void *handle) { (void)handle; }

static int infile_error(void *handle, char *message, unsigned int length) {
    dts_mysql *session = handle;
    bool loads = session && session->infile_read;
    snprintf(message, length, "%s", loads ? "the stream of rows was cut" : "the server asked for a file of this machine; none was sent");
    return loads ? CR_UNKNOWN_ERROR : DTS_ERROR_FILE_REQUESTED;
}

static void connect_session(dts_mysql *session, const dts_connect_options *options) {
    bool encrypt = options->tls != DTS_TLS_DISABLED && !(options->tls == DTS_TLS_PREFERRED && options->socket);
    MYSQL *mysql = mysql_init(NULL);
    session->mysql = mysql;
    if (mysql == NULL) {
        set_error(session, CR_OUT_OF_MEMORY, "out of memory");
        return;
    }
    // Before anything is said: without these the library reads whatever file the server names.
    mysql_set_local_infile_handler(mysql, infile_init, infile_read, infile_end, infile_error, session);
    unsigned int local_infile = options->local_infile ? 1 : 0;
    mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &options->connect_timeout);
    mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &options->read_timeout);
    mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &options->write_timeout);
    mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &local_infile);
    mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (options->program_name) mysql_options4(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", options->program_name);
    apply_tls(mysql, options, encrypt);
    // CLIENT_FOUND_ROWS: an UPDATE that finds its row but changes nothing still counts it; the epoch fence relies on it.
    unsigned long flags = CLIENT_FOUND_ROWS;
    bool connected = mysql_real_connect(mysql, options->socket ? NULL : options->host, options->user, options->password, NULL,
                                        options->port, options->socket, flags) != NULL;
    bool encrypted = mysql_get_ssl_cipher(mysql) != NULL;
    if (connected && (encrypted || !must_encrypt(options))) {
        int on = 1;
        session->socket = fcntl(library_socket(mysql), F_DUPFD_CLOEXEC, 0);
        if (session->socket < 0) {
            set_error(session, CR_SOCKET_CREATE_ERROR, strerror(errno));
            mysql_close(mysql);
            session->mysql = NULL;
            return;
        }
        setsockopt(session->socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
        // A server that owes an answer may be silent for hours; a peer that is gone shows within two minutes.
        int idle = 60, interval = 10, probes = 6;
        setsockopt(session->socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
        setsockopt(session->socket, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
        setsockopt(session->socket, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
        session->error_number = 0;
        session->error_text[0] = 0;
        return;
    }
    unsigned int number = mysql_errno(mysql);
    // Of a connection that has failed the library knows no cipher any more: TLS comes before the login wherever both sides have it.
    bool over_tls = encrypted || (encrypt && (must_encrypt(options) || (mysql->server_capabilities & CLIENT_SSL)));
    if (connected) {
        set_error(session, CR_SSL_CONNECTION_ERROR, "TLS is required, but the server does not offer it");
    } else if (!over_tls && !options->take_public_key && (number == CR_UNKNOWN_ERROR || number == CR_AUTH_PLUGIN_ERR)) {
        set_error(session, DTS_ERROR_KEY_UNVERIFIED,
                  "the server wants the password without TLS, under a key that nobody vouches for; it was not sent");
    } else {
        set_error(session, number, mysql_error(mysql));
    }
    mysql_close(mysql);
    session->mysql = NULL;
}

dts_mysql *dts_mysql_connect(const dts_connect_options *options) {
    dts_mysql *session = calloc(1, sizeof *session);
    if (session == NULL) return NULL;
    session->socket = -1;
    pthread_mutex_init(&session->socket_lock, NULL);
    connect_session(session, options);
    return session;
}

void dts_mysql_close(dts_mysql *session) {
    if (session == NULL) return;
    if (session->result) mysql_free_result(session->result);
    if (session->mysql) mysql_close(session->mysql);
    close_socket(session);
#if !DTS_MARIADB_CLIENT
    free(session->gtid_copy);
#endif
    pthread_mutex_destroy(&session->socket_lock);
    free(session);
}

void dts_mysql_interrupt(dts_mysql *session) {
    pthread_mutex_lock(&session->socket_lock);
    if (session->socket >= 0) shutdown(session->socket, SHUT_RDWR);
    pthread_mutex_unlock(&session->socket_lock);
}

unsigned int dts_mysql_errno(const dts_mysql *session) {
    return session->mysql ? mysql_errno(session->mysql) : session->error_number;
}

const char *dts_mysql_error(const dts_mysql *session) {
    return session->mysql ? mysql_error(session->mysql) : session->error_text;
}

const char *dts_mysql_server_version(const dts_mysql *session) {
    return session->mysql ? mysql_get_server_info(session->mysql) : "";
}

uint64_t dts_mysql_thread_id(const dts_mysql *session) {
    return session->mysql ? mysql_thread_id(session->mysql) : 0;
}

bool dts_mysql_uses_tls(const dts_mysql *session) {
    return session->mysql && mysql_get_ssl_cipher(session->mysql) != NULL;
}

int dts_mysql_query(dts_mysql *session, const void *sql, size_t length) {
    dts_mysql_end_result(session);
    if (mysql_real_query(session->mysql, sql, length) != 0) return failed(session);
    session->result = mysql_use_result(session->mysql);
    if (session->result == NULL) return mysql_errno(session->mysql) == 0 ? 0 : failed(session);
    session->columns = mysql_num_fields(session->result);
    return 0;
}

int dts_mysql_fetch(dts_mysql *session) {
    if (session->result == NULL) return 0;
    session->row = mysql_fetch_row(session->result);
    if (session->row == NULL) return mysql_errno(session->mysql) == 0 ? 0 : failed(session);
    session->lengths = mysql_fetch_lengths(session->result);
    return 1;
}

unsigned int dts_mysql_column_count(const dts_mysql *session) { return session->result ? session->columns : 0; }

const char *dts_mysql_column_name(const dts_mysql *session, unsigned int column) {
    return session->result ? mysql_fetch_field_direct(session->result, column)->name : "";
}

void dts_mysql_value(const dts_mysql *session, unsigned int column, const void **data, size_t *length) {
    // A server may answer with fewer columns than it was asked for.
    bool is_there = session->row && column < session->columns;
    *data = is_there ? session->row[column] : NULL;
    *length = *data ? session->lengths[column] : 0;
}

void dts_mysql_end_result(dts_mysql *session) {
    if (session->result) mysql_free_result(session->result);  // reads what is left of an unbuffered result
    session->result = NULL;
    session->row = NULL;
    session->columns = 0;
}

uint64_t dts_mysql_affected_rows(const dts_mysql *session) { return mysql_affected_rows(session->mysql); }

unsigned int dts_mysql_warning_count(const dts_mysql *session) { return mysql_warning_count(session->mysql); }

void dts_mysql_set_infile(dts_mysql *session, dts_infile_read read, void *context) {
    session->infile_read = read;
    session->infile_context = context;
}

#if DTS_MARIADB_CLIENT

// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_binlog_dump.html and …_dump_gtid.html
static unsigned char *put(unsigned char *at, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) *at++ = (unsigned char)(value >> (8 * i));
    return at;
}

int dts_mysql_register_replica(dts_mysql *session, uint32_t server_id, const char *host) {
    unsigned char packet[4 + 1 + 255 + 1 + 1 + 2 + 4 + 4];
    size_t length = strlen(host);
    if (length > 255) length = 255;
    unsigned char *end = put(packet, server_id, 4);
    *end++ = (unsigned char)length;
    memcpy(end, host, length);
    end += length;
    end = put(end, 0, 1);  // no user
    end = put(end, 0, 1);  // no password
    end = put(end, 0, 2);  // no port
    end = put(end, 0, 4);  // rank, not used
    end = put(end, 0, 4);  // the source, which knows better
    int result = session->mysql->methods->db_command(session->mysql, (enum enum_server_command)0x15 /* COM_REGISTER_SLAVE */,
                                                     (const char *)packet, (size_t)(end - packet), 0, NULL);
    return result == 0 ? 0 : -1;
}

int dts_mysql_binlog_open(dts_mysql *session, const dts_binlog_options *options) {
    size_t name = strlen(options->file);
    unsigned char *packet = malloc(name + options->gtid_set_length + 32);
    if (packet == NULL) return -1;
    unsigned char *end = packet;
    int command;
    if (options->gtid_set) {
        command = 0x1e;  // COM_BINLOG_DUMP_GTID
        end = put(end, 0x04, 2);  // BINLOG_THROUGH_GTID
        end = put(end, options->server_id, 4);
        end = put(end, name, 4);
        memcpy(end, options->file, name);
        end += name;
        end = put(end, options->offset, 8);
        end = put(end, options->gtid_set_length, 4);
        memcpy(end, options->gtid_set, options->gtid_set_length);
        end += options->gtid_set_length;
    } else {
        command = 0x12;  // COM_BINLOG_DUMP
        end = put(end, options->offset, 4);
        end = put(end, 0, 2);
        end = put(end, options->server_id, 4);
        memcpy(end, options->file, name);
        end += name;
    }
    int result = session->mysql->methods->db_command(session->mysql, (enum enum_server_command)command,
                                                     (const char *)packet, (size_t)(end - packet), 1, NULL);
    free(packet);
    return result == 0 ? 0 : -1;
}

int dts_mysql_binlog_fetch(dts_mysql *session, const void **event, size_t *length) {
    unsigned long size = mysql_net_read_packet(session->mysql);
    if (size == packet_error || size == 0) return failed(session);
    const unsigned char *packet = session->mysql->net.read_pos;
    if (packet[0] == 0xFE && size < 9) return 0;
    *event = packet + 1;  // the first byte is the packet's status
    *length = size - 1;
    return 1;
}

#else

// This library has no way to send the command; the source's list then lacks this replica.
int dts_mysql_register_replica(dts_mysql *session, uint32_t server_id, const char *host) {
    (void)session, (void)server_id, (void)host;
    return 0;
}

static void give_gtid_set(MYSQL_RPL *rpl, unsigned char *packet) {
    memcpy(packet, rpl->gtid_set_arg, rpl->gtid_set_encoded_size);
}

int dts_mysql_binlog_open(dts_mysql *session, const dts_binlog_options *options) {
    MYSQL_RPL *rpl = &session->rpl;
    memset(rpl, 0, sizeof *rpl);
    rpl->file_name = options->file;
    rpl->file_name_length = strlen(options->file);
    rpl->start_position = options->offset;
    rpl->server_id = options->server_id;
    if (options->gtid_set) {
        session->gtid_copy = malloc(options->gtid_set_length);
        if (session->gtid_copy == NULL) return -1;
        memcpy(session->gtid_copy, options->gtid_set, options->gtid_set_length);
        rpl->flags = MYSQL_RPL_GTID;
        rpl->gtid_set_encoded_size = options->gtid_set_length;
        rpl->fix_gtid_set = give_gtid_set;
        rpl->gtid_set_arg = session->gtid_copy;
    }
    return mysql_binlog_open(session->mysql, rpl) == 0 ? 0 : -1;
}

int dts_mysql_binlog_fetch(dts_mysql *session, const void **event, size_t *length) {
    if (mysql_binlog_fetch(session->mysql, &session->rpl) != 0) return failed(session);
    if (session->rpl.size == 0) return 0;
    *event = session->rpl.buffer + 1;
    *length = session->rpl.size - 1;
    return 1;
}

#endif
