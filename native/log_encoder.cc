#include "log_encoder.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "crc32.h"

namespace heapprof {
namespace {

constexpr uint16_t kFileVersion = 2;
constexpr size_t kBlockHeaderBytes = 24;
constexpr size_t kCrcOffset = 20;

// Far below the limit of the format (16 MiB), so that blocks of text never come near it.
constexpr size_t kMaxTablePayloadBytes = 1 << 20;
constexpr size_t kMaxStringBytes = 1 << 16;

enum class BlockType : uint8_t {
  kRecording = 1,
  kStrings = 2,
  kFrames = 3,
  kTraces = 4,
  kEvents = 16,
  kHeapRecords = 17,
  kMarks = 18,
  kEnd = 19,
};

void PutBlock(BlockType type, uint64_t first_time, uint32_t count, const ByteWriter& payload,
              ByteWriter* out) {
  const size_t start = out->size();
  out->Raw("hpb", 3);
  out->U8(static_cast<uint8_t>(type));
  out->U32(static_cast<uint32_t>(payload.size()));
  out->U64(first_time);
  out->U32(count);
  const uint32_t crc = Crc32(out->data() + start, kCrcOffset, 0);
  out->U32(Crc32(payload.data(), payload.size(), crc));
  static_assert(kCrcOffset + sizeof(uint32_t) == kBlockHeaderBytes);
  out->Append(payload);
}

// Strings, frames and traces: the index of the first, then one after the other; a new block when
// one is full.
template <class T, class EncodeOne>
void PutTable(BlockType type, uint32_t first_index, std::span<const T> rows, EncodeOne encode_one,
              ByteWriter* out) {
  ByteWriter payload;
  for (size_t next = 0; next < rows.size();) {
    const size_t first = next;
    payload.Clear();
    payload.Varint(first_index + first);
    while (next < rows.size() && payload.size() < kMaxTablePayloadBytes) {
      encode_one(rows[next], static_cast<uint32_t>(first_index + next), &payload);
      next++;
    }
    PutBlock(type, 0, static_cast<uint32_t>(next - first), payload, out);
  }
}

// Where an event belongs: what the events of one site have in common.
struct Site {
  uint32_t type_kind;
  uint32_t trace;
  uint64_t size_bytes;

  explicit Site(const EventRecord& event)
      : type_kind(event.type << 1 | static_cast<uint32_t>(event.kind)),
        trace(event.trace),
        size_bytes(event.size_bytes) {}

  bool operator==(const Site&) const = default;
  auto Order() const { return std::tie(type_kind, trace, size_bytes); }
};

struct SiteHash {
  size_t operator()(const Site& site) const {
    uint64_t hash = (static_cast<uint64_t>(site.trace) << 32 | site.type_kind) ^
                    site.size_bytes * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 32;
    return hash * 0xD6E8FEB86659FD93u;
  }
};

uint64_t SizeCode(uint64_t size_bytes) {
  return size_bytes % 8 == 0 ? size_bytes / 8 * 2 : size_bytes * 2 + 1;
}

void PutSites(const std::vector<Site>& sites, ByteWriter* payload) {
  size_t groups = 0;
  for (size_t i = 0; i < sites.size(); i++)
    groups += i == 0 || sites[i].type_kind != sites[i - 1].type_kind;
  payload->Varint(groups);
  for (size_t next = 0; next < sites.size();) {
    size_t end = next;
    while (end < sites.size() && sites[end].type_kind == sites[next].type_kind) end++;
    payload->Varint(sites[next].type_kind);
    payload->Varint(end - next);
    for (uint32_t trace = 0; next < end; next++) {
      payload->Varint(sites[next].trace - trace);
      payload->Varint(SizeCode(sites[next].size_bytes));
      trace = sites[next].trace;
    }
  }
}

// Among the frees of a block, the numbers of those that were noticed late. Where there are none,
// which is the rule, the column is left out.
void PutLateFrees(std::span<const EventRecord> events, ByteWriter* payload) {
  std::vector<uint64_t> late;
  uint64_t frees = 0;
  for (const EventRecord& event : events) {
    if (event.is_free && event.is_late) late.push_back(frees);
    frees += event.is_free ? 1 : 0;
  }
  if (late.empty()) return;
  payload->Varint(late.size());
  uint64_t previous = 0;
  for (const uint64_t free : late) {
    payload->Varint(free - previous);
    previous = free;
  }
}

void PutEventBlock(std::span<const EventRecord> events, ByteWriter* out) {
  std::unordered_map<Site, uint32_t, SiteHash> site_numbers;
  site_numbers.reserve(events.size());
  std::vector<Site> sites;
  std::vector<uint32_t> site_of_event;
  site_of_event.reserve(events.size());
  for (const EventRecord& event : events) {
    const Site site(event);
    const auto [entry, is_new] = site_numbers.try_emplace(site, sites.size());
    if (is_new) sites.push_back(site);
    site_of_event.push_back(entry->second);
  }

  // Sites in order make the differences between their traces small.
  std::vector<uint32_t> order(sites.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return sites[a].Order() < sites[b].Order(); });
  std::vector<uint32_t> rank(sites.size());
  std::vector<Site> sorted;
  sorted.reserve(sites.size());
  for (uint32_t i = 0; i < order.size(); i++) {
    rank[order[i]] = i;
    sorted.push_back(sites[order[i]]);
  }

