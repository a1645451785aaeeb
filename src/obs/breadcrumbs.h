#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "obs/error_sink.h"
#include "obs/log_tap.h"

namespace sw::obs {

/// The last log records of the process (DEBUG left out), in memory of fixed size that a signal
/// handler can read. Of a record it keeps level, component, message, operation and request id,
/// each cut to a fixed length, and no other field, which might hold anything. Lock-free; safe from
/// all threads.
class Breadcrumbs final : public RecordTap {
 public:
  static constexpr std::size_t kKept = 128;
  static constexpr std::size_t kComponentBytes = 24;
  static constexpr std::size_t kMessageBytes = 140;
  static constexpr std::size_t kOperationBytes = 28;
  static constexpr std::size_t kRequestIdBytes = 40;

  constexpr Breadcrumbs() = default;

  void record(const TappedRecord& record) noexcept override;

  /// A record as it lies in the ring; plain bytes, for the signal handler.
  struct Entry {
    std::int64_t microseconds;  // since 1970
    std::uint8_t level;
    std::uint8_t componentSize;
    std::uint8_t messageSize;
    std::uint8_t operationSize;
    std::uint8_t requestIdSize;
    char component[kComponentBytes];
    char message[kMessageBytes];
    char operation[kOperationBytes];
    char requestId[kRequestIdBytes];
  };

  /// Copies the record `age` places back (0: the last one). False when there is none or it is
  /// being written. Safe in a signal handler.
  bool read(std::size_t age, Entry& out) const noexcept;

  /// What happened before an error of the request (empty: of no request): its own records, and
  /// warnings and errors that belong to no request. At most `limit`, the oldest first.
  [[nodiscard]] std::vector<Breadcrumb> before(std::string_view requestId, std::size_t limit) const;

 private:
  static constexpr std::size_t kWords = (sizeof(Entry) + 7) / 8;
  /// The sequence is odd while the slot is written; each word on its own, so that a reader that
  /// comes in between reads stale bytes at worst, and sees so.
  struct Slot {
    std::atomic<std::uint64_t> sequence{0};
    std::array<std::atomic<std::uint64_t>, kWords> words{};
  };

  std::atomic<std::uint64_t> next_{0};
  std::array<Slot, kKept> slots_{};
};

/// The ring of this process, which crash reports read.
Breadcrumbs& processBreadcrumbs();

/// An entry of a ring as a value of its own.
Breadcrumb toBreadcrumb(const Breadcrumbs::Entry& entry);

}  // namespace sw::obs
