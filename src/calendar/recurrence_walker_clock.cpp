#include <algorithm>

#include "calendar/recurrence_walker.h"

namespace sw::calendar {
namespace {

/// The next set bit of `mask` after `index`, or -1.
int nextBit(std::uint64_t mask, int index) {
  const std::uint64_t rest = index >= 63 ? 0 : mask & (~std::uint64_t{0} << (index + 1));
  return rest == 0 ? -1 : __builtin_ctzll(rest);
}

/// The first second of the next stretch of `length` whose bit is set in `mask`, within the
/// enclosing stretch of `count` of them; else the end of the enclosing one.
std::int64_t nextStretch(std::int64_t at, std::uint64_t mask, std::int64_t length,
                         std::int64_t count) {
  const std::int64_t outer = floorDiv(at, length * count) * length * count;
  const auto index = static_cast<int>((at - outer) / length);
  const int next = nextBit(mask, index);
  return outer + (next < 0 ? count : next) * length;
}

}  // namespace

/// The first step of the rule at or after the second `at`.
std::int64_t RuleWalker::clockStep(std::int64_t at) const {
  const std::int64_t first = floorDiv(rule_->start, rule_->unit);
  const std::int64_t unit = floorDiv(at + rule_->unit - 1, rule_->unit);
  return rule_->interval == 1 ? unit : unit + floorMod(first - unit, rule_->interval);
}

/// Moves `at` to where the part that rules it out could next allow it; true if it did.
bool RuleWalker::skipClock(std::int64_t& at) {
  const CompiledRule& rule = *rule_;
  const std::int64_t day = floorDiv(at, kDaySeconds);
  if (rule.limitsDays && !dayMatches(day)) {
    at = nextMatchingDay(day) * kDaySeconds;
    return true;
  }
  const std::int64_t clock = at - day * kDaySeconds;
  if (!rule.allHours && (rule.hours >> (clock / 3600) & 1) == 0) {
    at = nextStretch(at, rule.hours, 3600, 24);
    return true;
  }
  if (!rule.allMinutes && (rule.minutes >> (clock / 60 % 60) & 1) == 0) {
    at = nextStretch(at, rule.minutes, 60, 60);
    return true;
  }
  if (!rule.allSeconds && (rule.seconds >> (clock % 60) & 1) == 0) {
    at = nextStretch(at, rule.seconds, 1, 60);
    return true;
  }
  return false;
}

/// Up to where every step matches because `at` does.
std::int64_t RuleWalker::clockRunEnd(std::int64_t at) const {
  const CompiledRule& rule = *rule_;
  const auto endOf = [at](std::int64_t length) { return floorDiv(at, length) * length + length; };
  if (!rule.allSeconds) return at + 1;
  if (!rule.allMinutes) return endOf(60);
  if (!rule.allHours) return endOf(3600);
  if (rule.limitsDays) return endOf(kDaySeconds);
  return stop_ + 1;
}

std::size_t RuleWalker::fillClock(std::span<std::int64_t> out) {
  const CompiledRule& rule = *rule_;
  const std::int64_t step = rule.interval * rule.unit;
  const bool single = rule.times.size() == 1;
  std::size_t count = 0;
  full_ = false;
  while (true) {
    std::int64_t at = period_ * rule.unit;
    if (at > stop_) {
      done_ = true;
      return count;
    }
    if (skipClock(at)) {
      period_ = clockStep(at);
      if (idle()) return count;
      continue;
    }
    idle_ = 0;
    const std::int64_t end = std::min(clockRunEnd(at), stop_ + 1);
    for (; at < end; at += step, period_ += rule.interval) {
      if (single) {
        if (!accept(at + rule.times.front(), out, count)) return count;
        continue;
      }
      for (const std::int32_t time : rule.times) {
        if (!accept(at + time, out, count)) return count;
      }
    }
  }
}

}  // namespace sw::calendar
