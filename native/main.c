/* The executable: the engine, the host's calls, and the program as bytecode, of which only what a run needs is loaded. */
#define _GNU_SOURCE
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "units.h"

/* An exit code for a bug of the program itself (EX_SOFTWARE). */
enum { BUG = 70 };

/* JavaScript may call itself as deeply as with Node and more: the text of a stream decides how deep a parser goes. */
enum { STACK = 48 << 20, STACK_OF_OTHERS = 1 << 20 };

/* A run is short, and what it drops is counted and freed at once. Only circles wait for a collection, which walks everything. */
static const size_t COLLECTED_AFTER = (size_t)256 << 20;

bool was_closed[3];

static char **arguments;
static int argument_count;

CALL(get_arguments) {
    JSValue list = JS_NewArray(ctx);
    for (int at = 1; at < argument_count && !JS_IsException(list); at++) {
        JSValue word = text_of(ctx, (const uint8_t *)arguments[at], strlen(arguments[at]));
        if (JS_SetPropertyUint32(ctx, list, (uint32_t)at - 1, word) < 0) {
            JS_FreeValue(ctx, list);
            return JS_EXCEPTION;
        }
    }
    return list;
}

/* Modules by unit, from the moment when they are read. The engine keeps them to its end. */
static JSModuleDef *modules[sizeof UNITS / sizeof *UNITS];

/* Bytecode. It comes from this executable only: the engine trusts it. */
static JSModuleDef *load_module(JSContext *ctx, const char *name, void *opaque) {
    (void)opaque;
    for (size_t at = 0; at < sizeof UNITS / sizeof *UNITS; at++) {
        if (strcmp(UNITS[at].name, name) != 0) continue;
        if (modules[at] != NULL) return modules[at];
        JSValue module = JS_ReadObject(ctx, unit_bytes + UNITS[at].start, UNITS[at].length, JS_READ_OBJ_BYTECODE);
        if (JS_IsException(module)) return NULL;
        modules[at] = JS_VALUE_GET_PTR(module);
        JS_FreeValue(ctx, module);
        return modules[at];
    }
    JS_ThrowReferenceError(ctx, "this executable has no %s", name);
    return NULL;
}

/* Names of modules are those of units, whoever imports them. */
static char *keep_name(JSContext *ctx, const char *importer, const char *name, void *opaque) {
    (void)importer;
    (void)opaque;
    return js_strdup(ctx, name[0] == '.' && name[1] == '/' ? name + 2 : name);
}

/* The exports of a module, which runs at the first call. No module here waits for anything, so it has run when its promise is there. */
static JSValue load(JSContext *ctx, const char *name) {
    JSModuleDef *module = load_module(ctx, name, NULL);
    if (module == NULL) return JS_EXCEPTION;
    JSValue value = JS_MKPTR(JS_TAG_MODULE, module);
    if (JS_ResolveModule(ctx, value) < 0) return JS_EXCEPTION;
    JSValue promise = JS_EvalFunction(ctx, JS_DupValue(ctx, value));
    if (JS_IsException(promise)) return promise;
    bool failed = JS_PromiseState(ctx, promise) == JS_PROMISE_REJECTED;
    if (failed) JS_Throw(ctx, JS_PromiseResult(ctx, promise));
    JS_FreeValue(ctx, promise);
    return failed ? JS_EXCEPTION : JS_GetModuleNamespace(ctx, module);
}

CALL(load_unit) {
    const char *name = JS_ToCString(ctx, argv[0]);
    if (name == NULL) return JS_EXCEPTION;
    JSValue exports = load(ctx, name);
    JS_FreeCString(ctx, name);
    return exports;
}

static const JSCFunctionListEntry CALLS[] = {FUNCTION("arguments", 0, get_arguments), FUNCTION("load", 1, load_unit)};

