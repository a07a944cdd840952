// An addon: a function that returns the bytes that malloc() has given out. Node-API's functions are declared by hand, so that it
// needs no headers of Node.
#include <malloc.h>
#include <stddef.h>

typedef struct Env *Env;
typedef struct Value *Value;

int napi_create_double(Env env, double number, Value *result);
int napi_create_function(Env env, const char *name, size_t name_length,
                         Value (*function)(Env env, void *info), void *data, Value *result);

static Value MallocBytes(Env env, void *info) {
  (void)info;
  const struct mallinfo2 all = mallinfo2();
  Value result;
  napi_create_double(env, (double)(all.uordblks + all.hblkhd), &result);
  return result;
}

Value napi_register_module_v1(Env env, Value exports) {
  (void)exports;
  Value function;
  napi_create_function(env, "mallocBytes", 11, MallocBytes, 0, &function);
  return function;
}
