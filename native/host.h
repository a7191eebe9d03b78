/* What the files of the host share. `src/native/host.ts` says what each call does; README.md says how it all fits. */
#ifndef HOOKORDER_HOST_H
#define HOOKORDER_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quickjs.h"

/* A call of the host. The engine gives at least as many arguments as FUNCTION says, undefined for those that are missing. */
#define CALL(name) static JSValue name(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
#define FUNCTION(name, arguments, call) JS_CFUNC_DEF(name, arguments, call)

/* Part of the array `bytes`. It is valid until JavaScript runs again. */
typedef struct {
    const uint8_t *bytes;
    const uint8_t *at;
    size_t length;
} Range;

/* The range `argv[first]` to `argv[first + 1]` of the bytes `argv[0]`, cut to what is there. False: an exception is set. */
bool range_of(JSContext *ctx, JSValueConst *argv, int first, Range *range);

/* Text from bytes that may be no UTF-8, as the Encoding Standard has it: each maximal bad part becomes U+FFFD. */
JSValue text_of(JSContext *ctx, const uint8_t *bytes, size_t length);

/* Bytes that grow. `at` comes from `malloc`. */
typedef struct {
    uint8_t *at;
    size_t length;
    size_t capacity;
} Buffer;

/* Makes room for `more` bytes behind `length`. False: there is no memory, and the buffer stays as it was. */
bool buffer_reserve(Buffer *buffer, size_t more);

/* The buffer as a Uint8Array, which owns its memory from then on; an exception frees it. */
JSValue buffer_to_array(JSContext *ctx, Buffer *buffer);

/* The name of an error of the operating system, such as "ENOENT". */
JSValue error_name(JSContext *ctx, int error);

/* Writes everything, however slow the reader. Returns 0 or the error. */
int write_all(int descriptor, const uint8_t *bytes, size_t length);

/* Reads on until the end, at most `limit` bytes. Returns 0 or the error; EFBIG for more than the limit, ENOMEM where memory ends. */
int read_all(int descriptor, size_t limit, Buffer *buffer);

/* Which of the standard descriptors were closed at the start; each is /dev/null since. */
extern bool was_closed[3];

int add_bytes(JSContext *ctx, JSValueConst host);
int add_files(JSContext *ctx, JSValueConst host);
int add_processes(JSContext *ctx, JSValueConst host);
int add_compression(JSContext *ctx, JSValueConst host);

#endif
