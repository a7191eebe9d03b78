/* Files and descriptors. A call that fails returns the name of the error; exceptions are for what is wrong in the program. */
#define _GNU_SOURCE
#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

JSValue error_name(JSContext *ctx, int error) {
    static const struct {
        int error;
        const char *name;
    } NAMES[] = {
        {E2BIG, "E2BIG"},   {EACCES, "EACCES"}, {EBADF, "EBADF"},   {EBUSY, "EBUSY"},     {EDQUOT, "EDQUOT"},   {EFBIG, "EFBIG"},
        {EINVAL, "EINVAL"}, {EIO, "EIO"},       {EISDIR, "EISDIR"}, {ELOOP, "ELOOP"},     {EMFILE, "EMFILE"},   {ENAMETOOLONG, "ENAMETOOLONG"},
        {ENFILE, "ENFILE"}, {ENODEV, "ENODEV"}, {ENOENT, "ENOENT"}, {ENOEXEC, "ENOEXEC"}, {ENOMEM, "ENOMEM"},   {ENOSPC, "ENOSPC"},
        {ENOTDIR, "ENOTDIR"}, {ENXIO, "ENXIO"}, {EPERM, "EPERM"},   {EPIPE, "EPIPE"},     {ENOBUFS, "ENOBUFS"}, {EROFS, "EROFS"},     {ETXTBSY, "ETXTBSY"},
    };
    for (size_t at = 0; at < sizeof NAMES / sizeof *NAMES; at++)
        if (NAMES[at].error == error) return JS_NewString(ctx, NAMES[at].name);
    return JS_NewString(ctx, strerror(error));
}

/* Whether a call that failed is to be made again, now or when the descriptor is ready. */
static bool is_retried(int descriptor, short events) {
    if (errno == EAGAIN) {
        struct pollfd ready = {.fd = descriptor, .events = events};
        poll(&ready, 1, -1);
        return true;
    }
    return errno == EINTR;
}

int read_all(int descriptor, size_t limit, Buffer *buffer) {
    // Room for the whole file at once, and for one byte more, to see its end; for a pipe more than nearly all that comes: memory that is not written costs nothing.
    struct stat status;
    bool is_known = fstat(descriptor, &status) == 0;
    bool is_sized = is_known && S_ISREG(status.st_mode) && status.st_size > 0;
    size_t room = is_sized && (size_t)status.st_size <= limit ? (size_t)status.st_size + 1 : 1 << 16;
    if (is_known && S_ISFIFO(status.st_mode) && !buffer_reserve(buffer, 16 << 20)) room = 1 << 16;
    for (;;) {
        if (!buffer_reserve(buffer, room)) return ENOMEM;
        ssize_t count = read(descriptor, buffer->at + buffer->length, buffer->capacity - buffer->length);
        if (count == 0) return 0;
        if (count < 0 && !is_retried(descriptor, POLLIN)) return errno;
        if (count > 0) buffer->length += (size_t)count;
        if (buffer->length > limit) return EFBIG;
        room = buffer->length == buffer->capacity ? 1 << 16 : 0;
    }
}

int write_all(int descriptor, const uint8_t *bytes, size_t length) {
    while (length > 0) {
        ssize_t count = write(descriptor, bytes, length);
        if (count < 0 && !is_retried(descriptor, POLLOUT)) return errno;
        if (count < 0) continue;
        bytes += count;
        length -= (size_t)count;
    }
    return 0;
}

/* A descriptor read to its end, as a Uint8Array or the name of an error. */
static JSValue read_to_array(JSContext *ctx, int descriptor, int64_t limit) {
    Buffer buffer = {0};
    int error = read_all(descriptor, limit < 0 ? 0 : (size_t)limit, &buffer);
    if (error == 0) return buffer_to_array(ctx, &buffer);
    free(buffer.at);
    // Node's name for a file that is too large to be read.
    return error == EFBIG ? JS_NewString(ctx, "ERR_FS_FILE_TOO_LARGE") : error_name(ctx, error);
}

CALL(read_input) {
    int64_t limit;
    return JS_ToInt64(ctx, &limit, argv[0]) < 0 ? JS_EXCEPTION : read_to_array(ctx, STDIN_FILENO, limit);
}

