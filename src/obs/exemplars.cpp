#include "obs/exemplars.h"

#include <bit>
#include <cstring>

namespace sw::obs {

void ExemplarStore::offer(std::uint32_t bucket, std::uint32_t buckets, double value,
                          const TraceRef& trace) noexcept {
  Slots* slots = slots_.load(std::memory_order_acquire);
  if (slots == nullptr) {
    auto made = std::make_unique<Slots>(buckets);
    if (slots_.compare_exchange_strong(slots, made.get(), std::memory_order_acq_rel)) {
      slots = made.release();
    }
  }
  Slot& slot = (*slots)[bucket];
  std::uint32_t before = slot.sequence.load(std::memory_order_relaxed);
  if (before % 2 != 0 ||
      !slot.sequence.compare_exchange_strong(before, before + 1, std::memory_order_acquire)) {
    return;
  }
  const base::Instant now = clock_.load(std::memory_order_acquire)->now();
  std::array<std::uint64_t, 5> words{
      std::bit_cast<std::uint64_t>(value),
      static_cast<std::uint64_t>(now.time_since_epoch().count()),
  };
  std::memcpy(&words[2], trace.traceId.data(), trace.traceId.size());
  std::memcpy(&words[4], trace.spanId.data(), trace.spanId.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    slot.words[i].store(words[i], std::memory_order_release);
  }
  slot.sequence.store(before + 2, std::memory_order_release);
}

void ExemplarStore::read(std::vector<std::optional<Exemplar>>& out) const {
  out.clear();
  const Slots* slots = slots_.load(std::memory_order_acquire);
  if (slots == nullptr) return;
  out.resize(slots->size());
  for (std::size_t bucket = 0; bucket < slots->size(); ++bucket) {
    const Slot& slot = (*slots)[bucket];
    const std::uint32_t before = slot.sequence.load(std::memory_order_acquire);
    if (before == 0 || before % 2 != 0) continue;
    std::array<std::uint64_t, 5> words{};
    for (std::size_t i = 0; i < words.size(); ++i) {
      words[i] = slot.words[i].load(std::memory_order_acquire);
    }
    // A word of a later writer was released after that writer made the sequence odd.
    if (slot.sequence.load(std::memory_order_relaxed) != before) continue;
    Exemplar& found = out[bucket].emplace();
    found.value = std::bit_cast<double>(words[0]);
    found.when = base::Instant(std::chrono::microseconds(static_cast<std::int64_t>(words[1])));
    std::memcpy(found.trace.traceId.data(), &words[2], found.trace.traceId.size());
    std::memcpy(found.trace.spanId.data(), &words[4], found.trace.spanId.size());
  }
}

}  // namespace sw::obs
