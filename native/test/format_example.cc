// Encodes the worked examples of docs/format.md and prints their bytes: `format_example
// hpm|hpd|late-frees`, as hexadecimal digits. test/native/format.test.ts compares them with the
// page.

#include <cstdio>
#include <string_view>

#include "../log_encoder.h"

namespace {

using namespace heapprof;

constexpr uint64_t kRecordingId = 0x0123456789abcdef;

void EncodeMetadataExample(ByteWriter* out) {
  EncodeFileHeader(FileType::kMetadata, kRecordingId, out);
  EncodeRecording(1767323045678901, 86400123456,
                  R"({"samplingRate":[[128,0.5],[8192,0.25]],"engine":"observer","pid":4711,)"
                  R"("argv":["node","app.js"],"kinds":["heap","arrayBuffer"],"types":true})",
                  out);
  EncodeStrings(1, std::vector<std::string>{"main", "app.js", "Bär"}, out);
  EncodeFrames(1, std::vector<FrameRecord>{{1, 2, 10, 3}, {0, 2, 200, 15}}, out);
  EncodeTraces(1, std::vector<TraceRecord>{{0, 1}, {1, 2}}, out);
}

void EncodeEventsExample(ByteWriter* out) {
  EncodeFileHeader(FileType::kEvents, kRecordingId, out);
  EncodeHeapRecords(
      std::vector<HeapRecord>{
          {1500000, 1, 750, 5000000, 4000000, 6500000, 2197815296, 1800000, 65536, 60000, 50000000},
          {2500000, 0, 0, 4200000, 4200000, 6500000, 2197815296, 1800000, 65536, 100, 50000000}},
      out);
  EncodeMarks(std::vector<MarkRecord>{{900000, MarkRecord::Operation::kMark, 0, "ready"},
                                      {1000000, MarkRecord::Operation::kBegin, 7, "load"},
                                      {2999999, MarkRecord::Operation::kEnd, 7, "load"}},
              out);
  const auto event = [](uint64_t time, uint32_t trace, uint64_t size, uint32_t type, Kind kind) {
    return EventRecord{time, size, trace, type, kind, false, 0, 0};
  };
  EventRecord free_of_string = event(1000210, 2, 51, 3, Kind::kHeap);
  free_of_string.is_free = true;
  free_of_string.age_micros = 5;
  EventRecord free_of_buffer = event(3000000, 2, 65536, 0, Kind::kArrayBuffer);
  free_of_buffer.is_free = true;
  free_of_buffer.age_micros = 2000000;
  free_of_buffer.survived_collections = 1;
  EncodeEvents(std::vector<EventRecord>{event(1000000, 2, 65536, 0, Kind::kArrayBuffer),
                                        event(1000005, 1, 48, 3, Kind::kHeap),
                                        event(1000205, 2, 51, 3, Kind::kHeap), free_of_string,
                                        free_of_buffer},
               out);
  EncodeEnd(3000100, R"({"reason":"stop","events":5,"unresolvedEvents":0})", out);
}

// A whole block; the page has its payload.
void EncodeLateFreesExample(ByteWriter* out) {
  const auto free = [](uint64_t time, uint64_t age, uint8_t survived, bool is_late) {
    return EventRecord{time, 16, 1, 0, Kind::kHeap, true, survived, age, is_late};
  };
  EncodeEvents(std::vector<EventRecord>{EventRecord{100, 16, 1, 0, Kind::kHeap, false, 0, 0},
                                        free(103, 7, 0, false), free(105, 5, 1, true),
                                        free(105, 4, 0, true)},
               out);
}

}  // namespace

int main(int, char** arguments) {
  heapprof::ByteWriter bytes;
  const std::string_view name = arguments[1];
  if (name == "hpm") EncodeMetadataExample(&bytes);
  if (name == "hpd") EncodeEventsExample(&bytes);
  if (name == "late-frees") EncodeLateFreesExample(&bytes);
  for (size_t i = 0; i < bytes.size(); i++) printf("%02x", bytes.data()[i]);
  return 0;
}