/* What the program uses of the language, and no more. */
static bool add_language(JSContext *ctx) {
    JS_AddIntrinsicRegExpCompiler(ctx);
    return JS_AddIntrinsicBaseObjects(ctx) == 0 && JS_AddIntrinsicDate(ctx) == 0 && JS_AddIntrinsicRegExp(ctx) == 0 &&
           JS_AddIntrinsicJSON(ctx) == 0 && JS_AddIntrinsicProxy(ctx) == 0 && JS_AddIntrinsicMapSet(ctx) == 0 &&
           JS_AddIntrinsicTypedArrays(ctx) == 0 && JS_AddIntrinsicPromise(ctx) == 0 && JS_AddIntrinsicBigInt(ctx) == 0 &&
           JS_AddIntrinsicWeakRef(ctx) == 0;
}

static bool add_host(JSContext *ctx) {
    JSValue host = JS_NewObject(ctx), global = JS_GetGlobalObject(ctx);
    bool added = JS_SetPropertyFunctionList(ctx, host, CALLS, sizeof CALLS / sizeof *CALLS) == 0 && add_bytes(ctx, host) == 0 &&
                 add_files(ctx, host) == 0 && add_processes(ctx, host) == 0 && add_compression(ctx, host) == 0;
    added = JS_SetPropertyStr(ctx, global, "host", host) >= 0 && added;
    JS_FreeValue(ctx, global);
    return added;
}

static int report_bug(JSContext *ctx) {
    JSValue error = JS_GetException(ctx);
    const char *text = JS_ToCString(ctx, error);
    fprintf(stderr, "hookorder: %s\n", text == NULL ? "out of memory" : text);
    JS_FreeCString(ctx, text);
    JS_FreeValue(ctx, error);
    return BUG;
}

static int run(JSContext *ctx) {
    JSValue exports = load(ctx, "main.js");
    if (JS_IsException(exports)) return report_bug(ctx);
    JSValue main = JS_GetPropertyStr(ctx, exports, "run");
    JSValue result = JS_Call(ctx, main, JS_UNDEFINED, 0, NULL);
    int32_t status;
    if (JS_IsException(result) || JS_ToInt32(ctx, &status, result) < 0) status = report_bug(ctx);
    JS_FreeValue(ctx, result);
    JS_FreeValue(ctx, main);
    JS_FreeValue(ctx, exports);
    return status;
}

/* A descriptor that is closed would be given to the next file that is opened, and output would go into that. */
static void open_standard_descriptors(void) {
    for (int descriptor = 0; descriptor < 3; descriptor++) {
        was_closed[descriptor] = fcntl(descriptor, F_GETFD) < 0 && errno == EBADF;
        if (was_closed[descriptor] && open("/dev/null", O_RDWR) != descriptor) _exit(BUG);
    }
}

/* The stack grows up to its limit, which is read when it grows. */
static size_t prepare_stack(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) < 0) return 0;
    rlim_t wanted = STACK + STACK_OF_OTHERS;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        setrlimit(RLIMIT_STACK, &limit);
        getrlimit(RLIMIT_STACK, &limit);
    }
    size_t size = limit.rlim_cur < wanted ? limit.rlim_cur : wanted;
    return size > 2 * STACK_OF_OTHERS ? size - STACK_OF_OTHERS : size / 2;
}

int main(int argc, char **argv) {
    argument_count = argc;
    arguments = argv;
    open_standard_descriptors();
    // A reader that has gone is told by the call that writes.
    signal(SIGPIPE, SIG_IGN);
    JSRuntime *runtime = JS_NewRuntime();
    JSContext *ctx = runtime == NULL ? NULL : JS_NewContextRaw(runtime);
    if (ctx == NULL) return BUG;
    JS_SetGCThreshold(runtime, COLLECTED_AFTER);
    JS_SetMaxStackSize(runtime, prepare_stack());
    JS_SetModuleLoaderFunc(runtime, keep_name, load_module, NULL);
    int status = add_language(ctx) && add_host(ctx) ? run(ctx) : report_bug(ctx);
#ifdef CHECKED
    // So that the sanitizer sees what is left over.
    JS_FreeContext(ctx);
    JS_FreeRuntime(runtime);
#endif
    return status;
}