CALL(read_file) {
    int64_t limit;
    if (JS_ToInt64(ctx, &limit, argv[1]) < 0) return JS_EXCEPTION;
    const char *path = JS_ToCString(ctx, argv[0]);
    if (path == NULL) return JS_EXCEPTION;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    int error = errno;
    JS_FreeCString(ctx, path);
    if (descriptor < 0) return error_name(ctx, error);
    JSValue result = read_to_array(ctx, descriptor, limit);
    close(descriptor);
    return result;
}

CALL(write_file) {
    const char *path = JS_ToCString(ctx, argv[0]);
    if (path == NULL) return JS_EXCEPTION;
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int error = descriptor < 0 ? errno : 0;
    JS_FreeCString(ctx, path);
    if (error != 0) return error_name(ctx, error);
    size_t length;
    const uint8_t *bytes = JS_GetUint8Array(ctx, &length, argv[1]);
    if (bytes == NULL && JS_HasException(ctx)) {
        close(descriptor);
        return JS_EXCEPTION;
    }
    if (bytes != NULL) error = write_all(descriptor, bytes, length);
    if (close(descriptor) < 0 && error == 0) error = errno;
    return error == 0 ? JS_UNDEFINED : error_name(ctx, error);
}

/* Undefined: there is no such link, or it cannot be read. */
CALL(read_link) {
    const char *path = JS_ToCString(ctx, argv[0]);
    if (path == NULL) return JS_EXCEPTION;
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof target);
    JS_FreeCString(ctx, path);
    return length < 0 ? JS_UNDEFINED : text_of(ctx, (const uint8_t *)target, (size_t)length);
}

/* "file" for all that is no folder; undefined for nothing. */
CALL(kind_of) {
    const char *path = JS_ToCString(ctx, argv[0]);
    if (path == NULL) return JS_EXCEPTION;
    struct stat status;
    int failed = stat(path, &status);
    JS_FreeCString(ctx, path);
    return failed < 0 ? JS_UNDEFINED : JS_NewString(ctx, S_ISDIR(status.st_mode) ? "folder" : "file");
}

