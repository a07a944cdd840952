#ifndef HEAPPROF_LOG_WRITER_H_
#define HEAPPROF_LOG_WRITER_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>

#include "byte_writer.h"
#include "log_records.h"

namespace heapprof {

// The pair of files of one recording, and the thread that writes them. Batches are handed over
// without waiting; they are encoded and written in their order.
class LogWriter {
 public:
  struct Options {
    std::string filebase;
    uint64_t recording_id;
    uint64_t wall_micros;
    uint64_t monotonic_micros;
    std::string recording_json;  // see "Recording" in docs/format.md
    // Called on the writer's thread, every kTickMillis.
    std::function<void()> on_tick;
  };

  static constexpr int kTickMillis = 20;

  // Creates both files (replacing older ones) and writes their heads. On failure returns null and
  // says why in `error`; nothing is left behind that was not there before.
  static std::unique_ptr<LogWriter> Open(Options options, std::string* error);

  // Tells the program's user, on stderr, that a recording has ended by itself.
  static void TellOfEarlyEnd(const std::string& why);

  // If Start() was called, Finish() must have been.
  ~LogWriter();

  // Starts the thread.
  void Start();

  void Submit(Batch batch);

  // Waits until all that was submitted is in the files, but not longer than this.
  void WaitUntilWritten(int timeout_millis);

  // Writes what was submitted and the end block, and ends the thread.
  void Finish(const RecordingEnd& end);

  // Removes the files again, before Start().
  void Discard();

  // Set once writing has failed (a full disk, say) or a file has been removed. The files then end
  // with the last block that was written whole, and what is submitted later is dropped.
  bool failed() const { return failed_.load(std::memory_order_relaxed); }

 private:
  // A file that holds whole blocks only: a write that fails half-way is cut off again.
  class BlockFile {
   public:
    ~BlockFile();
    bool Create(const std::string& path);
    // On failure returns false, with the reason in errno. From then on, what would leave less than
    // `reserve_bytes` of the room that there was is refused too.
    bool Append(const ByteWriter& blocks, size_t reserve_bytes);
    // Whether no folder has it any more: nobody can read then what is written to it.
    bool IsRemoved() const;
    const std::string& path() const { return path_; }

   private:
    std::string path_;
    int descriptor_ = -1;
    uint64_t size_ = 0;
    uint64_t limit_ = UINT64_MAX;  // once a write has failed, how far it came
    int error_ = 0;                // and why
  };

  explicit LogWriter(Options options);
  bool CreateFiles(std::string* error);
  void Run();
  void Write(const Batch& batch);
  void WriteEvents(std::span<const EventRecord> events);
  void Append(BlockFile* file, const ByteWriter& blocks);
  void FailIfRemoved();
  void Fail(const BlockFile& file, const std::string& why);

  const Options options_;
  BlockFile metadata_;
  BlockFile events_;
  ByteWriter buffer_;
  uint32_t strings_written_ = 0;
  uint32_t frames_written_ = 0;
  uint32_t traces_written_ = 0;
  uint64_t events_written_ = 0;
  std::string failure_;  // once failed

  std::thread thread_;
  std::mutex mutex_;  // guards the three below
  std::condition_variable wake_;
  std::condition_variable written_;
  std::deque<Batch> queue_;
  bool is_writing_ = false;
  bool finishing_ = false;
  std::atomic<bool> failed_{false};
};

}  // namespace heapprof

#endif  // HEAPPROF_LOG_WRITER_H_
