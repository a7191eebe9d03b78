/* This process and others. */
#define _GNU_SOURCE
#include "host.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* An object without a prototype, so that no name stands for something that is not in the environment. */
CALL(environment) {
    JSValue all = JS_NewObjectProto(ctx, JS_NULL);
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        const char *equals = strchr(*entry, '=');
        if (equals == NULL) continue;
        JSValue name = text_of(ctx, (const uint8_t *)*entry, (size_t)(equals - *entry));
        JSValue value = text_of(ctx, (const uint8_t *)equals + 1, strlen(equals + 1));
        JSAtom key = JS_ValueToAtom(ctx, name);
        JS_FreeValue(ctx, name);
        int status = key == JS_ATOM_NULL ? -1 : JS_DefinePropertyValue(ctx, all, key, value, JS_PROP_C_W_E);
        JS_FreeAtom(ctx, key);
        if (status < 0) {
            JS_FreeValue(ctx, all);
            return JS_EXCEPTION;
        }
    }
    return all;
}

CALL(parent) { return JS_NewInt32(ctx, getppid()); }

static const JSCFunctionListEntry CALLS[] = {FUNCTION("environment", 0, environment), FUNCTION("parent", 0, parent)};

int add_processes(JSContext *ctx, JSValueConst host) {
    return JS_SetPropertyFunctionList(ctx, host, CALLS, sizeof CALLS / sizeof *CALLS);
}
