#include "calendar/busy_map.h"

#include <algorithm>
#include <bit>

namespace sw::calendar {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kBits = 64;
constexpr std::uint64_t kOnes = ~std::uint64_t{0};

/// Ones from bit `begin` to before bit `end` of a word, 0 <= begin < end <= 64.
std::uint64_t mask(std::int64_t begin, std::int64_t end) {
  const std::uint64_t below = end == kBits ? kOnes : (std::uint64_t{1} << end) - 1;
  return below & (kOnes << begin);
}

std::int64_t minuteDown(base::UtcSeconds from, base::UtcSeconds at) {
  return std::chrono::floor<minutes>(at - from).count();
}
std::int64_t minuteUp(base::UtcSeconds from, base::UtcSeconds at) {
  return std::chrono::ceil<minutes>(at - from).count();
}

/// Calls `apply(word, mask)` for each word that [begin, end) touches.
template <class Apply>
void eachWord(std::vector<std::uint64_t>& words, std::int64_t begin, std::int64_t end,
              Apply apply) {
  if (begin >= end) return;
  const std::int64_t first = begin / kBits;
  const std::int64_t last = (end - 1) / kBits;
  for (std::int64_t word = first; word <= last; ++word) {
    const std::int64_t low = word == first ? begin % kBits : 0;
    const std::int64_t high = word == last ? (end - 1) % kBits + 1 : kBits;
    apply(words[static_cast<std::size_t>(word)], mask(low, high));
  }
}

}  // namespace

BusyMap::BusyMap(base::UtcSeconds from, base::UtcSeconds to)
    : from_(std::chrono::floor<minutes>(from)),
      minutes_(std::clamp(minuteUp(from_, to), std::int64_t{0},
                          static_cast<std::int64_t>(kMaxRange.count()))),
      words_(static_cast<std::size_t>((minutes_ + kBits - 1) / kBits)) {}

base::UtcSeconds BusyMap::timeOf(std::int64_t minute) const { return from_ + minutes(minute); }
base::UtcSeconds BusyMap::to() const { return timeOf(minutes_); }

void BusyMap::set(std::int64_t begin, std::int64_t end) {
  eachWord(words_, std::max<std::int64_t>(begin, 0), std::min(end, minutes_),
           [](std::uint64_t& word, std::uint64_t bits) { word |= bits; });
}

void BusyMap::clear(std::int64_t begin, std::int64_t end) {
  eachWord(words_, std::max<std::int64_t>(begin, 0), std::min(end, minutes_),
           [](std::uint64_t& word, std::uint64_t bits) { word &= ~bits; });
}

void BusyMap::take(Interval busy, minutes bufferBefore, minutes bufferAfter) {
  if (busy.start >= busy.end) return;
  set(minuteDown(from_, busy.start - bufferBefore), minuteUp(from_, busy.end + bufferAfter));
}

void BusyMap::takeAll() { set(0, minutes_); }

void BusyMap::release(Interval free) {
  clear(minuteUp(from_, free.start), minuteDown(from_, free.end));
}

void BusyMap::join(const BusyMap& other) {
  const std::size_t count = std::min(words_.size(), other.words_.size());
  for (std::size_t i = 0; i < count; ++i) words_[i] |= other.words_[i];
}

std::int64_t BusyMap::next(std::int64_t minute, bool taken) const {
  if (minute >= minutes_) return minutes_;
  auto word = static_cast<std::size_t>(minute / kBits);
  std::uint64_t bits = (taken ? words_[word] : ~words_[word]) & (kOnes << (minute % kBits));
  while (bits == 0) {
    if (++word == words_.size()) return minutes_;
    bits = taken ? words_[word] : ~words_[word];
  }
  const std::int64_t found = static_cast<std::int64_t>(word) * kBits + std::countr_zero(bits);
  return std::min(found, minutes_);
}

bool BusyMap::isFree(Interval wanted) const {
  const std::int64_t begin = minuteDown(from_, wanted.start);
  const std::int64_t end = minuteUp(from_, wanted.end);
  return begin >= 0 && end <= minutes_ && next(begin, true) >= end;
}

void BusyMap::eachFree(minutes shortest, const std::function<bool(Interval)>& visit) const {
  for (std::int64_t at = next(0, false); at < minutes_;) {
    const std::int64_t end = next(at, true);
    if (end - at >= shortest.count() && !visit({timeOf(at), timeOf(end)})) return;
    at = next(end, false);
  }
}

}  // namespace sw::calendar
