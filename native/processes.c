/* This process and others. */
#define _GNU_SOURCE
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
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

CALL(sleep_for) {
    double seconds;
    if (JS_ToFloat64(ctx, &seconds, argv[0]) < 0) return JS_EXCEPTION;
    if (!(seconds > 0 && seconds < 1e9)) return JS_UNDEFINED;
    struct timespec left = {.tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    while (nanosleep(&left, &left) < 0 && errno == EINTR) {}
    return JS_UNDEFINED;
}

/* [columns, rows] of the terminal that a descriptor is; undefined where it is none. */
CALL(terminal_size) {
    int32_t descriptor;
    struct winsize size;
    if (JS_ToInt32(ctx, &descriptor, argv[0]) < 0) return JS_EXCEPTION;
    if (ioctl(descriptor, TIOCGWINSZ, &size) < 0 || size.ws_col == 0) return JS_UNDEFINED;
    JSValue numbers[2] = {JS_NewInt32(ctx, size.ws_col), JS_NewInt32(ctx, size.ws_row)};
    return JS_NewArrayFrom(ctx, 2, numbers);
}

/* A program that runs, and what it writes: 0 is its stdout, 1 its stderr. */
typedef struct {
    pid_t process;
    int pipes[2];
    Buffer output[2];
} Child;

static void close_pipe(int *descriptor) {
    if (*descriptor >= 0) close(*descriptor);
    *descriptor = -1;
}

/* Starts it with no input, and signals as they are by default. Returns 0 or the error. */
static int start(Child *child, const char *program, char **words) {
    int ends[2][2] = {{-1, -1}, {-1, -1}};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t ignored;
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE);
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return error;
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        // The standard descriptors are all open (main.c), so no end of a pipe is one of them.
        if (pipe2(ends[0], O_CLOEXEC) < 0 || pipe2(ends[1], O_CLOEXEC) < 0) error = errno;
        if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &ignored);
        if (error == 0) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
        if (error == 0) error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, ends[0][1], STDOUT_FILENO);
        if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, ends[1][1], STDERR_FILENO);
        if (error == 0) error = posix_spawnp(&child->process, program, &actions, &attributes, words, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    for (int at = 0; at < 2; at++) {
        close_pipe(&ends[at][1]);
        if (error != 0) close_pipe(&ends[at][0]);
        child->pipes[at] = ends[at][0];
    }
    return error;
}

/* Reads what is there of one pipe. False: it is at its end. */
static bool read_some(int descriptor, Buffer *buffer, int *error) {
    if (!buffer_reserve(buffer, 1 << 16)) {
        *error = ENOMEM;
        return false;
    }
    ssize_t count = read(descriptor, buffer->at + buffer->length, buffer->capacity - buffer->length);
    if (count > 0) buffer->length += (size_t)count;
    if (count < 0 && errno != EINTR && errno != EAGAIN) *error = errno;
    return count != 0 && *error == 0;
}

/* Reads both pipes to their ends, as the program fills them. Returns 0 or the error; ENOBUFS for more than `limit` bytes. */
static int read_outputs(Child *child, size_t limit) {
    int error = 0;
    while (error == 0 && (child->pipes[0] >= 0 || child->pipes[1] >= 0)) {
        // A descriptor below 0 is passed over.
        struct pollfd ready[2] = {{.fd = child->pipes[0], .events = POLLIN}, {.fd = child->pipes[1], .events = POLLIN}};
        if (poll(ready, 2, -1) < 0 && errno != EINTR) return errno;
        for (int at = 0; at < 2 && error == 0; at++) {
            if (ready[at].revents == 0) continue;
            if (!read_some(child->pipes[at], &child->output[at], &error)) close_pipe(&child->pipes[at]);
            if (child->output[at].length > limit) error = ENOBUFS;
        }
    }
    return error;
}

/* [status, signal, stdout, stderr], of which one of the first two is null. */
static JSValue outcome(JSContext *ctx, Child *child, int status) {
    bool exited = WIFEXITED(status);
    JSValue parts[4] = {
        exited ? JS_NewInt32(ctx, WEXITSTATUS(status)) : JS_NULL,
        exited ? JS_NULL : JS_NewInt32(ctx, WTERMSIG(status)),
        buffer_to_array(ctx, &child->output[0]),
        buffer_to_array(ctx, &child->output[1]),
    };
    return JS_NewArrayFrom(ctx, 4, parts);
}

static JSValue run_words(JSContext *ctx, char **words, size_t limit) {
    Child child = {.process = -1, .pipes = {-1, -1}};
    int error = start(&child, words[0], words);
    if (error != 0) return error_name(ctx, error);
    error = read_outputs(&child, limit);
    if (error != 0) kill(child.process, SIGKILL);
    int status = 0;
    while (waitpid(child.process, &status, 0) < 0 && errno == EINTR) {}
    for (int at = 0; at < 2; at++) close_pipe(&child.pipes[at]);
    if (error == 0) {
        // A program that wrote nothing has an empty array, too.
        if (buffer_reserve(&child.output[0], 0) && buffer_reserve(&child.output[1], 0)) return outcome(ctx, &child, status);
        error = ENOMEM;
    }
    for (int at = 0; at < 2; at++) free(child.output[at].at);
    return error_name(ctx, error);
}

/* The words of a command line, the program first. */
CALL(run_program) {
    int64_t count, limit;
    if (JS_GetLength(ctx, argv[0], &count) < 0 || JS_ToInt64(ctx, &limit, argv[1]) < 0) return JS_EXCEPTION;
    if (count < 1 || count > 100000) return error_name(ctx, E2BIG);
    const char **words = calloc((size_t)count + 1, sizeof *words);
    if (words == NULL) return JS_ThrowOutOfMemory(ctx);
    bool known = true;
    for (int64_t at = 0; at < count && known; at++) {
        JSValue word = JS_GetPropertyInt64(ctx, argv[0], at);
        words[at] = JS_ToCString(ctx, word);
        known = words[at] != NULL;
        JS_FreeValue(ctx, word);
    }
    JSValue result = known ? run_words(ctx, (char **)words, limit < 0 ? 0 : (size_t)limit) : JS_EXCEPTION;
    for (int64_t at = 0; at < count; at++) JS_FreeCString(ctx, words[at]);
    free(words);
    return result;
}

static const JSCFunctionListEntry CALLS[] = {
    FUNCTION("environment", 0, environment), FUNCTION("parent", 0, parent),   FUNCTION("sleep", 1, sleep_for),
    FUNCTION("terminalSize", 1, terminal_size), FUNCTION("run", 2, run_program),
};

int add_processes(JSContext *ctx, JSValueConst host) {
    return JS_SetPropertyFunctionList(ctx, host, CALLS, sizeof CALLS / sizeof *CALLS);
}
