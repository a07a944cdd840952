#include "log_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <utility>

#include "blocked_signals.h"
#include "log_encoder.h"

namespace heapprof {
namespace {

// Removed files are looked for once a second.
constexpr int kTicksPerRemovalCheck = 1000 / LogWriter::kTickMillis;

// As much as an end block takes.
constexpr size_t kEndBytes = 256;

}  // namespace

LogWriter::BlockFile::~BlockFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool LogWriter::BlockFile::Create(const std::string& path) {
  path_ = path;
  descriptor_ = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  return descriptor_ >= 0;
}

bool LogWriter::BlockFile::Append(const ByteWriter& blocks, size_t reserve_bytes) {
  if (size_ + blocks.size() + reserve_bytes > limit_) {
    errno = error_;
    return false;
  }
  size_t done = 0;
  while (done < blocks.size()) {
    const ssize_t written = pwrite(descriptor_, blocks.data() + done, blocks.size() - done,
                                   static_cast<off_t>(size_ + done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      error_ = written == 0 ? ENOSPC : errno;
      limit_ = size_ + done;
      if (ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) {
        // A torn block at the end is what readers expect of a log that was cut off.
      }
      errno = error_;
      return false;
    }
    done += static_cast<size_t>(written);
  }
  size_ += done;
  return true;
}

bool LogWriter::BlockFile::IsRemoved() const {
  struct stat status;
  return fstat(descriptor_, &status) == 0 && status.st_nlink == 0;
}

LogWriter::LogWriter(Options options) : options_(std::move(options)) {}

LogWriter::~LogWriter() = default;

std::unique_ptr<LogWriter> LogWriter::Open(Options options, std::string* error) {
  std::unique_ptr<LogWriter> writer(new LogWriter(std::move(options)));
  if (!writer->CreateFiles(error)) return nullptr;
  return writer;
}

void LogWriter::Start() {
  // The program's signals must be delivered to its own threads.
  const BlockedSignals blocked = BlockedSignals::All();
  thread_ = std::thread([this] { Run(); });
}

bool LogWriter::CreateFiles(std::string* error) {
  for (const auto& [file, suffix] : {std::pair(&events_, ".hpd"), std::pair(&metadata_, ".hpm")}) {
    const std::string path = options_.filebase + suffix;
    const bool existed = access(path.c_str(), F_OK) == 0;
    bool ok = file->Create(path);
    if (ok) {
      buffer_.Clear();
      if (file == &events_) {
        EncodeFileHeader(FileType::kEvents, options_.recording_id, &buffer_);
      } else {
        EncodeFileHeader(FileType::kMetadata, options_.recording_id, &buffer_);
        EncodeRecording(options_.wall_micros, options_.monotonic_micros, options_.recording_json,
                        &buffer_);
      }
      ok = file->Append(buffer_, 0);
    }
    if (!ok) {
      *error = path + ": " + strerror(errno);
      if (!existed) unlink(path.c_str());
      if (file == &metadata_) unlink(events_.path().c_str());
      return false;
    }
  }
  return true;
}

void LogWriter::Submit(Batch batch) {
  if (batch.empty() || failed()) return;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(batch));
  }
  wake_.notify_one();
}

void LogWriter::Run() {
  using Clock = std::chrono::steady_clock;
  constexpr auto kTick = std::chrono::milliseconds(kTickMillis);
  auto next_tick = Clock::now() + kTick;
  int ticks = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait_until(lock, next_tick, [this] { return finishing_ || !queue_.empty(); });
    while (!queue_.empty()) {
      const Batch batch = std::move(queue_.front());
      queue_.pop_front();
      is_writing_ = true;
      lock.unlock();
      Write(batch);
      lock.lock();
      is_writing_ = false;
    }
    written_.notify_all();
    if (finishing_) return;
    if (const auto now = Clock::now(); now >= next_tick) {
      lock.unlock();
      if (++ticks % kTicksPerRemovalCheck == 0) FailIfRemoved();
      options_.on_tick();
      lock.lock();
      next_tick = now + kTick;
    }
  }
}

