/* Bytes to text and back, and searches in bytes. */
#include "host.h"

#include <stdlib.h>
#include <string.h>

/* The numbers are read first: reading them could run JavaScript, after which the bytes may be elsewhere. */
bool range_of(JSContext *ctx, JSValueConst *argv, int first, Range *range) {
    int64_t start, end;
    if (JS_ToInt64(ctx, &start, argv[first]) < 0 || JS_ToInt64(ctx, &end, argv[first + 1]) < 0) return false;
    size_t length;
    const uint8_t *bytes = JS_GetUint8Array(ctx, &length, argv[0]);
    if (bytes == NULL) {
        // An array without bytes may be without memory, too.
        if (JS_HasException(ctx)) return false;
        bytes = (const uint8_t *)"";
        length = 0;
    }
    size_t from = start < 0 ? 0 : (size_t)start < length ? (size_t)start : length;
    size_t to = end < 0 ? 0 : (size_t)end < length ? (size_t)end : length;
    range->bytes = bytes;
    range->at = bytes + from;
    range->length = to > from ? to - from : 0;
    return true;
}

static size_t ascii_length(const uint8_t *bytes, size_t length) {
    size_t at = 0;
    for (uint64_t word; at + sizeof word <= length; at += sizeof word) {
        memcpy(&word, bytes + at, sizeof word);
        if (word & 0x8080808080808080u) break;
    }
    while (at < length && bytes[at] < 0x80) at++;
    return at;
}

/* The length of the UTF-8 sequence at `bytes`. Where there is none: 0, and in `bad` how many bytes are a bad part. */
static size_t sequence(const uint8_t *bytes, size_t length, size_t *bad) {
    uint8_t lead = bytes[0], low = 0x80, high = 0xbf;
    size_t size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    // No longer form than needed, no surrogates, nothing above U+10FFFF.
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
    *bad = 1;
    for (size_t at = 1; at < size; at++) {
        *bad = at;
        if (at >= length || bytes[at] < low || bytes[at] > high) return 0;
        low = 0x80;
        high = 0xbf;
    }
    return size;
}

/* How many bytes from the begin on are UTF-8. */
static size_t valid_length(const uint8_t *bytes, size_t length) {
    size_t at = 0;
    while (at < length) {
        at += ascii_length(bytes + at, length - at);
        size_t bad, size = at < length ? sequence(bytes + at, length - at, &bad) : 0;
        if (size == 0) break;
        at += size;
    }
    return at;
}

JSValue text_of(JSContext *ctx, const uint8_t *bytes, size_t length) {
    size_t valid = valid_length(bytes, length);
    if (valid == length) return JS_NewStringLen(ctx, (const char *)bytes, length);
    Buffer text = {0};
    // A bad byte becomes three.
    if (length > SIZE_MAX / 3 || !buffer_reserve(&text, 3 * length)) return JS_ThrowOutOfMemory(ctx);
    for (size_t at = 0;;) {
        memcpy(text.at + text.length, bytes + at, valid);
        text.length += valid;
        at += valid;
        if (at >= length) break;
        size_t bad;
        sequence(bytes + at, length - at, &bad);
        memcpy(text.at + text.length, "\xef\xbf\xbd", 3);
        text.length += 3;
        at += bad;
        valid = valid_length(bytes + at, length - at);
    }
    JSValue value = JS_NewStringLen(ctx, (const char *)text.at, text.length);
    free(text.at);
    return value;
}

CALL(is_utf8) {
    size_t length;
    const uint8_t *bytes = JS_GetUint8Array(ctx, &length, argv[0]);
    if (bytes == NULL) return JS_HasException(ctx) ? JS_EXCEPTION : JS_TRUE;
    return JS_NewBool(ctx, valid_length(bytes, length) == length);
}

CALL(latin1) {
    Range range;
    if (!range_of(ctx, argv, 1, &range)) return JS_EXCEPTION;
    size_t plain = ascii_length(range.at, range.length);
    if (plain == range.length) return JS_NewStringLen(ctx, (const char *)range.at, range.length);
    // As UTF-8, of which the engine makes one byte per character again.
    Buffer text = {0};
    if (range.length > SIZE_MAX / 2 || !buffer_reserve(&text, 2 * range.length)) return JS_ThrowOutOfMemory(ctx);
    memcpy(text.at, range.at, plain);
    text.length = plain;
    for (size_t at = plain; at < range.length; at++) {
        uint8_t byte = range.at[at];
        if (byte >= 0x80) text.at[text.length++] = 0xc0 | byte >> 6;
        text.at[text.length++] = byte < 0x80 ? byte : 0x80 | (byte & 0x3f);
    }
    JSValue value = JS_NewStringLen(ctx, (const char *)text.at, text.length);
    free(text.at);
    return value;
}

