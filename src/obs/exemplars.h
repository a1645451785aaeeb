#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "obs/metrics.h"

namespace sw::obs {

/// The last exemplar of each bucket of one histogram series. Made when the first one is offered.
/// A writer that meets another in the same bucket lets it be; readers retry (a sequence lock).
/// Thread-safe, lock-free.
class ExemplarStore {
 public:
  ExemplarStore() = default;
  ExemplarStore(const ExemplarStore&) = delete;
  ExemplarStore& operator=(const ExemplarStore&) = delete;
  ~ExemplarStore() { delete slots_.load(std::memory_order_relaxed); }

  void useClock(const base::Clock& clock) { clock_.store(&clock, std::memory_order_release); }
  /// Keeps an exemplar for `bucket`, of `buckets`.
  void offer(std::uint32_t bucket, std::uint32_t buckets, double value,
             const TraceRef& trace) noexcept;
  /// By bucket; empty when none was ever offered.
  void read(std::vector<std::optional<Exemplar>>& out) const;

 private:
  struct Slot {
    std::atomic<std::uint32_t> sequence{0};  // odd while it is written; 0 when never written
    std::array<std::atomic<std::uint64_t>, 5> words{};  // value, time, trace id (2), span id
  };
  using Slots = std::vector<Slot>;

  std::atomic<const base::Clock*> clock_{nullptr};
  std::atomic<Slots*> slots_{nullptr};
};

}  // namespace sw::obs