/* Undefined: it is no folder, or it cannot be read. */
CALL(list_folder) {
    const char *path = JS_ToCString(ctx, argv[0]);
    if (path == NULL) return JS_EXCEPTION;
    DIR *folder = opendir(path);
    JS_FreeCString(ctx, path);
    if (folder == NULL) return JS_UNDEFINED;
    JSValue names = JS_NewArray(ctx);
    uint32_t count = 0;
    for (struct dirent *entry; !JS_IsException(names) && (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        JSValue name = text_of(ctx, (const uint8_t *)entry->d_name, strlen(entry->d_name));
        if (!JS_IsException(name) && JS_SetPropertyUint32(ctx, names, count++, name) >= 0) continue;
        JS_FreeValue(ctx, names);
        names = JS_EXCEPTION;
    }
    closedir(folder);
    return names;
}

CALL(open_file) {
    const char *path = JS_ToCString(ctx, argv[0]);
    if (path == NULL) return JS_EXCEPTION;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    JS_FreeCString(ctx, path);
    return descriptor < 0 ? JS_UNDEFINED : JS_NewInt32(ctx, descriptor);
}

/* In bytes: more than any caller reads at a time. */
enum { LARGEST_PART = 1 << 30 };

CALL(read_at) {
    int32_t descriptor;
    int64_t position, length;
    if (JS_ToInt32(ctx, &descriptor, argv[0]) < 0) return JS_EXCEPTION;
    if (JS_ToInt64(ctx, &position, argv[1]) < 0 || JS_ToInt64(ctx, &length, argv[2]) < 0) return JS_EXCEPTION;
    Buffer buffer = {0};
    if (length < 0 || length > LARGEST_PART || position < 0) return JS_ThrowRangeError(ctx, "no such part of a file");
    if (!buffer_reserve(&buffer, (size_t)length)) return JS_ThrowOutOfMemory(ctx);
    while (buffer.length < (size_t)length) {
        ssize_t count = pread(descriptor, buffer.at + buffer.length, (size_t)length - buffer.length, position + (int64_t)buffer.length);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        buffer.length += (size_t)count;
    }
    return buffer_to_array(ctx, &buffer);
}

CALL(close_file) {
    int32_t descriptor;
    if (JS_ToInt32(ctx, &descriptor, argv[0]) < 0) return JS_EXCEPTION;
    close(descriptor);
    return JS_UNDEFINED;
}

enum { BATCH = 256 };

/* Writes up to BATCH chunks from `first` on. All values are fetched before the first address is taken, and no JavaScript runs in between. */
static int write_batch(JSContext *ctx, JSValueConst chunks, int64_t first, int count) {
    JSValue held[BATCH];
    struct iovec parts[BATCH];
    int filled = 0, error = 0;
    for (int at = 0; at < count; at++) held[at] = JS_GetPropertyInt64(ctx, chunks, first + at);
    for (int at = 0; at < count; at++) {
        size_t length = 0;
        uint8_t *bytes = JS_GetUint8Array(ctx, &length, held[at]);
        if (bytes == NULL && JS_HasException(ctx)) error = -1;
        if (bytes != NULL && length > 0) parts[filled++] = (struct iovec){bytes, length};
    }
    for (int at = 0; error == 0 && at < filled;) {
        ssize_t written = writev(STDOUT_FILENO, parts + at, filled - at);
        if (written < 0 && !is_retried(STDOUT_FILENO, POLLOUT)) error = errno;
        for (size_t left = written < 0 ? 0 : (size_t)written; left > 0;) {
            size_t part = left < parts[at].iov_len ? left : parts[at].iov_len;
            parts[at].iov_base = (uint8_t *)parts[at].iov_base + part;
            parts[at].iov_len -= part;
            left -= part;
            if (parts[at].iov_len == 0) at++;
        }
    }
    for (int at = 0; at < count; at++) JS_FreeValue(ctx, held[at]);
    return error;
}

/* A file that cannot take everything is cut back to what it was: part of a manifest is a destroyed release. */
CALL(write_output) {
    int64_t count;
    if (JS_GetLength(ctx, argv[0], &count) < 0) return JS_EXCEPTION;
    struct stat before;
    bool is_file = fstat(STDOUT_FILENO, &before) == 0 && S_ISREG(before.st_mode);
    int error = 0;
    for (int64_t at = 0; error == 0 && at < count; at += BATCH)
        error = write_batch(ctx, argv[0], at, count - at < BATCH ? (int)(count - at) : BATCH);
    if (error != 0 && is_file && ftruncate(STDOUT_FILENO, before.st_size) < 0) { /* Then it stays as it is. */ }
    return error < 0 ? JS_EXCEPTION : error == 0 ? JS_UNDEFINED : error_name(ctx, error);
}

/* What cannot be said on stderr is not said. */
CALL(write_error) {
    size_t length;
    const uint8_t *bytes = JS_GetUint8Array(ctx, &length, argv[0]);
    if (bytes == NULL) return JS_HasException(ctx) ? JS_EXCEPTION : JS_UNDEFINED;
    write_all(STDERR_FILENO, bytes, length);
    return JS_UNDEFINED;
}

CALL(is_terminal) {
    int32_t descriptor;
    if (JS_ToInt32(ctx, &descriptor, argv[0]) < 0) return JS_EXCEPTION;
    return JS_NewBool(ctx, isatty(descriptor));
}

CALL(was_closed_at_start) {
    uint32_t descriptor;
    if (JS_ToUint32(ctx, &descriptor, argv[0]) < 0) return JS_EXCEPTION;
    return JS_NewBool(ctx, descriptor < 3 && was_closed[descriptor]);
}

static const JSCFunctionListEntry CALLS[] = {
    FUNCTION("readInput", 1, read_input),     FUNCTION("readFile", 2, read_file),   FUNCTION("writeFile", 2, write_file),
    FUNCTION("readLink", 1, read_link),       FUNCTION("kindOf", 1, kind_of),         FUNCTION("listFolder", 1, list_folder),
    FUNCTION("openFile", 1, open_file),   FUNCTION("readAt", 3, read_at),
    FUNCTION("closeFile", 1, close_file),     FUNCTION("writeOutput", 1, write_output), FUNCTION("writeError", 1, write_error),
    FUNCTION("isTerminal", 1, is_terminal),   FUNCTION("wasClosed", 1, was_closed_at_start),
};

int add_files(JSContext *ctx, JSValueConst host) {
    return JS_SetPropertyFunctionList(ctx, host, CALLS, sizeof CALLS / sizeof *CALLS);
}
