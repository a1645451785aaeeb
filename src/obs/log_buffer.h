#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace sw::obs {

/// A ring of bytes that one thread writes records into and one other reads, without locks.
/// A record lies in one piece, at a multiple of 8.
class LogBuffer {
 public:
  /// `capacity` is a power of two and at least four times the largest record.
  explicit LogBuffer(std::size_t capacity)
      : capacity_(capacity), bytes_(new std::uint64_t[capacity / 8]) {}

  /// Writer: room for `size` bytes (a multiple of 8) that leaves `reserve` bytes free, or null.
  /// Follow with `commit`.
  char* reserve(std::size_t size, std::size_t reserve) {
    const std::size_t offset = head_ & (capacity_ - 1);
    const std::size_t skip = offset + size > capacity_ ? capacity_ - offset : 0;
    const std::size_t needed = size + skip + reserve;
    if (head_ + needed - knownTail_ > capacity_) {
      knownTail_ = tail_.load(std::memory_order_acquire);
      if (head_ + needed - knownTail_ > capacity_) return nullptr;
    }
    if (skip > 0) {
      *reinterpret_cast<std::uint32_t*>(at(head_)) = kSkip;
      head_ += skip;
    }
    return at(head_);
  }
  /// Writer: shows the reader the record of `size` bytes that lies in the reserved room. Answers
  /// about how many bytes wait.
  std::size_t commit(std::size_t size) {
    head_ += size;
    published_.store(head_, std::memory_order_release);
    return static_cast<std::size_t>(head_ - knownTail_);
  }
  /// Writer: makes `commit` answer exactly.
  std::size_t waiting() {
    knownTail_ = tail_.load(std::memory_order_acquire);
    return static_cast<std::size_t>(head_ - knownTail_);
  }
  /// Writer: its thread ends; the reader may drop the buffer when it is empty.
  void end() { ended_.store(true, std::memory_order_release); }

  /// Reader: calls `take(record)` for each record that waits; `take` answers its size. They stay
  /// valid until `release`.
  template <class Take>
  void read(Take&& take) {
    const std::uint64_t end = published_.load(std::memory_order_acquire);
    while (readTo_ != end) {
      const char* record = at(readTo_);
      if (*reinterpret_cast<const std::uint32_t*>(record) == kSkip) {
        readTo_ += capacity_ - (readTo_ & (capacity_ - 1));
        continue;
      }
      readTo_ += take(record);
    }
  }
  /// Reader: gives back the room of everything read.
  void release() { tail_.store(readTo_, std::memory_order_release); }
  /// Reader: whether nothing will come any more.
  [[nodiscard]] bool finished() const {
    return ended_.load(std::memory_order_acquire) &&
           published_.load(std::memory_order_acquire) == readTo_;
  }

 private:
  static constexpr std::uint32_t kSkip = 0xFFFFFFFFU;  // go on at the begin of the ring

  char* at(std::uint64_t position) {
    return reinterpret_cast<char*>(bytes_.get()) + (position & (capacity_ - 1));
  }

  const std::size_t capacity_;
  const std::unique_ptr<std::uint64_t[]> bytes_;
  // The writer's line.
  alignas(64) std::uint64_t head_ = 0;
  std::uint64_t knownTail_ = 0;
  std::atomic<std::uint64_t> published_{0};
  std::atomic<bool> ended_{false};
  // The reader's line.
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  std::uint64_t readTo_ = 0;
};

}  // namespace sw::obs
