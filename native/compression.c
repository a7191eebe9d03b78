/* How long bytes are once gzipped as Helm stores a release. */
#include "host.h"

#include <limits.h>
#include <zlib.h>

enum { BEST = 9, GZIP = 15 + 16, MEMORY_LEVEL = 8 };

/* Takes what `stream` has as input. All output is thrown away; zlib counts it. */
static int feed(z_stream *stream, int flush) {
    uint8_t out[1 << 15];
    int status;
    do {
        stream->next_out = out;
        stream->avail_out = sizeof out;
        status = deflate(stream, flush);
    } while (status == Z_OK && (stream->avail_out == 0 || flush == Z_FINISH));
    return status;
}

CALL(gzipped_size) {
    int64_t count;
    if (JS_GetLength(ctx, argv[0], &count) < 0) return JS_EXCEPTION;
    z_stream stream = {0};
    if (deflateInit2(&stream, BEST, Z_DEFLATED, GZIP, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) return JS_ThrowOutOfMemory(ctx);
    bool failed = false;
    for (int64_t at = 0; at < count && !failed; at++) {
        JSValue chunk = JS_GetPropertyInt64(ctx, argv[0], at);
        size_t length = 0;
        const uint8_t *bytes = JS_GetUint8Array(ctx, &length, chunk);
        failed = bytes == NULL && JS_HasException(ctx);
        while (length > 0 && !failed) {
            uInt part = length < UINT_MAX ? (uInt)length : UINT_MAX;
            stream.next_in = (Bytef *)bytes;
            stream.avail_in = part;
            failed = feed(&stream, Z_NO_FLUSH) == Z_STREAM_ERROR;
            bytes += part;
            length -= part;
        }
        JS_FreeValue(ctx, chunk);
    }
    if (!failed) feed(&stream, Z_FINISH);
    int64_t size = (int64_t)stream.total_out;
    deflateEnd(&stream);
    return failed ? JS_EXCEPTION : JS_NewInt64(ctx, size);
}

static const JSCFunctionListEntry CALLS[] = {FUNCTION("gzippedSize", 1, gzipped_size)};

int add_compression(JSContext *ctx, JSValueConst host) {
    return JS_SetPropertyFunctionList(ctx, host, CALLS, sizeof CALLS / sizeof *CALLS);
}
