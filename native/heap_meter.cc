#include "heap_meter.h"

#include <utility>

namespace heapprof {
namespace {

uint64_t UsedBytes(v8::Isolate* isolate) {
  v8::HeapStatistics statistics;
  isolate->GetHeapStatistics(&statistics);
  return statistics.used_heap_size();
}

}  // namespace

HeapMeter::HeapMeter(v8::Isolate* isolate, Callbacks callbacks)
    : isolate_(isolate), callbacks_(std::move(callbacks)) {
  isolate_->AddGCPrologueCallback(OnPrologue, this);
  isolate_->AddGCEpilogueCallback(OnEpilogue, this);
  Add(0, 0, 0, UsedBytes(isolate_));
}

HeapMeter::~HeapMeter() {
  isolate_->RemoveGCPrologueCallback(OnPrologue, this);
  isolate_->RemoveGCEpilogueCallback(OnEpilogue, this);
}

void HeapMeter::Measure() {
  const uint64_t now = callbacks_.now_micros();
  Add(0, now, 0, UsedBytes(isolate_));
}

std::vector<HeapRecord> HeapMeter::TakeRecords() { return std::exchange(records_, {}); }

void HeapMeter::OnPrologue(v8::Isolate* isolate, v8::GCType type, v8::GCCallbackFlags, void* data) {
  auto* self = static_cast<HeapMeter*>(data);
  // First, since what takes time there is no part of the collection.
  self->callbacks_.on_collection_start(type);
  self->start_micros_ = self->callbacks_.now_micros();
  self->used_before_bytes_ = UsedBytes(isolate);
}

void HeapMeter::OnEpilogue(v8::Isolate*, v8::GCType type, v8::GCCallbackFlags, void* data) {
  auto* self = static_cast<HeapMeter*>(data);
  const uint64_t now = self->callbacks_.now_micros();
  self->Add(static_cast<uint8_t>(type), now, now - self->start_micros_, self->used_before_bytes_);
  self->collections_.fetch_add(1, std::memory_order_relaxed);
  self->callbacks_.on_collection_end(type);
}

void HeapMeter::Add(uint8_t gc_kind, uint64_t time_micros, uint64_t pause_micros,
                    uint64_t used_before_bytes) {
  v8::HeapStatistics statistics;
  isolate_->GetHeapStatistics(&statistics);
  const ArrayBufferBytes array_buffers = callbacks_.array_buffers();
  records_.push_back({time_micros, gc_kind, pause_micros, used_before_bytes,
                      statistics.used_heap_size(), statistics.total_heap_size(),
                      statistics.heap_size_limit(), statistics.external_memory(), array_buffers.all,
                      array_buffers.earlier, callbacks_.resident_set_bytes()});
  last_record_micros_ = time_micros;
}

}  // namespace heapprof
