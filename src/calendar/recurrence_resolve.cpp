#include <algorithm>

#include "calendar/recurrence.h"

namespace sw::calendar {
namespace {

/// Counts off a rule with COUNT. Checkpoints are thinned out as they become too many, so that
/// they stay evenly spaced whatever the COUNT is.
ResolvedRule countOff(const ZonedRule& rule, bool& gaveUp) {
  ResolvedRule out;
  RuleCursor cursor(rule);
  cursor.seek(base::UtcSeconds::min());
  std::uint32_t before = 0;
  std::uint32_t stride = 128;
  std::uint32_t next = stride;
  for (auto batch = cursor.nextBatch(); !batch.empty(); batch = cursor.nextBatch()) {
    const auto size = static_cast<std::uint32_t>(batch.size());
    for (; next < before + size; next += stride) {
      if (out.checkpoints.size() == kMaxCheckpoints) {
        for (std::size_t i = 0; i < kMaxCheckpoints / 2; ++i) {
          out.checkpoints[i] = out.checkpoints[2 * i + 1];
        }
        out.checkpoints.resize(kMaxCheckpoints / 2);
        stride *= 2;
        next = out.checkpoints.back().before + stride;
        if (next >= before + size) break;
      }
      out.checkpoints.push_back({next, batch[next - before].utc});
    }
    before += size;
    out.last = batch.back().utc;
  }
  // What was found before giving up is not the end.
  out.counted = !cursor.gaveUp();
  gaveUp = gaveUp || cursor.gaveUp();
  if (!out.counted) out = {};
  return out;
}

void limitTo(ZonedRule& rule, const ResolvedRule& resolved) {
  if (!resolved.counted) return;
  rule.lastUtc = std::min(rule.lastUtc, resolved.last.value_or(base::UtcSeconds::min()));
  rule.resolved = true;
}

}  // namespace

ResolvedRecurrence RecurrenceSet::resolve() const {
  ResolvedRecurrence out;
  RecurrenceSet known = *this;
  out.endless = endless_;
  for (std::vector<ZonedRule>* rules : {&known.rules_, &known.exclusionRules_}) {
    for (ZonedRule& rule : *rules) {
      ResolvedRule& resolved = out.rules.emplace_back();
      if (!rule.count) continue;
      ZonedRule unresolved = rule;
      unresolved.resolved = false;
      resolved = countOff(unresolved, out.gaveUp);
      limitTo(rule, resolved);
    }
  }
  Cursor cursor(known);
  if (const auto first = cursor.next()) out.first = first->utc;
  out.gaveUp = out.gaveUp || (cursor.gaveUp() && !out.first);
  if (out.first && !out.gaveUp) {
    if (const auto last = known.last()) out.last = last->utc;
  }
  return out;
}

std::optional<std::uint32_t> countBefore(const Recurrence& recurrence, const RecurrenceRule& rule,
                                         base::UtcSeconds at, const ResolvedRule* resolved) {
  const ZonedRule zoned(rule, recurrence.start, recurrence.allDay, recurrence.zone);
  RuleCursor cursor(zoned);
  std::uint32_t count = 0;
  base::UtcSeconds from = base::UtcSeconds::min();
  if (resolved != nullptr) {
    const auto after = std::upper_bound(
        resolved->checkpoints.begin(), resolved->checkpoints.end(), at,
        [](base::UtcSeconds value, const Checkpoint& checkpoint) { return value < checkpoint.at; });
    if (after != resolved->checkpoints.begin()) {
      count = std::prev(after)->before;
      from = std::prev(after)->at;
    }
  }
  constexpr std::uint32_t kMost = 20'000'000;
  const std::uint32_t most = rule.count.value_or(kMost);
  cursor.seekUncounted(from, at);
  for (auto batch = cursor.nextBatch(); !batch.empty(); batch = cursor.nextBatch()) {
    count += static_cast<std::uint32_t>(batch.size());
    if (count >= most) break;
    if (count >= kMost) return std::nullopt;
  }
  if (cursor.gaveUp()) return std::nullopt;
  return std::min(count, most);
}

}  // namespace sw::calendar