void LogWriter::Write(const Batch& batch) {
  // What events refer to is written before them, in the other file.
  buffer_.Clear();
  EncodeStrings(strings_written_ + 1, batch.strings, &buffer_);
  EncodeFrames(frames_written_ + 1, batch.frames, &buffer_);
  EncodeTraces(traces_written_ + 1, batch.traces, &buffer_);
  Append(&metadata_, buffer_);
  strings_written_ += static_cast<uint32_t>(batch.strings.size());
  frames_written_ += static_cast<uint32_t>(batch.frames.size());
  traces_written_ += static_cast<uint32_t>(batch.traces.size());

  // Heap records come no later than the events of their time ("A writer's rules").
  buffer_.Clear();
  EncodeHeapRecords(batch.heap_records, &buffer_);
  Append(&events_, buffer_);

  WriteEvents(batch.events);
}

void LogWriter::WriteEvents(std::span<const EventRecord> events) {
  size_t most = kMaxEventsPerBlock;
  while (!events.empty() && !failed()) {
    const size_t count = std::min(events.size(), most);
    buffer_.Clear();
    EncodeEvents(events.first(count), &buffer_);
    if (events_.Append(buffer_, kEndBytes)) {
      events_written_ += count;
      events = events.subspan(count);
    } else if (count > 1) {
      // The disk is full: as much as possible is kept.
      most = count / 2;
    } else {
      Fail(events_, strerror(errno));
    }
  }
}

void LogWriter::Append(BlockFile* file, const ByteWriter& blocks) {
  if (failed() || blocks.size() == 0 || file->Append(blocks, kEndBytes)) return;
  Fail(*file, strerror(errno));
}

void LogWriter::FailIfRemoved() {
  for (const BlockFile* file : {&events_, &metadata_}) {
    if (!failed() && file->IsRemoved()) Fail(*file, "the file was removed");
  }
}

void LogWriter::Fail(const BlockFile& file, const std::string& why) {
  failure_ = why;
  TellOfEarlyEnd(file.path() + ": " + failure_);
  failed_.store(true, std::memory_order_relaxed);
}

void LogWriter::TellOfEarlyEnd(const std::string& why) {
  fprintf(stderr, "heapprof: the recording has ended early, the program goes on: %s\n",
          why.c_str());
}

void LogWriter::WaitUntilWritten(int timeout_millis) {
  std::unique_lock lock(mutex_);
  written_.wait_for(lock, std::chrono::milliseconds(timeout_millis),
                    [this] { return queue_.empty() && !is_writing_; });
}

void LogWriter::Finish(const RecordingEnd& end) {
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
  }
  wake_.notify_one();
  thread_.join();
  // Neither what the system says of a failure nor what we say has anything that JSON would have to
  // escape.
  const std::string& message = failed() ? failure_ : end.message;
  std::string json = "{\"reason\":\"" + (failed() ? "error" : end.reason) + '"';
  if (!message.empty()) json += ",\"message\":\"" + message + '"';
  json += ",\"events\":" + std::to_string(events_written_) +
          ",\"unresolvedEvents\":" + std::to_string(end.unresolved_events) +
          ",\"unseenSamples\":" + std::to_string(end.unseen_samples) +
          ",\"steps\":" + std::to_string(end.steps) +
          ",\"longestStepMicros\":" + std::to_string(end.longest_step_micros) + "}";
  buffer_.Clear();
  EncodeEnd(end.time_micros, json, &buffer_);
  // After a failure too: room was left for it.
  events_.Append(buffer_, 0);
}

void LogWriter::Discard() {
  unlink(metadata_.path().c_str());
  unlink(events_.path().c_str());
}

}  // namespace heapprof
