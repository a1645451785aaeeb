#include "calendar/recurrence.h"

#include <algorithm>

namespace sw::calendar {
namespace {

std::int64_t dayOf(base::LocalSeconds local) { return floorDiv(secondsOf(local), kDaySeconds); }
base::LocalSeconds midnightOf(base::LocalSeconds local) {
  return localOf(dayOf(local) * kDaySeconds);
}

/// The wall clock of the series that a time of RDATE means.
base::LocalSeconds wallClockOf(const Recurrence& recurrence, const SeriesTime& time) {
  if (recurrence.allDay) return midnightOf(time.local);
  if (time.isDate) return time.local + (recurrence.start - midnightOf(recurrence.start));
  if (time.zone) return recurrence.zone.toLocal(time.zone->toUtc(time.local));
  return time.local;
}

ZonedRule zoned(const Recurrence& recurrence, const RecurrenceRule& rule,
                const ResolvedRule* resolved) {
  ZonedRule out(rule, recurrence.start, recurrence.allDay, recurrence.zone);
  if (resolved != nullptr && resolved->counted && rule.count) {
    // A rule without an occurrence ends before everything.
    out.lastUtc = std::min(out.lastUtc, resolved->last.value_or(base::UtcSeconds::min()));
    out.resolved = true;
  }
  return out;
}

}  // namespace

base::UtcSeconds instantOf(const Recurrence& recurrence, const SeriesTime& time) {
  if (time.zone && !time.isDate && !recurrence.allDay) return time.zone->toUtc(time.local);
  return recurrence.zone.toUtc(wallClockOf(recurrence, time));
}

RecurrenceSet::RecurrenceSet(const Recurrence& recurrence, const ResolvedRecurrence* resolved) {
  const std::size_t ruleCount = recurrence.rules.size();
  const bool fits =
      resolved != nullptr && resolved->rules.size() == ruleCount + recurrence.exclusionRules.size();
  const auto of = [&](std::size_t index) { return fits ? &resolved->rules[index] : nullptr; };
  rules_.reserve(ruleCount);
  for (std::size_t i = 0; i < ruleCount; ++i) {
    rules_.push_back(zoned(recurrence, recurrence.rules[i], of(i)));
    endless_ = endless_ || (!recurrence.rules[i].count && !recurrence.rules[i].until);
  }
  exclusionRules_.reserve(recurrence.exclusionRules.size());
  for (std::size_t i = 0; i < recurrence.exclusionRules.size(); ++i) {
    exclusionRules_.push_back(zoned(recurrence, recurrence.exclusionRules[i], of(ruleCount + i)));
  }
  for (const SeriesTime& time : recurrence.dates) {
    dates_.push_back({wallClockOf(recurrence, time), instantOf(recurrence, time),
                      time.duration.value_or(kSeriesDuration)});
  }
  if (rules_.empty()) {
    const base::LocalSeconds start =
        recurrence.allDay ? midnightOf(recurrence.start) : recurrence.start;
    dates_.push_back({start, recurrence.zone.toUtc(start), kSeriesDuration});
  }
  // Of several at one instant, a period's own duration is the one that says most.
  std::sort(dates_.begin(), dates_.end(), [](const Occurrence& a, const Occurrence& b) {
    return a.utc != b.utc ? a.utc < b.utc : a.ownDuration > b.ownDuration;
  });
  const auto same = [](const Occurrence& a, const Occurrence& b) { return a.utc == b.utc; };
  dates_.erase(std::unique(dates_.begin(), dates_.end(), same), dates_.end());
  for (const SeriesTime& time : recurrence.exclusions) {
    if (time.isDate && !recurrence.allDay) {
      excludedDays_.push_back(dayOf(time.local));
    } else {
      exclusions_.push_back(instantOf(recurrence, time));
    }
  }
  std::sort(exclusions_.begin(), exclusions_.end());
  std::sort(excludedDays_.begin(), excludedDays_.end());
}

bool RecurrenceSet::isExcludedDate(base::LocalSeconds local) const {
  return !excludedDays_.empty() &&
         std::binary_search(excludedDays_.begin(), excludedDays_.end(), dayOf(local));
}

RecurrenceSet::Outcome RecurrenceSet::visit(base::UtcSeconds from, base::UtcSeconds to,
                                            const Visitor& visitor) const {
  Cursor cursor(*this);
  cursor.seek(from, to);
  while (true) {
    const std::span<const Occurrence> batch = cursor.nextBatch();
    if (batch.empty()) return cursor.gaveUp() ? Outcome::kGaveUp : Outcome::kComplete;
    if (!visitor(batch)) return Outcome::kStopped;
  }
}

std::vector<Occurrence> RecurrenceSet::between(base::UtcSeconds from, base::UtcSeconds to,
                                               std::size_t most) const {
  std::vector<Occurrence> out;
  Cursor cursor(*this);
  cursor.seek(from, to);
  while (out.size() < most) {
    const std::span<const Occurrence> batch = cursor.nextBatch();
    if (batch.empty()) break;
    const std::size_t count = std::min(batch.size(), most - out.size());
    out.insert(out.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return out;
}

bool RecurrenceSet::contains(base::UtcSeconds start) const {
  Cursor cursor(*this);
  cursor.seek(start, start + std::chrono::seconds(1));
  return !cursor.nextBatch().empty();
}

std::optional<Occurrence> RecurrenceSet::first() const { return Cursor(*this).next(); }

/// An instant that no occurrence of a series with an end is later than.
base::UtcSeconds RecurrenceSet::latestEnd() const {
  constexpr std::chrono::hours kMargin{48};  // more than any offset
  base::UtcSeconds latest = dates_.empty() ? base::UtcSeconds::min() : dates_.back().utc;
  for (const ZonedRule& rule : rules_) {
    const base::UtcSeconds byClock = utcOf(rule.compiled.limit) + kMargin;
    latest = std::max(latest, std::min(rule.lastUtc, byClock));
  }
  return latest;
}

std::optional<Occurrence> RecurrenceSet::last() const {
  if (endless_) return std::nullopt;
  const auto start = first();
  if (!start) return std::nullopt;
  // COUNT that is not resolved: one walk is as good as any.
  const bool counts = std::any_of(rules_.begin(), rules_.end(), [](const ZonedRule& rule) {
    return rule.count && !rule.resolved;
  });
  base::UtcSeconds to = latestEnd() + std::chrono::seconds(1);
  base::UtcSeconds from = counts ? base::UtcSeconds::min() : to - std::chrono::hours(24);
  std::chrono::seconds width = std::chrono::hours(24);
  while (true) {
    std::optional<Occurrence> found;
    visit(from, to, [&found](std::span<const Occurrence> batch) {
      found = batch.back();
      return true;
    });
    if (found || from <= start->utc) return found;
    to = from;
    width *= 4;
    from = to - width;
  }
}

RecurrenceSet::Cursor::Cursor(const RecurrenceSet& set)
    : set_(&set), ruleCount_(set.rules_.size()) {
  sources_.reserve(set.rules_.size() + set.exclusionRules_.size());
  for (const ZonedRule& rule : set.rules_) sources_.emplace_back(rule);
  for (const ZonedRule& rule : set.exclusionRules_) sources_.emplace_back(rule);
  seek(base::UtcSeconds::min());
}

void RecurrenceSet::Cursor::seek(base::UtcSeconds from, base::UtcSeconds to) {
  for (Source& source : sources_) {
    source.cursor.seek(from, to);
    source.batch = {};
    source.next = 0;
  }
  const auto dateAt = [this](base::UtcSeconds at) {
    const auto& dates = set_->dates_;
    const auto found = std::lower_bound(
        dates.begin(), dates.end(), at,
        [](const Occurrence& date, base::UtcSeconds value) { return date.utc < value; });
    return static_cast<std::size_t>(found - dates.begin());
  };
  nextDate_ = dateAt(from);
  endDate_ = std::max(nextDate_, dateAt(to));
  const auto& exclusions = set_->exclusions_;
  nextExclusion_ = static_cast<std::size_t>(
      std::lower_bound(exclusions.begin(), exclusions.end(), from) - exclusions.begin());
  to_ = to;
  dropped_ = 0;
  gaveUp_ = false;
  current_ = {};
  taken_ = 0;
}

bool RecurrenceSet::Cursor::drop() {
  gaveUp_ = gaveUp_ || ++dropped_ > kMaxDropped;
  return gaveUp_;
}

const Occurrence* RecurrenceSet::Cursor::Source::head() {
  if (next == batch.size()) {
    batch = cursor.nextBatch();
    next = 0;
    if (batch.empty()) return nullptr;
  }
  return &batch[next];
}

std::optional<Occurrence> RecurrenceSet::Cursor::next() {
  if (taken_ == current_.size()) {
    current_ = {};
    current_ = nextBatch();
    taken_ = 0;
    if (current_.empty()) return std::nullopt;
  }
  return current_[taken_++];
}

std::span<const Occurrence> RecurrenceSet::Cursor::nextBatch() {
  if (taken_ < current_.size()) {  // what `next` has left
    const std::span<const Occurrence> rest = current_.subspan(taken_);
    current_ = {};
    taken_ = 0;
    return rest;
  }
  if (ruleCount_ != 1 || sources_.size() != 1 || nextDate_ != endDate_) return mergedBatch();
  if (set_->exclusions_.empty() && set_->excludedDays_.empty()) {
    Source& only = sources_.front();
    if (only.next < only.batch.size()) {  // what merging has left
      const std::span<const Occurrence> rest = only.batch.subspan(only.next);
      only.next = only.batch.size();
      return rest;
    }
    return only.cursor.nextBatch();
  }
  return filteredBatch();
}

std::span<const Occurrence> RecurrenceSet::Cursor::filteredBatch() {
  Source& only = sources_.front();
  while (!gaveUp_ && only.head() != nullptr) {
    std::size_t count = 0;
    for (; only.next < only.batch.size(); ++only.next) {
      const Occurrence& occurrence = only.batch[only.next];
      if (!isExcluded(occurrence)) {
        out_[count++] = occurrence;
      } else if (drop()) {
        break;
      }
    }
    if (count > 0) {
      dropped_ = 0;
      return {out_.data(), count};
    }
  }
  return {};
}

std::span<const Occurrence> RecurrenceSet::Cursor::mergedBatch() {
  std::size_t count = 0;
  while (count < out_.size() && !gaveUp_) {
    const Occurrence* least = nextDate_ < endDate_ ? &set_->dates_[nextDate_] : nullptr;
    for (std::size_t i = 0; i < ruleCount_; ++i) {
      const Occurrence* head = sources_[i].head();
      if (head != nullptr && (least == nullptr || head->utc < least->utc)) least = head;
    }
    if (least == nullptr) break;
    const Occurrence taken = *least;
    if (nextDate_ < endDate_ && set_->dates_[nextDate_].utc == taken.utc) ++nextDate_;
    for (std::size_t i = 0; i < ruleCount_; ++i) {
      const Occurrence* head = sources_[i].head();
      if (head != nullptr && head->utc == taken.utc) ++sources_[i].next;
    }
    if (!isExcluded(taken) && !isExcludedByRule(taken.utc)) {
      out_[count++] = taken;
      dropped_ = 0;
    } else {
      drop();
    }
  }
  return {out_.data(), count};
}

bool RecurrenceSet::Cursor::isExcluded(const Occurrence& occurrence) {
  const auto& exclusions = set_->exclusions_;
  while (nextExclusion_ < exclusions.size() && exclusions[nextExclusion_] < occurrence.utc) {
    ++nextExclusion_;
  }
  if (nextExclusion_ < exclusions.size() && exclusions[nextExclusion_] == occurrence.utc) {
    return true;
  }
  return set_->isExcludedDate(occurrence.local);
}

bool RecurrenceSet::Cursor::isExcludedByRule(base::UtcSeconds at) {
  for (std::size_t i = ruleCount_; i < sources_.size(); ++i) {
    Source& source = sources_[i];
    const Occurrence* head = source.head();
    while (head != nullptr && head->utc < at) {
      if (source.batch.back().utc >= at) {
        ++source.next;
      } else {
        // Exclusions can be far denser than what they exclude: go there at once.
        source.next = source.batch.size();
        source.cursor.skipTo(at, to_);
      }
      head = source.head();
    }
    if (head != nullptr && head->utc == at) return true;
  }
  return false;
}

bool RecurrenceSet::Cursor::gaveUp() const {
  return gaveUp_ || std::any_of(sources_.begin(), sources_.end(),
                                [](const Source& source) { return source.cursor.gaveUp(); });
}

}  // namespace sw::calendar
