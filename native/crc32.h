#ifndef HEAPPROF_CRC32_H_
#define HEAPPROF_CRC32_H_

#include <cstddef>
#include <cstdint>

namespace heapprof {

// The CRC-32 of zlib (reflected polynomial 0xEDB88320), continuing from `crc` (0 to begin).
uint32_t Crc32(const uint8_t* data, size_t size, uint32_t crc);

}  // namespace heapprof

#endif  // HEAPPROF_CRC32_H_
