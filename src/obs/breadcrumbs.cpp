#include "obs/breadcrumbs.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/text.h"

namespace sw::obs {
namespace {

template <std::size_t N>
std::uint8_t put(char (&to)[N], std::string_view from) {
  static_assert(N < 256);
  const std::size_t size = base::utf8Prefix(from, N);
  if (size > 0) std::memcpy(to, from.data(), size);
  return static_cast<std::uint8_t>(size);
}

constinit Breadcrumbs ring;

}  // namespace

Breadcrumbs& processBreadcrumbs() { return ring; }

void Breadcrumbs::record(const TappedRecord& record) noexcept {
  if (record.level == Level::kDebug) return;
  Entry entry;
  entry.microseconds = record.when.time_since_epoch().count();
  entry.level = static_cast<std::uint8_t>(record.level);
  entry.componentSize = put(entry.component, record.component.name);
  entry.messageSize = put(entry.message, record.message);
  entry.operationSize = 0;
  entry.requestIdSize = 0;
  for (const Field& field : record.fields) {
    if (field.key == FieldKey::kOperation) entry.operationSize = put(entry.operation, field.text);
    if (field.key == FieldKey::kRequestId) entry.requestIdSize = put(entry.requestId, field.text);
  }
  Slot& slot = slots_[next_.fetch_add(1, std::memory_order_relaxed) % kKept];
  std::uint64_t sequence = slot.sequence.load(std::memory_order_relaxed);
  // A writer that a whole round overtook: this record is lost, which is better than a wait.
  if ((sequence & 1U) != 0 ||
      !slot.sequence.compare_exchange_strong(sequence, sequence + 1, std::memory_order_acquire)) {
    return;
  }
  std::atomic_thread_fence(std::memory_order_release);
  for (std::size_t i = 0; i < kWords; ++i) {
    std::uint64_t word = 0;
    const std::size_t at = i * sizeof word;
    std::memcpy(&word, reinterpret_cast<const char*>(&entry) + at,
                std::min(sizeof word, sizeof entry - at));
    slot.words[i].store(word, std::memory_order_relaxed);
  }
  slot.sequence.store(sequence + 2, std::memory_order_release);
}

bool Breadcrumbs::read(std::size_t age, Entry& out) const noexcept {
  const std::uint64_t next = next_.load(std::memory_order_acquire);
  if (age >= kKept || age >= next) return false;
  const Slot& slot = slots_[(next - 1 - age) % kKept];
  const std::uint64_t before = slot.sequence.load(std::memory_order_acquire);
  if (before == 0 || (before & 1U) != 0) return false;
  for (std::size_t i = 0; i < kWords; ++i) {
    const std::uint64_t word = slot.words[i].load(std::memory_order_relaxed);
    const std::size_t at = i * sizeof word;
    std::memcpy(reinterpret_cast<char*>(&out) + at, &word, std::min(sizeof word, sizeof out - at));
  }
  std::atomic_thread_fence(std::memory_order_acquire);
  return slot.sequence.load(std::memory_order_relaxed) == before;
}

Breadcrumb toBreadcrumb(const Breadcrumbs::Entry& entry) {
  Breadcrumb crumb;
  crumb.when = base::Instant(std::chrono::microseconds(entry.microseconds));
  crumb.level = static_cast<Level>(entry.level);
  crumb.component.assign(entry.component, entry.componentSize);
  crumb.message.assign(entry.message, entry.messageSize);
  crumb.operation.assign(entry.operation, entry.operationSize);
  crumb.requestId.assign(entry.requestId, entry.requestIdSize);
  return crumb;
}

std::vector<Breadcrumb> Breadcrumbs::before(std::string_view requestId, std::size_t limit) const {
  std::vector<Breadcrumb> found;
  Entry entry;
  for (std::size_t age = 0; age < kKept && found.size() < limit; ++age) {
    if (!read(age, entry)) continue;
    const std::string_view of(entry.requestId, entry.requestIdSize);
    const bool its = !requestId.empty() && of == requestId.substr(0, kRequestIdBytes);
    const bool everyones =
        of.empty() && (requestId.empty() || static_cast<Level>(entry.level) <= Level::kWarn);
    if (its || everyones) found.push_back(toBreadcrumb(entry));
  }
  std::ranges::reverse(found);
  return found;
}

}  // namespace sw::obs
