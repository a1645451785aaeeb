#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "obs/log_buffer.h"

namespace sw::obs {

namespace detail {
struct CurrentBuffer {
  std::uint64_t log;
  LogBuffer* buffer;
};
inline constinit thread_local CurrentBuffer currentBuffer{0, nullptr};
}  // namespace detail

/// The buffers of all threads that write to one log: each has its own, made at its first record
/// and given up when it ends. Thread-safe.
class LogThreads {
 public:
  explicit LogThreads(std::size_t bufferBytes);

  /// The calling thread's buffer; null when the thread is ending.
  LogBuffer* mine() {
    if (detail::currentBuffer.log == id_) [[likely]]
      return detail::currentBuffer.buffer;
    return find();
  }
  /// All buffers; those of ended threads for the last time.
  std::vector<std::shared_ptr<LogBuffer>> all();

 private:
  LogBuffer* find();

  const std::uint64_t id_;
  const std::size_t bufferBytes_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<LogBuffer>> buffers_;
};

}  // namespace sw::obs
