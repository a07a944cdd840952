#include "type_reader.h"

#include <cstring>

namespace heapprof {
namespace {

constexpr char kInternal[] = "(internal)";

// Plain objects with more properties than this are seldom recognised by them.
constexpr int kMaxShapeProperties = 16;
constexpr size_t kMaxShapeBytes = 120;

uintptr_t WordAt(uintptr_t address) {
  uintptr_t word;
  memcpy(&word, reinterpret_cast<const void*>(address), sizeof word);
  return word;
}

// The address of the object behind a handle, which is a pointer to a slot with the tagged address.
template <class Handle>
uintptr_t AddressOf(const Handle& handle) {
  uintptr_t slot;
  static_assert(sizeof handle == sizeof slot);
  memcpy(&slot, static_cast<const void*>(&handle), sizeof slot);
  constexpr uintptr_t kHeapObjectTag = 1;
  return WordAt(slot) - kHeapObjectTag;
}

// The first word of an object is its map.
template <class Handle>
uintptr_t MapOf(const Handle& handle) {
  return WordAt(AddressOf(handle));
}

// Of a joint (ConsString): map, hash and length, two parts.
constexpr uint64_t kJointBytes = 32;

int InstanceTypeAt(uintptr_t address) {
  constexpr uintptr_t kHeapObjectTag = 1;
  return v8::internal::Internals::GetInstanceType(address + kHeapObjectTag);
}

}  // namespace

// What V8's maps say of the properties of their objects. The public API has nothing that tells
// without going through them, of which a dictionary may have millions. The bits stand where they
// always have (src/objects/map.h of V8, `bit_field3`), which is checked with two objects of our own
// before it is believed.
class TypeReader::MapFields {
 public:
  explicit MapFields(v8::Isolate* isolate) {
    const v8::Local<v8::Context> context = isolate->GetCurrentContext();
    const v8::Local<v8::Object> fast = v8::Object::New(isolate);
    v8::Local<v8::Name> names[3];
    v8::Local<v8::Value> values[3];
    for (int i = 0; i < 3; i++) {
      const char name[] = {static_cast<char>('a' + i), '\0'};
      names[i] = v8::String::NewFromUtf8(isolate, name).ToLocalChecked();
      values[i] = v8::Integer::New(isolate, i);
      // A thread that is being terminated makes no objects.
      if (fast->Set(context, names[i], values[i]).IsNothing()) return;
    }
    const v8::Local<v8::Object> dictionary =
        v8::Object::New(isolate, v8::Null(isolate), names, values, 3);
    is_known_ = PropertyCountOf(MapOf(fast)) == 3 && !IsDictionary(MapOf(fast)) &&
                IsDictionary(MapOf(dictionary));
  }

  // Whether objects with this map have at most `limit` properties, all of them in the map.
  bool HasFewProperties(uintptr_t map, int limit) const {
    return is_known_ && !IsDictionary(map) && PropertyCountOf(map) <= limit;
  }

 private:
  static uint32_t BitField3(uintptr_t map) {
    constexpr uintptr_t kHeapObjectTag = 1;
    constexpr uintptr_t kBitField3Offset = 16;
    uint32_t bits;
    memcpy(&bits, reinterpret_cast<const void*>(map - kHeapObjectTag + kBitField3Offset),
           sizeof bits);
    return bits;
  }
  static int PropertyCountOf(uintptr_t map) {
    return static_cast<int>(BitField3(map) >> 10 & 0x3FF);
  }
  static bool IsDictionary(uintptr_t map) { return (BitField3(map) >> 21 & 1) != 0; }

