/* For the build only: compiles modules to bytecode. compiler NAME SOURCE BYTECODE … */
#include <stdio.h>
#include <stdlib.h>

#include "quickjs.h"

static char *read_source(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) return NULL;
    long size = ftell(file);
    char *text = size < 0 ? NULL : malloc((size_t)size + 1);
    if (text == NULL) return NULL;
    rewind(file);
    *length = fread(text, 1, (size_t)size, file);
    text[*length] = '\0';
    fclose(file);
    return text;
}

static int never_run(JSContext *ctx, JSModuleDef *module) { return 0; }

/* Stands for each module that is imported: compiling needs to know only that there is one. */
static JSModuleDef *stand_in(JSContext *ctx, const char *name, void *opaque) { return JS_NewCModule(ctx, name, never_run); }

static bool compile(JSContext *ctx, const char *name, const char *source, const char *target) {
    size_t length, size;
    char *text = read_source(source, &length);
    if (text == NULL) return false;
    JSValue module = JS_Eval(ctx, text, length, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(module)) {
        fprintf(stderr, "%s: %s\n", name, JS_ToCString(ctx, JS_GetException(ctx)));
        return false;
    }
    uint8_t *bytecode = JS_WriteObject(ctx, &size, module, JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE | JS_WRITE_OBJ_STRIP_DEBUG);
    FILE *file = bytecode == NULL ? NULL : fopen(target, "wb");
    if (file == NULL) return false;
    bool written = fwrite(bytecode, 1, size, file) == size;
    written = fclose(file) == 0 && written;
    js_free(ctx, bytecode);
    free(text);
    return written;
}

int main(int argc, char **argv) {
    for (int at = 1; at + 2 < argc; at += 3) {
        // Each with an engine of its own, so that the bytes do not depend on what was compiled before.
        JSRuntime *runtime = JS_NewRuntime();
        JSContext *ctx = JS_NewContext(runtime);
        JS_SetModuleLoaderFunc(runtime, NULL, stand_in, NULL);
        if (!compile(ctx, argv[at], argv[at + 1], argv[at + 2])) return 1;
        JS_FreeContext(ctx);
        JS_FreeRuntime(runtime);
    }
    return 0;
}
