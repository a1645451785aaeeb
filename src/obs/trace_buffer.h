#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "obs/span.h"

namespace sw::obs {

/// The last log records of one trace, in two halves of which the older is dropped when the newer
/// is full. One thread's at a time.
class RecordKeeper {
 public:
  static constexpr std::size_t kHalfBytes = std::size_t{4} * 1024;

  /// Room for a record of `bytes` (a multiple of 8), or null when it is too large.
  char* room(std::size_t bytes);
  void clear();
  /// Appends the records, oldest first.
  void copyTo(std::vector<std::uint64_t>& out) const;
  [[nodiscard]] std::uint32_t lost() const { return lost_; }

 private:
  static constexpr std::size_t kHalfWords = kHalfBytes / sizeof(std::uint64_t);

  std::unique_ptr<std::uint64_t[]> words_;  // made with the first record
  std::array<std::size_t, 2> used_{};       // words of each half
  std::array<std::uint32_t, 2> count_{};
  std::size_t current_ = 0;
  std::uint32_t lost_ = 0;
};

/// Where one trace is recorded: memory of fixed size, used again and again. Written by the thread
/// that serves the trace; what stands first may be read by others under the pool's lock.
struct TraceBuffer {
  static constexpr std::size_t kMaxSpans = 64;  // the last place is the root's
  static constexpr std::size_t kMaxAttributes = 256;
  static constexpr std::size_t kTextBytes = std::size_t{4} * 1024;
  static constexpr std::size_t kMaxText = 512;  // bytes of one attribute
  static constexpr std::size_t kMaxTarget = 1024;

  // Set under the lock when a trace begins.
  bool active = false;
  std::size_t shard = 0;
  TraceId trace;
  SpanId root = 0;
  SpanId parent = 0;  // elsewhere
  base::Monotonic start{};
  std::uint32_t targetSize = 0;     // the target is the first of the texts,
  std::uint32_t requestIdSize = 0;  // the request's id the second
  std::atomic<std::uint64_t> generation{0};
  std::atomic<const std::string*> operation{nullptr};

  // Of the serving thread.
  const base::Clock* clock = nullptr;
  bool sampled = false;
  bool remote = false;
  bool callersAlone = false;  // kept for callers that sample it, however it ends
  std::string state;
  std::size_t spanCount = 0;
  std::size_t attributeCount = 0;
  std::size_t textSize = 0;
  std::uint32_t lostSpans = 0;
  std::uint32_t lostAttributes = 0;
  std::array<SpanRecord, kMaxSpans> spans;
  std::array<Attribute, kMaxAttributes> attributes;
  std::array<char, kTextBytes> texts;
  RecordKeeper records;

  /// Copies `text`, cut to `most`; how much of it.
  std::uint32_t addText(std::string_view text, std::size_t most);
  /// Copies what `given` holds and makes `kept` its own; false, and counted, when it is full.
  bool keep(const Attribute& given, Attribute& kept);
  /// Adds a span or event with its attributes, which have not been kept yet; counts it as lost
  /// when there is no room.
  void add(SpanRecord span, std::span<const Attribute> given);

  [[nodiscard]] std::string_view target() const { return {texts.data(), targetSize}; }
  [[nodiscard]] std::string_view requestId() const {
    return {texts.data() + targetSize, requestIdSize};
  }
};

/// The buffers of a tracer, at most `limit` of them in use. Thread-safe; a thread mostly meets its
/// own buffers again.
class TraceBufferPool {
 public:
  explicit TraceBufferPool(std::size_t limit) : limit_(limit) {}
  TraceBufferPool(const TraceBufferPool&) = delete;
  TraceBufferPool& operator=(const TraceBufferPool&) = delete;

  /// A buffer in which `prepare` has set what others read; null when all are in use.
  template <class Prepare>
  TraceBuffer* take(Prepare&& prepare) {
    const std::size_t index = shardOfThread();
    Shard& shard = shards_[index];
    const std::lock_guard lock(shard.mutex);
    if (shard.idle.empty() && !grow(shard, index)) return nullptr;
    TraceBuffer* buffer = shard.idle.back();
    shard.idle.pop_back();
    prepare(*buffer);
    buffer->active = true;
    return buffer;
  }
  /// References to the trace in it find nothing from now on.
  void giveBack(TraceBuffer& buffer);
  /// Shows each buffer in use, under the lock.
  void forEachActive(const std::function<void(const TraceBuffer&)>& visit);
  [[nodiscard]] std::size_t made() const { return made_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kShards = 16;
  struct alignas(64) Shard {
    std::mutex mutex;
    std::vector<std::unique_ptr<TraceBuffer>> all;
    std::vector<TraceBuffer*> idle;
  };

  static std::size_t shardOfThread();
  bool grow(Shard& shard, std::size_t index);

  const std::size_t limit_;
  std::atomic<std::size_t> made_{0};
  std::array<Shard, kShards> shards_;
};

}  // namespace sw::obs