  ByteWriter payload;
  for (size_t i = 0; i < events.size(); i++) {
    payload.U16(static_cast<uint16_t>(rank[site_of_event[i]] << 1 | (events[i].is_free ? 1 : 0)));
  }
  payload.Varint(events.back().time_micros - events.front().time_micros);
  PutSites(sorted, &payload);
  uint64_t time = events.front().time_micros;
  for (const EventRecord& event : events) {
    payload.Varint(event.time_micros - time);
    time = event.time_micros;
  }
  for (const EventRecord& event : events) {
    if (event.is_free) payload.U8(AgeCode(event.age_micros));
  }
  for (const EventRecord& event : events) {
    if (event.is_free) payload.U8(event.survived_collections);
  }
  PutLateFrees(events, &payload);
  PutBlock(BlockType::kEvents, events.front().time_micros, static_cast<uint32_t>(events.size()),
           payload, out);
}

}  // namespace

uint8_t AgeCode(uint64_t age_micros) {
  constexpr uint64_t kLongest = uint64_t{15} << 30;
  if (age_micros < 8) return static_cast<uint8_t>(age_micros);
  if (age_micros >= kLongest) return 255;
  const int exponent = std::bit_width(age_micros) - 1;
  return static_cast<uint8_t>((exponent - 2) * 8 + ((age_micros >> (exponent - 3)) - 8));
}

void EncodeFileHeader(FileType type, uint64_t recording_id, ByteWriter* out) {
  out->U8(0x89);
  out->Raw("hp", 2);
  out->U8(static_cast<uint8_t>(type));
  out->U16(kFileVersion);
  out->U16(0);
  out->U64(recording_id);
}

void EncodeRecording(uint64_t wall_micros, uint64_t monotonic_micros, std::string_view json,
                     ByteWriter* out) {
  ByteWriter payload;
  payload.U64(wall_micros);
  payload.U64(monotonic_micros);
  payload.String(json);
  PutBlock(BlockType::kRecording, 0, 1, payload, out);
}

void EncodeStrings(uint32_t first_index, std::span<const std::string> strings, ByteWriter* out) {
  PutTable(
      BlockType::kStrings, first_index, strings,
      [](const std::string& text, uint32_t, ByteWriter* payload) {
        // Generated code can have names of any length; no reader wants more of one.
        payload->String(std::string_view(text).substr(0, kMaxStringBytes));
      },
      out);
}

void EncodeFrames(uint32_t first_index, std::span<const FrameRecord> frames, ByteWriter* out) {
  PutTable(
      BlockType::kFrames, first_index, frames,
      [](const FrameRecord& frame, uint32_t, ByteWriter* payload) {
        payload->Varint(frame.function_name);
        payload->Varint(frame.file);
        payload->Varint(frame.line);
        payload->Varint(frame.column);
      },
      out);
}

void EncodeTraces(uint32_t first_index, std::span<const TraceRecord> traces, ByteWriter* out) {
  PutTable(
      BlockType::kTraces, first_index, traces,
      [](const TraceRecord& trace, uint32_t index, ByteWriter* payload) {
        payload->Varint(index - trace.parent);
        payload->Varint(trace.frame);
      },
      out);
}

void EncodeEvents(std::span<const EventRecord> events, ByteWriter* out) {
  if (!events.empty()) PutEventBlock(events, out);
}

void EncodeHeapRecords(std::span<const HeapRecord> records, ByteWriter* out) {
  if (records.empty()) return;
  ByteWriter payload;
  uint64_t time = records.front().time_micros;
  for (const HeapRecord& record : records) {
    payload.Varint(record.time_micros - time);
    time = record.time_micros;
    payload.U8(record.gc_kind);
    payload.Varint(record.pause_micros);
    payload.Varint(record.used_before_bytes);
    payload.Varint(record.used_after_bytes);
    payload.Varint(record.committed_bytes);
    payload.Varint(record.limit_bytes);
    payload.Varint(record.external_bytes);
    payload.Varint(record.array_buffer_bytes);
    payload.Varint(record.resident_set_bytes);
  }
  for (const HeapRecord& record : records) payload.Varint(record.earlier_array_buffer_bytes);
  PutBlock(BlockType::kHeapRecords, records.front().time_micros,
           static_cast<uint32_t>(records.size()), payload, out);
}

void EncodeMarks(std::span<const MarkRecord> marks, ByteWriter* out) {
  if (marks.empty()) return;
  ByteWriter payload;
  uint64_t time = marks.front().time_micros;
  for (const MarkRecord& mark : marks) {
    payload.Varint(mark.time_micros - time);
    time = mark.time_micros;
    payload.U8(static_cast<uint8_t>(mark.operation));
    payload.Varint(mark.span_id);
    payload.String(mark.name);
  }
  PutBlock(BlockType::kMarks, marks.front().time_micros, static_cast<uint32_t>(marks.size()),
           payload, out);
}

void EncodeEnd(uint64_t time_micros, std::string_view json, ByteWriter* out) {
  ByteWriter payload;
  payload.String(json);
  PutBlock(BlockType::kEnd, time_micros, 1, payload, out);
}

}  // namespace heapprof