CALL(utf8) {
    Range range;
    return range_of(ctx, argv, 1, &range) ? text_of(ctx, range.at, range.length) : JS_EXCEPTION;
}

/* The engine writes half a surrogate pair as three bytes that are no UTF-8: U+FFFD has three bytes, too. */
static void replace_surrogates(uint8_t *bytes, size_t length) {
    for (size_t at = 0; at + 2 < length; at++)
        if (bytes[at] == 0xed && bytes[at + 1] >= 0xa0) memcpy(bytes + at, "\xef\xbf\xbd", 3);
}

CALL(encode) {
    size_t length;
    const char *text = JS_ToCStringLen(ctx, &length, argv[0]);
    if (text == NULL) return JS_EXCEPTION;
    Buffer bytes = {0};
    JSValue value = JS_EXCEPTION;
    if (buffer_reserve(&bytes, length)) {
        memcpy(bytes.at, text, length);
        bytes.length = length;
        replace_surrogates(bytes.at, length);
        value = buffer_to_array(ctx, &bytes);
    } else {
        JS_ThrowOutOfMemory(ctx);
    }
    JS_FreeCString(ctx, text);
    return value;
}

/* Where `text` first stands. The C library's `memmem` tries each place with a call; here only those with the right first two bytes. */
static const uint8_t *search(const uint8_t *at, const uint8_t *end, const uint8_t *text, size_t length) {
    if (length == 0) return at;
    if (length == 1) return memchr(at, text[0], (size_t)(end - at));
    while ((size_t)(end - at) >= length) {
        at = memchr(at, text[0], (size_t)(end - at) - length + 1);
        if (at == NULL) return NULL;
        if (at[1] == text[1] && memcmp(at, text, length) == 0) return at;
        at++;
    }
    return NULL;
}

CALL(find) {
    Range range;
    size_t length;
    const char *text = JS_ToCStringLen(ctx, &length, argv[1]);
    if (text == NULL) return JS_EXCEPTION;
    JSValue place = JS_EXCEPTION;
    if (range_of(ctx, argv, 2, &range)) {
        const uint8_t *found = search(range.at, range.at + range.length, (const uint8_t *)text, length);
        place = JS_NewInt64(ctx, found == NULL ? -1 : found - range.bytes);
    }
    JS_FreeCString(ctx, text);
    return place;
}

/* Bytes that a text names, one character for each. False: an exception is set. */
static bool set_of(JSContext *ctx, JSValueConst value, bool set[256]) {
    size_t length;
    const uint16_t *text = JS_ToCStringLenUTF16(ctx, &length, value);
    if (text == NULL) return false;
    memset(set, 0, 256);
    for (size_t at = 0; at < length; at++)
        if (text[at] < 256) set[text[at]] = true;
    JS_FreeCStringUTF16(ctx, text);
    return true;
}

CALL(has_any) {
    Range range;
    bool set[256];
    if (!set_of(ctx, argv[1], set) || !range_of(ctx, argv, 2, &range)) return JS_EXCEPTION;
    for (size_t at = 0; at < range.length; at++)
        if (set[range.at[at]]) return JS_TRUE;
    return JS_FALSE;
}

/* Numbers are made while no JavaScript runs: setting the elements of a plain array runs none. */
CALL(lines_except) {
    Range range;
    bool known[256];
    if (!set_of(ctx, argv[1], known) || !range_of(ctx, argv, 2, &range)) return JS_EXCEPTION;
    JSValue lines = JS_NewArray(ctx);
    uint32_t count = 0;
    const uint8_t *at = range.at, *end = range.at + range.length;
    while (!JS_IsException(lines) && (at = memchr(at, '\n', (size_t)(end - at))) != NULL && ++at < end) {
        if (known[*at]) continue;
        if (JS_DefinePropertyValueUint32(ctx, lines, count++, JS_NewInt64(ctx, at - range.bytes), JS_PROP_C_W_E) >= 0) continue;
        JS_FreeValue(ctx, lines);
        return JS_EXCEPTION;
    }
    return lines;
}

static const JSCFunctionListEntry CALLS[] = {
    FUNCTION("isUtf8", 1, is_utf8), FUNCTION("latin1", 3, latin1),  FUNCTION("utf8", 3, utf8),
    FUNCTION("encode", 1, encode),  FUNCTION("find", 4, find),      FUNCTION("hasAny", 4, has_any),
    FUNCTION("linesExcept", 4, lines_except),
};

int add_bytes(JSContext *ctx, JSValueConst host) {
    return JS_SetPropertyFunctionList(ctx, host, CALLS, sizeof CALLS / sizeof *CALLS);
}
