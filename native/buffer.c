/* Bytes that grow, and become an array of JavaScript. */
#include "host.h"

#include <stdlib.h>

bool buffer_reserve(Buffer *buffer, size_t more) {
    if (more > SIZE_MAX - buffer->length) return false;
    size_t needed = buffer->length + more;
    if (needed <= buffer->capacity && buffer->at != NULL) return true;
    size_t capacity = buffer->capacity > SIZE_MAX / 2 || needed > 2 * buffer->capacity ? needed : 2 * buffer->capacity;
    // Never NULL for what is there, also when that is nothing.
    uint8_t *at = realloc(buffer->at, capacity == 0 ? 1 : capacity);
    if (at == NULL) return false;
    buffer->at = at;
    buffer->capacity = capacity;
    return true;
}

static void *resize(JSRuntime *runtime, void *opaque, void *memory, size_t size) {
    (void)runtime;
    (void)opaque;
    if (size > 0) return realloc(memory, size);
    free(memory);
    return NULL;
}

JSValue buffer_to_array(JSContext *ctx, Buffer *buffer) {
    JSValue array = JS_NewUint8Array(ctx, buffer->at, buffer->length, resize, NULL, false);
    *buffer = (Buffer){0};
    return array;
}
