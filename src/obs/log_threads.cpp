#include "obs/log_threads.h"

#include <atomic>
#include <utility>

namespace sw::obs {
namespace {

using detail::currentBuffer;

constinit thread_local bool threadIsEnding = false;

/// The buffers one thread writes to, one a log; ended when the thread ends.
class HeldBuffers {
 public:
  HeldBuffers() = default;
  HeldBuffers(const HeldBuffers&) = delete;
  HeldBuffers& operator=(const HeldBuffers&) = delete;
  ~HeldBuffers() {
    threadIsEnding = true;
    currentBuffer = {0, nullptr};
    for (const Held& held : held_) held.buffer->end();
  }

  [[nodiscard]] LogBuffer* find(std::uint64_t log) const {
    for (const Held& held : held_) {
      if (held.log == log) return held.buffer.get();
    }
    return nullptr;
  }
  void keep(std::uint64_t log, std::shared_ptr<LogBuffer> buffer) {
    // A buffer that only this thread holds belongs to a log that is no more.
    std::erase_if(held_, [](const Held& held) { return held.buffer.use_count() == 1; });
    held_.push_back({log, std::move(buffer)});
  }

 private:
  struct Held {
    std::uint64_t log;
    std::shared_ptr<LogBuffer> buffer;
  };
  std::vector<Held> held_;
};
thread_local HeldBuffers heldBuffers;

std::uint64_t nextLogId() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

LogThreads::LogThreads(std::size_t bufferBytes) : id_(nextLogId()), bufferBytes_(bufferBytes) {}

LogBuffer* LogThreads::find() {
  if (threadIsEnding) return nullptr;
  LogBuffer* buffer = heldBuffers.find(id_);
  if (buffer == nullptr) {
    auto made = std::make_shared<LogBuffer>(bufferBytes_);
    buffer = made.get();
    heldBuffers.keep(id_, made);
    const std::lock_guard lock(mutex_);
    buffers_.push_back(std::move(made));
  }
  currentBuffer = {id_, buffer};
  return buffer;
}

std::vector<std::shared_ptr<LogBuffer>> LogThreads::all() {
  const std::lock_guard lock(mutex_);
  std::erase_if(buffers_, [](const auto& buffer) { return buffer->finished(); });
  return buffers_;
}

}  // namespace sw::obs
