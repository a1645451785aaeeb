#include "calendar/recurrence_cursor.h"

#include <algorithm>

namespace sw::calendar {
namespace {

/// No offset, and no change of one, is larger.
constexpr std::int64_t kMaxOffset = 26 * 3600;
/// So many occurrences are counted off to find where a COUNT stands, then the cursor gives up.
constexpr std::uint32_t kMaxCounted = 20'000'000;

}  // namespace

ZonedRule::ZonedRule(const RecurrenceRule& rule, base::LocalSeconds start, bool allDay,
                     const base::Zone& seriesZone)
    : compiled(rule, start, allDay), zone(seriesZone), count(rule.count) {
  if (rule.until && rule.until->kind == Until::Kind::kUtc && !allDay) {
    lastUtc = utcOf(secondsOf(rule.until->time));
  }
}

void RuleCursor::seek(base::UtcSeconds from, base::UtcSeconds to) {
  const bool counting = rule_->count && !rule_->resolved;
  seekUncounted(counting ? base::UtcSeconds::min() : from, to);
  counts_ = counting;
  from_ = secondsOf(from);
}

void RuleCursor::seekUncounted(base::UtcSeconds from, base::UtcSeconds to) {
  const std::int64_t lowest = kMinLocal - kMaxOffset;
  const std::int64_t highest = kMaxLocal + kMaxOffset;
  from_ = std::max(secondsOf(from), lowest);
  const std::int64_t before = secondsOf(to) > highest ? highest : secondsOf(to) - 1;
  last_ = std::min(before, secondsOf(rule_->lastUtc));
  sought_ = true;
  counts_ = false;
  counted_ = 0;
  countGaveUp_ = false;
  want_ = 8;
  localNext_ = localCount_ = 0;
  jump_.clear();
  jumpNext_ = 0;
  spanBegin_ = spanEnd_ = 0;
  ended_ = last_ < from_ || from_ > highest;
  if (ended_) return;
  // Wall clocks that mean instants from `from_` on begin here, unless clocks jumped just before:
  // then skipped times, which are earlier by the clock, can mean later instants.
  const base::OffsetSpan span = rule_->zone.spanAt(utcOf(from_));
  std::int64_t local = from_ + span.offset.count();
  if (secondsOf(span.begin) > from_ - kMaxOffset) local -= kMaxOffset;
  walker_.seek(local, last_ < highest - 2 * kMaxOffset ? last_ + kMaxOffset : kMaxLocal);
}

std::span<const Occurrence> RuleCursor::nextBatch() {
  if (!sought_) seek(base::UtcSeconds::min());
  while (!ended_) {
    std::size_t count = convert();
    if (count == 0) {
      ended_ = true;
      break;
    }
    const Occurrence* begin = batch_.data();
    if (counts_) {
      const std::uint32_t left = *rule_->count - counted_;
      if (count >= left) {
        count = left;
        ended_ = true;
      }
      counted_ += static_cast<std::uint32_t>(count);
      if (counted_ > kMaxCounted) ended_ = countGaveUp_ = true;
    }
    if (count > 0 && secondsOf(batch_[count - 1].utc) > last_) {
      ended_ = true;
      while (count > 0 && secondsOf(batch_[count - 1].utc) > last_) --count;
    }
    while (count > 0 && secondsOf(begin->utc) < from_) {
      ++begin;
      --count;
    }
    if (count > 0) return {begin, count};
  }
  return {};
}

bool RuleCursor::refillLocal() {
  localNext_ = 0;
  localCount_ = walker_.fill(std::span(local_.data(), want_));
  want_ = std::min(want_ * 4, kBatch);
  return localCount_ > 0;
}

/// Fills the batch; 0 when there are no more.
std::size_t RuleCursor::convert() {
  if (jumpNext_ < jump_.size()) return drainJump();
  if (localNext_ == localCount_ && !refillLocal()) return 0;
  const std::size_t wanted = localCount_ - localNext_;
  std::size_t count = 0;
  while (count < wanted) {
    count = convertRun(count);
    if (localNext_ == localCount_) break;
    const std::int64_t local = local_[localNext_];
    if (!advanceSpan(local)) {
      // A skipped time: what is done so far goes out first, then the occurrences around the jump.
      if (count > 0) return count;
      const base::LocalLookup found = rule_->zone.lookup(localOf(local));
      collectJump(secondsOf(found.laterOffset));
      return drainJump();
    }
  }
  return count;
}

/// Converts what lies in the present stretch; stops at the first that does not.
std::size_t RuleCursor::convertRun(std::size_t count) {
  const std::int64_t end = spanEnd_;
  const std::int64_t offset = offset_;
  std::size_t next = localNext_;
  if (next < localCount_ && local_[next] < spanBegin_) return count;
  while (next < localCount_ && local_[next] < end) {
    const std::int64_t local = local_[next++];
    batch_[count++] = {localOf(local), utcOf(local - offset), kSeriesDuration};
  }
  localNext_ = next;
  return count;
}

/// Makes the stretch that holds `local` the present one; false when clocks jumped over it.
bool RuleCursor::advanceSpan(std::int64_t local) {
  if (spanEnd_ > spanBegin_ && local >= spanEnd_) {
    // Usually the next stretch will do.
    const base::OffsetSpan next = rule_->zone.spanAt(utcOf(spanEnd_ - offset_));
    const std::int64_t offset = next.offset.count();
    if (local < secondsOf(next.begin) + offset) return false;
    if (secondsOf(next.end) > kMaxLocal || local < secondsOf(next.end) + offset) {
      offset_ = offset;
      spanBegin_ = spanEnd_;
      spanEnd_ = std::min(secondsOf(next.end), kMaxLocal + 2 * kMaxOffset) + offset;
      return true;
    }
  }
  const base::LocalLookup found = rule_->zone.lookup(localOf(local));
  if (found.kind == base::LocalLookup::Kind::kGap) return false;
  enterSpan(secondsOf(found.earlierOffset));
  return true;
}

/// Takes the stretch that holds the instant `utc`.
void RuleCursor::enterSpan(std::int64_t utc) {
  const base::OffsetSpan span = rule_->zone.spanAt(utcOf(utc));
  offset_ = span.offset.count();
  spanBegin_ = std::max(secondsOf(span.begin), kMinLocal - 2 * kMaxOffset) + offset_;
  spanEnd_ = std::min(secondsOf(span.end), kMaxLocal + 2 * kMaxOffset) + offset_;
}

/// Gathers what is skipped and as much of the clock behind the jump as means the same instants,
/// sorts it and drops repeats. `afterJump` is an instant by the offset that holds after the jump,
/// of a time that the jump skipped.
void RuleCursor::collectJump(std::int64_t afterJump) {
  const base::Zone& zone = rule_->zone;
  // Seen by the later offset, a skipped time lies before the jump.
  const base::OffsetSpan before = zone.spanAt(utcOf(afterJump));
  const base::OffsetSpan after = zone.spanAt(before.end);
  const std::int64_t width = (after.offset - before.offset).count();
  const std::int64_t end = secondsOf(after.begin) + after.offset.count() + width;
  jump_.clear();
  jumpNext_ = 0;
  while (true) {
    if (localNext_ == localCount_ && !refillLocal()) break;
    const std::int64_t local = local_[localNext_];
    if (local >= end) break;
    ++localNext_;
    const base::LocalLookup found = zone.lookup(localOf(local));
    jump_.push_back({localOf(local), found.earlierOffset, kSeriesDuration});
  }
  const auto isSkipped = [&zone](const Occurrence& o) { return zone.toLocal(o.utc) != o.local; };
  // Of two names for an instant the one that clocks show is kept.
  std::sort(jump_.begin(), jump_.end(), [&](const Occurrence& a, const Occurrence& b) {
    return a.utc != b.utc ? a.utc < b.utc : !isSkipped(a) && isSkipped(b);
  });
  jump_.erase(std::unique(jump_.begin(), jump_.end(),
                          [](const Occurrence& a, const Occurrence& b) { return a.utc == b.utc; }),
              jump_.end());
  spanBegin_ = spanEnd_ = 0;
}

std::size_t RuleCursor::drainJump() {
  const std::size_t count = std::min(kBatch, jump_.size() - jumpNext_);
  std::copy_n(jump_.begin() + static_cast<std::ptrdiff_t>(jumpNext_), count, batch_.begin());
  jumpNext_ += count;
  return count;
}

}  // namespace sw::calendar