  bool is_known_ = false;
};

TypeReader::TypeReader(v8::Isolate* isolate, TraceTable* strings)
    : isolate_(isolate), strings_(strings) {
  const v8::HandleScope scope(isolate_);
  context_.Reset(isolate_, isolate_->GetCurrentContext());
  fields_ = std::make_unique<MapFields>(isolate_);
}

TypeReader::~TypeReader() = default;

uint32_t TypeReader::TypeOf(const v8::Global<v8::Value>& object) {
  if (object.IsEmpty()) return 0;
  const auto [entry, is_new] = types_.try_emplace(MapOf(object), 0);
  if (!is_new) return entry->second;
  is_reading_ = true;
  const v8::HandleScope scope(isolate_);
  const uint32_t type = strings_->String(NameOf(object.Get(isolate_)));
  is_reading_ = false;
  // What was made meanwhile may have caused a collection, and all be forgotten.
  return types_[MapOf(object)] = type;
}

bool TypeReader::MayBeJoint(const v8::Global<v8::Value>& object, uint64_t size_bytes) {
  return size_bytes == kJointBytes && !object.IsEmpty() &&
         InstanceTypeAt(AddressOf(object)) < v8::internal::Internals::kFirstNonstringType;
}

bool TypeReader::IsFlatStringInPlaceOfJoint(const v8::Global<v8::Value>& object) {
  constexpr int kRepresentationMask = 7;
  constexpr int kOneByteTag = 8;
  const uintptr_t address = AddressOf(object);
  const int type = InstanceTypeAt(address);
  const bool is_flat =
      type < v8::internal::Internals::kFirstNonstringType && (type & kRepresentationMask) == 0;
  if (!is_flat) return false;
  // Map, hash and length, characters.
  constexpr uintptr_t kLengthOffset = 12;
  constexpr uint64_t kHeaderBytes = 16;
  uint32_t length;
  memcpy(&length, reinterpret_cast<const void*>(address + kLengthOffset), sizeof length);
  const uint64_t bytes = kHeaderBytes + uint64_t{length} * ((type & kOneByteTag) != 0 ? 1 : 2);
  return bytes > kJointBytes;
}

std::string TypeReader::NameOf(v8::Local<v8::Value> value) {
  if (value->IsString()) return "string";
  if (value->IsFunction()) return "function";
  if (value->IsObject()) return NameOfObject(value.As<v8::Object>());
  if (value->IsNumber()) return "number";
  if (value->IsBigInt()) return "bigint";
  // Symbols that are V8's own have the same map as others.
  if (value->IsName()) return "symbol";
  return kInternal;
}

std::string TypeReader::NameOfObject(v8::Local<v8::Object> object) {
  if (object->IsProxy()) return "Proxy";
  const v8::String::Utf8Value name(isolate_, object->GetConstructorName());
  std::string text = *name ? std::string(*name, static_cast<size_t>(name.length())) : "";
  if (text == "Object" && fields_->HasFewProperties(MapOf(object), kMaxShapeProperties))
    return ShapeOf(object);
  return text.empty() ? "Object" : text;
}

std::string TypeReader::ShapeOf(v8::Local<v8::Object> object) {
  const v8::Local<v8::Context> context = context_.Get(isolate_);
  const v8::Context::Scope context_scope(context);
  v8::Local<v8::Array> names;
  if (!object
           ->GetPropertyNames(
               context, v8::KeyCollectionMode::kOwnOnly,
               static_cast<v8::PropertyFilter>(v8::ONLY_ENUMERABLE | v8::SKIP_SYMBOLS),
               v8::IndexFilter::kSkipIndices)
           .ToLocal(&names) ||
      names->Length() == 0) {
    return "Object";
  }
  std::string shape = "{";
  for (uint32_t i = 0; i < names->Length(); i++) {
    v8::Local<v8::Value> name;
    if (!names->Get(context, i).ToLocal(&name)) return "Object";
    const v8::String::Utf8Value text(isolate_, name);
    if (shape.size() + static_cast<size_t>(text.length()) > kMaxShapeBytes) return shape + ", …}";
    if (i > 0) shape += ", ";
    shape.append(*text, static_cast<size_t>(text.length()));
  }
  return shape + "}";
}

}  // namespace heapprof
