#ifndef HEAPPROF_BYTE_WRITER_H_
#define HEAPPROF_BYTE_WRITER_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace heapprof {

// Appends numbers and text as docs/format.md lays them out ("Conventions"). Little-endian machines
// only, as every platform that Node supports officially is.
class ByteWriter {
 public:
  void U8(uint8_t value) { bytes_.push_back(value); }
  void U16(uint16_t value) { Fixed(value); }
  void U32(uint32_t value) { Fixed(value); }
  void U64(uint64_t value) { Fixed(value); }

  void Varint(uint64_t value) {
    while (value >= 0x80) {
      bytes_.push_back(static_cast<uint8_t>(value) | 0x80);
      value >>= 7;
    }
    bytes_.push_back(static_cast<uint8_t>(value));
  }

  void String(std::string_view text) {
    Varint(text.size());
    Raw(text.data(), text.size());
  }

  void Raw(const void* data, size_t size) {
    const auto* first = static_cast<const uint8_t*>(data);
    bytes_.insert(bytes_.end(), first, first + size);
  }

  void Append(const ByteWriter& other) { Raw(other.data(), other.size()); }
  void Clear() { bytes_.clear(); }

  const uint8_t* data() const { return bytes_.data(); }
  size_t size() const { return bytes_.size(); }

 private:
  template <class T>
  void Fixed(T value) {
    Raw(&value, sizeof value);
  }

  std::vector<uint8_t> bytes_;
};

}  // namespace heapprof

#endif  // HEAPPROF_BYTE_WRITER_H_
