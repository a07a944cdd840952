#ifndef HEAPPROF_TYPE_READER_H_
#define HEAPPROF_TYPE_READER_H_

#include <v8.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "trace_table.h"

namespace heapprof {

// Names what an object is: its constructor's name; `string`, `function`, `symbol`, `bigint`,
// `number`; `(internal)` for what no program can see, such as the elements of an array; and for a
// plain object its properties, as in `{id, name}`.
//
// Objects with equal maps (V8's word for hidden classes) have equal names, so that a name is made
// once per map. Maps die and move in mark-compact collections only.
class TypeReader {
 public:
  // In a context, outside of collections.
  TypeReader(v8::Isolate* isolate, TraceTable* strings);
  ~TypeReader();
  TypeReader(const TypeReader&) = delete;

  // The string index of the object's type; 0 where it is gone. Outside of allocations and garbage
  // collections only: the first object of a kind may have V8 make strings.
  uint32_t TypeOf(const v8::Global<v8::Value>& object);

  // Whether the object is a string of the size that joints of strings have. V8 joins strings
  // lazily, and once such a joint is made flat, a scavenge puts the flat string wherever the joint
  // was, in our handles too. The joint is garbage then.
  static bool MayBeJoint(const v8::Global<v8::Value>& object, uint64_t size_bytes);

  // Whether that has happened. A flat string of the joint's own size is not recognised.
  static bool IsFlatStringInPlaceOfJoint(const v8::Global<v8::Value>& object);

  // Whether V8 is making something for us at this moment: not the program's doing.
  bool is_reading() const { return is_reading_; }

  // To be called around mark-compact collections.
  void ForgetMaps() { types_.clear(); }

 private:
  class MapFields;

  std::string NameOf(v8::Local<v8::Value> value);
  std::string NameOfObject(v8::Local<v8::Object> object);
  std::string ShapeOf(v8::Local<v8::Object> object);

  v8::Isolate* const isolate_;
  TraceTable* const strings_;
  v8::Global<v8::Context> context_;
  std::unique_ptr<MapFields> fields_;
  std::unordered_map<uintptr_t, uint32_t> types_;  // by map
  bool is_reading_ = false;
};

}  // namespace heapprof

#endif  // HEAPPROF_TYPE_READER_H_
