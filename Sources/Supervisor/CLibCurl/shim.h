#pragma once
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic and type-checking macros; Swift can call neither.

typedef size_t (*dts_curl_write)(char *bytes, size_t size, size_t count, void *context);
typedef size_t (*dts_curl_read)(char *bytes, size_t size, size_t count, void *context);
typedef int (*dts_curl_debug)(CURL *handle, curl_infotype type, char *bytes, size_t size, void *context);
typedef int (*dts_curl_progress)(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up);

static inline CURLcode dts_curl_set_long(CURL *handle, CURLoption option, long value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode dts_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode dts_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode dts_curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode dts_curl_set_write(CURL *handle, dts_curl_write function, void *context) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_WRITEFUNCTION, function);
    return code != CURLE_OK ? code : (curl_easy_setopt)(handle, CURLOPT_WRITEDATA, context);
}

static inline CURLcode dts_curl_set_progress(CURL *handle, dts_curl_progress function, void *context) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_XFERINFOFUNCTION, function);
    if (code == CURLE_OK) code = (curl_easy_setopt)(handle, CURLOPT_XFERINFODATA, context);
    return code != CURLE_OK ? code : (curl_easy_setopt)(handle, CURLOPT_NOPROGRESS, 0L);
}

static inline CURLcode dts_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return (curl_easy_getinfo)(handle, info, value);
}

static inline CURLcode dts_curl_set_read(CURL *handle, dts_curl_read function, void *context) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_READFUNCTION, function);
    return code != CURLE_OK ? code : (curl_easy_setopt)(handle, CURLOPT_READDATA, context);
}

static inline CURLcode dts_curl_set_debug(CURL *handle, dts_curl_debug function, void *context) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_DEBUGFUNCTION, function);
    if (code == CURLE_OK) code = (curl_easy_setopt)(handle, CURLOPT_DEBUGDATA, context);
    return code != CURLE_OK ? code : (curl_easy_setopt)(handle, CURLOPT_VERBOSE, 1L);
}

static inline CURLcode dts_curl_set_open_socket(CURL *handle, curl_opensocket_callback function, void *context) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_OPENSOCKETFUNCTION, function);
    return code != CURLE_OK ? code : (curl_easy_setopt)(handle, CURLOPT_OPENSOCKETDATA, context);
}

// The address is longer than the type of its field says.
static inline const void *dts_curl_address(const struct curl_sockaddr *address) {
    return &address->addr;
}

static inline CURLcode dts_curl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return (curl_easy_getinfo)(handle, info, value);
}

// The option had another spelling before 8.2.
static inline CURLcode dts_curl_allow_refused_recipients(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x080200
    return (curl_easy_setopt)(handle, CURLOPT_MAIL_RCPT_ALLOWFAILS, 1L);
#else
    return (curl_easy_setopt)(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
#endif
}
