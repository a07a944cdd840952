#ifndef HEAPPROF_LOG_ENCODER_H_
#define HEAPPROF_LOG_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "byte_writer.h"
#include "log_records.h"

namespace heapprof {

// Records to bytes, as docs/format.md says. Knows nothing of V8, threads or files.

enum class FileType : char { kMetadata = 'm', kEvents = 'd' };

// More events than this do not go into one block; as every site has an event, neither do more
// sites, whose number and the operation share 16 bits.
constexpr size_t kMaxEventsPerBlock = 32'768;

void EncodeFileHeader(FileType type, uint64_t recording_id, ByteWriter* out);

void EncodeRecording(uint64_t wall_micros, uint64_t monotonic_micros, std::string_view json,
                     ByteWriter* out);

// These write as many blocks as it takes, and none for an empty span. `first_index` is that of the
// first element.
void EncodeStrings(uint32_t first_index, std::span<const std::string> strings, ByteWriter* out);
void EncodeFrames(uint32_t first_index, std::span<const FrameRecord> frames, ByteWriter* out);
void EncodeTraces(uint32_t first_index, std::span<const TraceRecord> traces, ByteWriter* out);
void EncodeHeapRecords(std::span<const HeapRecord> records, ByteWriter* out);
void EncodeMarks(std::span<const MarkRecord> marks, ByteWriter* out);

// One block, of at most kMaxEventsPerBlock events; none for an empty span.
void EncodeEvents(std::span<const EventRecord> events, ByteWriter* out);

void EncodeEnd(uint64_t time_micros, std::string_view json, ByteWriter* out);

// The byte that stands for an age ("Events" in docs/format.md).
uint8_t AgeCode(uint64_t age_micros);

}  // namespace heapprof

#endif  // HEAPPROF_LOG_ENCODER_H_
