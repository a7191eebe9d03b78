/* The engine's memory: the C library's for now. */
#include "host.h"

#include <malloc.h>
#include <stdlib.h>

static void *take(void *opaque, size_t size) { return malloc(size); }
static void *take_zeroed(void *opaque, size_t count, size_t size) { return calloc(count, size); }
static void give_back(void *opaque, void *memory) { free(memory); }
static void *resize(void *opaque, void *memory, size_t size) { return realloc(memory, size); }
static size_t usable(const void *memory) { return malloc_usable_size((void *)memory); }

const JSMallocFunctions MEMORY = {take_zeroed, take, give_back, resize, usable};
