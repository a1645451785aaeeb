#include "calendar/busy_map.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace sw::calendar {
namespace {

using std::chrono::minutes;

constexpr std::uint32_t kBits = 64;
constexpr std::uint64_t kOnes = ~std::uint64_t{0};
constexpr std::uint32_t kSecondsAMinute = 60;
// What the smallest vectors of today's processors hold.
using Pair [[gnu::vector_size(16)]] = std::uint64_t;
constexpr std::size_t kPair = sizeof(Pair) / sizeof(std::uint64_t);
constexpr std::size_t kBlock = 4 * kPair;

Pair load(const std::uint64_t* words) {
  Pair pair;
  std::memcpy(&pair, words, sizeof pair);
  return pair;
}
void store(std::uint64_t* words, Pair pair) { std::memcpy(words, &pair, sizeof pair); }

/// Calls `apply(word, mask)` for each word that the bits from `first` to `last` touch; for a short
/// stretch for the word behind it, too, maybe with no bits, since a branch that asks whether it
/// crosses into it would be a coin's toss.
template <class Apply>
inline void eachWord(std::uint64_t* words, std::uint32_t first, std::uint32_t last, Apply apply) {
  const std::uint32_t low = first / kBits;
  const std::uint32_t shift = first % kBits;
  const std::uint32_t more = last - first;  // bits after the first
  if (more < kBits) {
    const std::uint64_t bits = kOnes >> (kBits - 1 - more);
    apply(words[low], bits << shift);
    apply(words[low + 1], bits >> 1U >> (kBits - 1 - shift));
    return;
  }
  const std::uint32_t high = last / kBits;
  apply(words[low], kOnes << shift);
  for (std::uint32_t word = low + 1; word < high; ++word) apply(words[word], kOnes);
  apply(words[high], kOnes >> (kBits - 1 - last % kBits));
}

void set(std::uint64_t& word, std::uint64_t bits) { word |= bits; }
void clear(std::uint64_t& word, std::uint64_t bits) { word &= ~bits; }

}  // namespace

BusyMap::BusyMap(base::UtcSeconds from, base::UtcSeconds to)
    : from_(std::chrono::floor<minutes>(from)),
      minutes_(std::clamp(std::int64_t{std::chrono::ceil<minutes>(to - from_).count()},
                          std::int64_t{0}, static_cast<std::int64_t>(kMaxRange.count()))),
      words_(static_cast<std::size_t>((minutes_ + kBits - 1) / kBits + 1)) {}

base::UtcSeconds BusyMap::timeOf(std::int64_t minute) const { return from_ + minutes(minute); }
base::UtcSeconds BusyMap::to() const { return timeOf(minutes_); }

void BusyMap::take(std::span<const Interval> busy, minutes bufferBefore, minutes bufferAfter) {
  const base::UtcSeconds before = from_ + bufferBefore;
  const base::UtcSeconds after = from_ - bufferAfter;
  const std::int64_t range = minutes_ * kSecondsAMinute;
  std::uint64_t* const words = words_.data();
  for (const Interval& one : busy) {
    if (one.start >= one.end) continue;
    const std::int64_t start = std::max<std::int64_t>((one.start - before).count(), 0);
    const std::int64_t end = std::min((one.end - after).count(), range);
    if (start >= end) continue;
    // The range has fewer than 2^32 seconds, and short divisions are cheap ones.
    eachWord(words, static_cast<std::uint32_t>(start) / kSecondsAMinute,
             (static_cast<std::uint32_t>(end) - 1) / kSecondsAMinute, set);
  }
}

void BusyMap::takeAll() {
  if (minutes_ > 0) eachWord(words_.data(), 0, static_cast<std::uint32_t>(minutes_) - 1, set);
}

void BusyMap::release(Interval free) {
  const std::int64_t begin = std::chrono::ceil<minutes>(free.start - from_).count();
  const std::int64_t end = std::chrono::floor<minutes>(free.end - from_).count();
  const std::int64_t first = std::max<std::int64_t>(begin, 0);
  const std::int64_t last = std::min(end, minutes_) - 1;
  if (first > last) return;
  eachWord(words_.data(), static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last),
           clear);
}

// Block by block through all maps, so that what is joined stays in registers.
void BusyMap::join(std::span<const BusyMap* const> others) {
  std::size_t count = words_.size();
  for (const BusyMap* other : others) count = std::min(count, other->words_.size());
  std::uint64_t* const mine = words_.data();
  std::size_t at = 0;
  for (; at + kBlock <= count; at += kBlock) {
    Pair first = load(mine + at);
    Pair second = load(mine + at + kPair);
    Pair third = load(mine + at + 2 * kPair);
    Pair fourth = load(mine + at + 3 * kPair);
    for (const BusyMap* other : others) {
      const std::uint64_t* const theirs = other->words_.data() + at;
      first |= load(theirs);
      second |= load(theirs + kPair);
      third |= load(theirs + 2 * kPair);
      fourth |= load(theirs + 3 * kPair);
    }
    store(mine + at, first);
    store(mine + at + kPair, second);
    store(mine + at + 2 * kPair, third);
    store(mine + at + 3 * kPair, fourth);
  }
  for (; at < count; ++at) {
    for (const BusyMap* other : others) mine[at] |= other->words_[at];
  }
}

std::int64_t BusyMap::firstTaken(std::int64_t minute) const {
  if (minute >= minutes_) return minutes_;
  auto word = static_cast<std::size_t>(minute / kBits);
  std::uint64_t bits = words_[word] & (kOnes << (minute % kBits));
  while (bits == 0) {
    if (++word == words_.size()) return minutes_;
    bits = words_[word];
  }
  return std::min<std::int64_t>(static_cast<std::int64_t>(word * kBits) + std::countr_zero(bits),
                                minutes_);
}

bool BusyMap::isFree(Interval wanted) const {
  const std::int64_t begin = std::chrono::floor<minutes>(wanted.start - from_).count();
  const std::int64_t end = std::chrono::ceil<minutes>(wanted.end - from_).count();
  return begin >= 0 && end <= minutes_ && firstTaken(begin) >= end;
}

// A bit that differs from the one before it is where a stretch begins or ends.
void BusyMap::eachFree(minutes shortest, const std::function<bool(Interval)>& visit) const {
  std::int64_t began = 0;
  std::uint64_t taken = 1;  // the minute before, as the lowest bit: nothing is free before the map
  for (std::size_t word = 0; word < words_.size(); ++word) {
    const std::uint64_t bits = words_[word];
    std::uint64_t changes = bits ^ (bits << 1U | taken);
    taken = bits >> (kBits - 1);
    for (; changes != 0; changes &= changes - 1) {
      const int bit = std::countr_zero(changes);
      const std::int64_t at = static_cast<std::int64_t>(word * kBits) + bit;
      if ((bits >> static_cast<unsigned>(bit) & 1U) == 0) {
        began = at;
      } else if (at - began >= shortest.count() && !visit({timeOf(began), timeOf(at)})) {
        return;
      }
    }
  }
  if (taken == 0 && began < minutes_ && minutes_ - began >= shortest.count()) {
    visit({timeOf(began), to()});
  }
}

}  // namespace sw::calendar
