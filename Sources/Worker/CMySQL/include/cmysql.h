// What the worker needs of a MySQL client library, in a form that hides which one it is: MariaDB's Connector/C
// (Debian's libmysqlclient) or Oracle's libmysqlclient. Nothing here keeps state beyond the handle; a handle is used by
// one thread at a time, except dts_mysql_interrupt.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dts_mysql dts_mysql;

typedef enum {
    DTS_TLS_DISABLED = 0,
    DTS_TLS_PREFERRED = 1,
    DTS_TLS_REQUIRED = 2,
    DTS_TLS_VERIFY_CA = 3,
    DTS_TLS_VERIFY_IDENTITY = 4,
} dts_tls_mode;

typedef struct {
    const char *host;        // NULL when `socket` is given
    unsigned int port;
    const char *socket;      // path of a Unix socket, or NULL
    const char *user;
    const char *password;
    dts_tls_mode tls;
    const char *tls_ca;
    const char *tls_cert;
    const char *tls_key;
    bool cleartext_plugin;   // a server that was verified may have the password itself
    bool take_public_key;    // a key that comes without encryption is believed
    unsigned int connect_timeout;  // seconds
    unsigned int read_timeout;     // seconds
    unsigned int write_timeout;    // seconds
    bool local_infile;
    const char *program_name;      // shown in the server's connection attributes
} dts_connect_options;

// Error numbers of our own, beyond those of servers and libraries.
enum {
    DTS_ERROR_FILE_REQUESTED = 90002,  // the server asked for a file, and no load of ours was under way
    DTS_ERROR_KEY_UNVERIFIED = 90003,  // the password was wanted under a key that came unprotected
};

// Always gives a handle (NULL only without memory); dts_mysql_errno tells whether it is connected.
dts_mysql *dts_mysql_connect(const dts_connect_options *options);
void dts_mysql_close(dts_mysql *session);

unsigned int dts_mysql_errno(const dts_mysql *session);
const char *dts_mysql_error(const dts_mysql *session);
const char *dts_mysql_server_version(const dts_mysql *session);
uint64_t dts_mysql_thread_id(const dts_mysql *session);
bool dts_mysql_uses_tls(const dts_mysql *session);

// 0 = done. A result set, if there is one, is then read row by row and must be ended.
int dts_mysql_query(dts_mysql *session, const void *sql, size_t length);
// 1 = a row is there, 0 = no more rows, -1 = error.
int dts_mysql_fetch(dts_mysql *session);
unsigned int dts_mysql_column_count(const dts_mysql *session);
const char *dts_mysql_column_name(const dts_mysql *session, unsigned int column);
// Bytes of the current row; *data is NULL for SQL NULL, and for a column that the answer does not have. Valid until the next fetch.
void dts_mysql_value(const dts_mysql *session, unsigned int column, const void **data, size_t *length);
void dts_mysql_end_result(dts_mysql *session);
// Rows found by the last statement (matched, whether or not their values changed).
uint64_t dts_mysql_affected_rows(const dts_mysql *session);
unsigned int dts_mysql_warning_count(const dts_mysql *session);

// Feeds `LOAD DATA LOCAL INFILE`: called for more bytes (return count, 0 at the end, negative on error). Without it no
// request for a file is answered.
typedef int (*dts_infile_read)(void *context, char *buffer, unsigned int capacity);
void dts_mysql_set_infile(dts_mysql *session, dts_infile_read read, void *context);

typedef struct {
    uint32_t server_id;
    const char *file;          // file name for file/offset positioning; "" with GTIDs
    uint64_t offset;           // at least 4
    const void *gtid_set;      // encoded for COM_BINLOG_DUMP_GTID, or NULL for COM_BINLOG_DUMP
    size_t gtid_set_length;
} dts_binlog_options;

// Puts this session into the server's list of replicas. 0 = done.
int dts_mysql_register_replica(dts_mysql *session, uint32_t server_id, const char *host);
// 0 = the server streams events from now on; the session is good for nothing else afterwards.
int dts_mysql_binlog_open(dts_mysql *session, const dts_binlog_options *options);
// 1 = an event (19-byte header first), 0 = the server ended the stream, -1 = error. Valid until the next call.
int dts_mysql_binlog_fetch(dts_mysql *session, const void **event, size_t *length);

// From any thread: makes a call that waits on the network return with an error. The session stays to be closed.
void dts_mysql_interrupt(dts_mysql *session);

// Once per process, before the first thread is started.
int dts_mysql_library_init(void);
// Once per thread that used a session, before it ends.
void dts_mysql_thread_end(void);

// Names the calling thread (15 bytes at most), for ps and debuggers.
void dts_thread_name(const char *name);
// Lets all threads use the same two heaps. A TLS handshake takes about 2 MB, which a heap of each thread would keep.
void dts_share_heaps(void);
// Gives free memory back to the system.
void dts_trim_heaps(void);
// Asks the kernel to end this process when its parent `parent` dies, whatever this process is doing then.
// Returns false when the parent is gone already.
bool dts_die_with_parent(int parent);
