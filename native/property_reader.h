#ifndef HEAPPROF_PROPERTY_READER_H_
#define HEAPPROF_PROPERTY_READER_H_

#include <node_api.h>

#include <optional>
#include <string>
#include <vector>

namespace heapprof {

// Reads properties of plain objects. In a thread that is being terminated reading ceases to work
// from one property to the next, and node-addon-api makes a fatal error of what then follows.
class PropertyReader {
 public:
  // `ok` becomes false when something cannot be read; what is returned then means nothing.
  PropertyReader(napi_env env, napi_value object, bool* ok) : env_(env), object_(object), ok_(ok) {}

  PropertyReader Object(const char* name) const;
  std::vector<PropertyReader> Array(const char* name) const;
  std::string String(const char* name) const;
  bool Boolean(const char* name) const;
  double Number(const char* name) const;
  // Nothing if there is no number of that name.
  std::optional<double> OptionalNumber(const char* name) const;

 private:
  napi_value Get(const char* name) const;
  bool Check(napi_status status) const;

  napi_env env_;
  napi_value object_;  // null once something could not be read
  bool* ok_;
};

}  // namespace heapprof

#endif  // HEAPPROF_PROPERTY_READER_H_
