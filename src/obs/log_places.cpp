#include "obs/log_places.h"

#include <algorithm>
#include <bit>

namespace sw::obs {
namespace {

std::int64_t microseconds(base::Instant instant) { return instant.time_since_epoch().count(); }

/// File names are in static storage, so their address stands for them.
std::uint64_t hashOf(const std::source_location& place) {
  const auto file = std::bit_cast<std::uint64_t>(place.file_name());
  std::uint64_t mixed = (file ^ (std::uint64_t{place.line()} << 40U)) + place.column();
  mixed *= 0x9E3779B97F4A7C15ULL;
  return mixed == 0 ? 1 : mixed;
}

}  // namespace

LogPlaces::LogPlaces(RepeatLimit limit) : limit_(limit) {}

LogPlaces::Slot* LogPlaces::slotOf(const std::source_location& place) {
  const std::uint64_t hash = hashOf(place);
  for (std::size_t i = 0; i < kProbes; ++i) {
    Slot& slot = slots_[((hash >> 32U) + i) % kSlots];
    std::uint64_t known = slot.place.load(std::memory_order_relaxed);
    if (known == hash) return &slot;
    if (known != 0) continue;
    if (slot.place.compare_exchange_strong(known, hash) || known == hash) return &slot;
  }
  return nullptr;
}

// A token bucket kept as the one moment when it is full again (the "virtual scheduling" of
// ITU-T I.371's generic cell rate algorithm): each record moves that moment on by the time that
// one token takes to come, and one that would move it beyond the size of the bucket is held back.
bool LogPlaces::admit(const std::source_location& place, Level level, const LogComponent* component,
                      std::string_view message, base::Instant now) {
  if (limit_.records == 0) return true;
  Slot* const slot = slotOf(place);
  if (slot == nullptr) return true;
  const std::int64_t window = std::chrono::microseconds(limit_.window).count();
  const std::int64_t step =
      window /
      (level == Level::kDebug ? limit_.records * RepeatLimit::kDebugFactor : limit_.records);
  const std::int64_t at = microseconds(now);
  std::int64_t full = slot->full.load(std::memory_order_relaxed);
  for (;;) {
    // The second is a clock that was set back.
    const bool fresh = full < at || full > at + 2 * window;
    const std::int64_t next = (fresh ? at : full) + step;
    if (next > at + window) break;
    if (slot->full.compare_exchange_weak(full, next, std::memory_order_relaxed)) return true;
  }
  hold(*slot, place, level, component, message, at);
  return false;
}

void LogPlaces::hold(Slot& slot, const std::source_location& place, Level level,
                     const LogComponent* component, std::string_view message, std::int64_t now) {
  slot.last.store(now, std::memory_order_relaxed);
  if (slot.suppressed.fetch_add(1, std::memory_order_acq_rel) != 0) return;
  const std::lock_guard lock(mutex_);
  slot.described = true;
  slot.first = now;
  slot.component = component;
  slot.level = level;
  slot.message = message.substr(0, kMaxMessage);
  slot.file = place.file_name();
  slot.line = place.line();
  any_.store(true, std::memory_order_release);
}

std::vector<Suppressed> LogPlaces::collect(base::Instant now, bool all) {
  std::vector<Suppressed> due;
  if (!any_.load(std::memory_order_acquire)) return due;
  const std::int64_t at = microseconds(now);
  const std::int64_t window = std::chrono::microseconds(limit_.window).count();
  const std::int64_t quiet = std::chrono::microseconds(kQuiet).count();
  const std::lock_guard lock(mutex_);
  bool more = false;
  for (Slot& slot : slots_) {
    if (!slot.described) continue;
    // A clock that was set back must not keep it for ever.
    const std::int64_t last = slot.last.load(std::memory_order_relaxed);
    const bool told = all || at - slot.first >= window || at - last >= quiet || at < slot.first;
    if (!told) {
      more = true;
      continue;
    }
    slot.described = false;
    const std::uint64_t records = slot.suppressed.exchange(0, std::memory_order_acq_rel);
    due.push_back(
        {slot.component, slot.level, records, std::move(slot.message), slot.file, slot.line});
  }
  any_.store(more, std::memory_order_release);
  return due;
}

}  // namespace sw::obs
