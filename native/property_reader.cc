#include "property_reader.h"

namespace heapprof {

PropertyReader PropertyReader::Object(const char* name) const {
  return PropertyReader(env_, Get(name), ok_);
}

std::vector<PropertyReader> PropertyReader::Array(const char* name) const {
  const napi_value array = Get(name);
  uint32_t length = 0;
  Check(napi_get_array_length(env_, array, &length));
  std::vector<PropertyReader> elements;
  for (uint32_t i = 0; i < length; i++) {
    napi_value element = nullptr;
    Check(napi_get_element(env_, array, i, &element));
    elements.emplace_back(env_, element, ok_);
  }
  return elements;
}

std::string PropertyReader::String(const char* name) const {
  const napi_value value = Get(name);
  size_t size = 0;
  if (!Check(napi_get_value_string_utf8(env_, value, nullptr, 0, &size))) return "";
  std::string text(size, '\0');
  Check(napi_get_value_string_utf8(env_, value, text.data(), size + 1, &size));
  return text;
}

bool PropertyReader::Boolean(const char* name) const {
  bool value = false;
  Check(napi_get_value_bool(env_, Get(name), &value));
  return value;
}

double PropertyReader::Number(const char* name) const {
  double number = 0;
  Check(napi_get_value_double(env_, Get(name), &number));
  return number;
}

std::optional<double> PropertyReader::OptionalNumber(const char* name) const {
  double number = 0;
  if (napi_get_value_double(env_, Get(name), &number) != napi_ok) return std::nullopt;
  return number;
}

// With null for an object or a value, Node-API fails and does nothing.
napi_value PropertyReader::Get(const char* name) const {
  napi_value value = nullptr;
  Check(napi_get_named_property(env_, object_, name, &value));
  return value;
}

bool PropertyReader::Check(napi_status status) const {
  if (status != napi_ok) *ok_ = false;
  return status == napi_ok;
}

}  // namespace heapprof
