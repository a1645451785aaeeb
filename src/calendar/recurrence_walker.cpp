#include "calendar/recurrence_walker.h"

#include <algorithm>

namespace sw::calendar {
namespace {

using Method = CompiledRule::Method;

/// The first number at or after `value` that lies a multiple of `step` from `origin`.
std::int64_t alignUp(std::int64_t value, std::int64_t origin, std::int64_t step) {
  return step == 1 ? value : value + floorMod(origin - value, step);
}

/// Weeks are numbered by the one that holds the epoch, shifted to begin at WKST.
std::int64_t weekOf(std::int64_t day, int weekStart) { return floorDiv(day + 3 - weekStart, 7); }
std::int64_t weekBegin(std::int64_t week, int weekStart) { return week * 7 - 3 + weekStart; }

std::int64_t periodOf(const CompiledRule& rule, std::int64_t day) {
  switch (rule.method) {
    case Method::kPattern: return rule.periodDays == 1 ? day : weekOf(day, rule.weekStart);
    case Method::kWeeks: return weekOf(day, rule.weekStart);
    case Method::kMonths: {
      const CivilDate date = civilOf(day);
      return std::int64_t{date.year} * 12 + date.month - 1;
    }
    case Method::kYears:
    case Method::kDaysOfYear: return civilOf(day).year;
    case Method::kClock: break;
  }
  return day * (kDaySeconds / rule.unit);
}

int popcount(std::uint64_t bits) { return __builtin_popcountll(bits); }

}  // namespace

RuleWalker::RuleWalker(const CompiledRule& rule) : rule_(&rule) { seek(rule.start); }

void RuleWalker::seek(std::int64_t from, std::int64_t stop) {
  const CompiledRule& rule = *rule_;
  lower_ = std::max(from, rule.start);
  stop_ = std::min(stop, rule.limit);
  idle_ = 0;
  idleTotal_ = 0;
  gaveUp_ = false;
  done_ = lower_ > stop_ || rule.times.empty();
  if (!done_) seekPeriod(lower_);
}

void RuleWalker::seekPeriod(std::int64_t from) {
  const CompiledRule& rule = *rule_;
  if (rule.method == Method::kClock) {
    const std::int64_t first = floorDiv(rule.start, rule.unit);
    period_ = alignUp(floorDiv(from, rule.unit), first, rule.interval);
    return;
  }
  const std::int64_t day = floorDiv(from, kDaySeconds);
  const std::int64_t wanted = periodOf(rule, day);
  // The year is only how daily rules are worked through; their interval counts days.
  const bool stepsByOne = rule.method == Method::kDaysOfYear || rule.interval == 1;
  period_ = stepsByOne ? wanted : alignUp(wanted, periodOf(rule, rule.startDay), rule.interval);
}

std::size_t RuleWalker::fill(std::span<std::int64_t> out) {
  if (done_ || out.empty()) return 0;
  switch (rule_->method) {
    case Method::kPattern: return fillPattern(out);
    case Method::kClock: return fillClock(out);
    case Method::kDaysOfYear:
    case Method::kWeeks:
    case Method::kMonths:
    case Method::kYears: break;
  }
  return fillPeriods(out);
}

bool RuleWalker::idle() {
  if (++idle_ < kMaxIdleSteps && ++idleTotal_ < kMaxIdleTotal) return false;
  gaveUp_ = true;
  done_ = true;
  return true;
}

/// Takes one occurrence in; false when the walk stops here, at the end or with `out` full.
bool RuleWalker::accept(std::int64_t value, std::span<std::int64_t> out, std::size_t& count) {
  if (value < lower_) return true;
  if (value > stop_) {
    done_ = true;
    return false;
  }
  if (count == out.size()) {
    lower_ = value;
    full_ = true;
    return false;
  }
  out[count++] = value;
  return true;
}

std::size_t RuleWalker::fillPattern(std::span<std::int64_t> out) {
  const CompiledRule& rule = *rule_;
  const std::vector<std::int32_t>& pattern = rule.pattern;
  const std::int64_t step = rule.interval * rule.periodDays * kDaySeconds;
  std::int64_t base =
      kDaySeconds * (rule.periodDays == 1 ? period_ : weekBegin(period_, rule.weekStart));
  auto next = std::lower_bound(pattern.begin(), pattern.end(), lower_ - base);
  const std::size_t size = pattern.size();
  std::size_t count = 0;
  for (; count < std::min(size, out.size()); ++count, ++next) {
    if (next == pattern.end()) {
      next = pattern.begin();
      base += step;
    }
    out[count] = base + *next;
  }
  for (; count < out.size(); ++count) out[count] = out[count - size] + step;
  if (out[count - 1] > stop_) {
    done_ = true;
    const auto end = std::upper_bound(out.begin(), out.end(), stop_);
    return static_cast<std::size_t>(end - out.begin());
  }
  lower_ = out[count - 1] + 1;
  seekPeriod(lower_);
  return count;
}

std::size_t RuleWalker::fillPeriods(std::span<std::int64_t> out) {
  std::size_t count = 0;
  full_ = false;
  const std::int64_t step = rule_->method == Method::kDaysOfYear ? 1 : rule_->interval;
  const bool chosen = !rule_->positions.empty() || !rule_->positionsBack.empty();
  while (count < out.size()) {
    std::int64_t begin = 0;
    YearDays days;
    std::size_t words = 1;
    if (!openPeriod(begin, days, words)) {
      done_ = true;
      return count;
    }
    const std::size_t more = chosen ? emitChosen(begin, days, words, out.subspan(count))
                                    : emit(begin, days, words, out.subspan(count));
    if (more == 0 && !full_) {
      if (done_ || idle()) return count;
      if (rule_->method == Method::kWeeks && rule_->limitsDays) {
        // Weeks without a matching day are passed in one go.
        const std::int64_t next = weekOf(nextMatchingDay(begin + 6), rule_->weekStart);
        period_ = alignUp(std::max(next, period_ + 1), period_, step);
        continue;
      }
    } else {
      idle_ = 0;
    }
    count += more;
    if (done_ || full_) return count;
    period_ += step;
  }
  return count;
}

bool RuleWalker::openPeriod(std::int64_t& begin, YearDays& days, std::size_t& words) {
  const CompiledRule& rule = *rule_;
  if (rule.method == Method::kWeeks) {
    begin = weekBegin(period_, rule.weekStart);
    if (begin * kDaySeconds > stop_) return false;
    return openWeek(begin, days[0]);
  }
  if (rule.method == Method::kMonths) {
    const auto year = static_cast<int>(period_ / 12);
    if (year > kLastYear) return false;
    const auto month = static_cast<int>(period_ % 12) + 1;
    begin =
        januaryFirst(year) + kDaysBefore[isLeap(year) ? 1 : 0][static_cast<std::size_t>(month - 1)];
    days[0] = daysOfMonth(rule, year, month, begin);
    return begin * kDaySeconds <= stop_;
  }
  if (period_ > kLastYear) return false;
  begin = januaryFirst(static_cast<int>(period_));
  if (begin * kDaySeconds > stop_) return false;
  days = daysOfYear(rule, static_cast<int>(period_));
  words = days.size();
  if (rule.method == Method::kDaysOfYear && rule.interval > 1) keepEveryNthDay(days, begin);
  return true;
}

bool RuleWalker::openWeek(std::int64_t begin, std::uint64_t& days) {
  const CompiledRule& rule = *rule_;
  const auto first = static_cast<unsigned>(rule.weekStart);
  days = ((unsigned{rule.weekdays} >> first) | (unsigned{rule.weekdays} << (7 - first))) & 0x7F;
  if (!rule.hasWeekdays) days = 0x7F;
  if (!rule.limitsDays) return true;
  for (std::uint64_t rest = days; rest != 0; rest &= rest - 1) {
    const int index = __builtin_ctzll(rest);
    if (!dayMatches(begin + index)) days &= ~(std::uint64_t{1} << index);
  }
  return true;
}

/// Leaves the days that lie a multiple of the interval from DTSTART.
void RuleWalker::keepEveryNthDay(YearDays& days, std::int64_t begin) const {
  const std::int64_t step = rule_->interval;
  int chosen = 0;
  for (const std::uint64_t word : days) chosen += popcount(word);
  if (chosen * step > 366) {  // fewer multiples than days
    YearDays multiples{};
    for (std::int64_t i = alignUp(begin, rule_->startDay, step) - begin; i < 366; i += step) {
      multiples[static_cast<std::size_t>(i >> 6)] |= std::uint64_t{1} << (i & 63);
    }
    for (std::size_t i = 0; i < days.size(); ++i) days[i] &= multiples[i];
    return;
  }
  for (std::size_t i = 0; i < days.size(); ++i) {
    for (std::uint64_t rest = days[i]; rest != 0; rest &= rest - 1) {
      const int bit = __builtin_ctzll(rest);
      const std::int64_t day = begin + static_cast<std::int64_t>(i) * 64 + bit;
      if (floorMod(day - rule_->startDay, step) != 0) days[i] &= ~(std::uint64_t{1} << bit);
    }
  }
}

std::size_t RuleWalker::emit(std::int64_t begin, const YearDays& days, std::size_t words,
                             std::span<std::int64_t> out) {
  const CompiledRule& rule = *rule_;
  std::size_t count = 0;
  const std::int64_t lastDay = begin + static_cast<std::int64_t>(words) * 64;
  const bool single = rule.times.size() == 1;
  const std::size_t most = rule.method == Method::kWeeks ? 7 : words == 1 ? 31 : 366;
  if (single && begin * kDaySeconds >= lower_ && lastDay * kDaySeconds <= stop_ &&
      out.size() >= most) {
    // All of the period fits, and all of it is wanted.
    const std::int64_t base = begin * kDaySeconds + rule.times.front();
    for (std::size_t i = 0; i < words; ++i) {
      const std::int64_t wordBase = base + static_cast<std::int64_t>(i) * 64 * kDaySeconds;
      for (std::uint64_t rest = days[i]; rest != 0; rest &= rest - 1) {
        out[count++] = wordBase + __builtin_ctzll(rest) * kDaySeconds;
      }
    }
    return count;
  }
  const std::int64_t lowerDay = floorDiv(lower_, kDaySeconds);
  for (std::size_t i = 0; i < words; ++i) {
    for (std::uint64_t rest = days[i]; rest != 0; rest &= rest - 1) {
      const std::int64_t day = begin + static_cast<std::int64_t>(i) * 64 + __builtin_ctzll(rest);
      if (day < lowerDay) continue;
      const std::int64_t midnight = day * kDaySeconds;
      auto time = rule.times.begin();
      if (!single && midnight < lower_) {
        time = std::lower_bound(time, rule.times.end(), lower_ - midnight);
      }
      for (; time != rule.times.end(); ++time) {
        if (!accept(midnight + *time, out, count)) return count;
      }
    }
  }
  return count;
}

/// As `emit`, for the members of the period's set that BYSETPOS names.
std::size_t RuleWalker::emitChosen(std::int64_t begin, const YearDays& days, std::size_t words,
                                   std::span<std::int64_t> out) {
  const CompiledRule& rule = *rule_;
  const auto timesADay = static_cast<std::int64_t>(rule.times.size());
  std::int64_t dayCount = 0;
  for (std::size_t i = 0; i < words; ++i) dayCount += popcount(days[i]);
  const std::int64_t size = dayCount * timesADay;
  std::size_t count = 0;
  auto front = rule.positions.begin();
  auto back = rule.positionsBack.begin();
  std::size_t word = 0;
  std::uint64_t rest = days[0];
  std::int64_t passed = 0;  // days before the lowest left in `rest`
  while (true) {
    while (back != rule.positionsBack.end() && size + *back < 0) ++back;
    std::int64_t index = front != rule.positions.end() ? *front : size;
    if (back != rule.positionsBack.end()) index = std::min(index, size + *back);
    if (index >= size) return count;
    if (front != rule.positions.end() && *front == index) ++front;
    if (back != rule.positionsBack.end() && size + *back == index) ++back;
    const std::int64_t wanted = timesADay == 1 ? index : index / timesADay;
    const std::int64_t time = index - wanted * timesADay;
    while (passed + popcount(rest) <= wanted) {
      passed += popcount(rest);
      rest = days[++word];
    }
    for (; passed < wanted; ++passed) rest &= rest - 1;
    const std::int64_t day = begin + static_cast<std::int64_t>(word) * 64 + __builtin_ctzll(rest);
    if (!accept(day * kDaySeconds + rule.times[static_cast<std::size_t>(time)], out, count)) {
      return count;
    }
  }
}

const YearDays& RuleWalker::cachedYear(int year) {
  if (cachedYear_ != year) {
    cache_ = daysOfYear(*rule_, year);
    cachedYear_ = year;
  }
  return cache_;
}

bool RuleWalker::dayMatches(std::int64_t day) {
  if (cachedYear_ != 0) {
    const std::int64_t index = day - januaryFirst(cachedYear_);
    if (index >= 0 && index < (isLeap(cachedYear_) ? 366 : 365)) {
      return (cache_[static_cast<std::size_t>(index >> 6)] >> (index & 63) & 1) != 0;
    }
  }
  const int year = civilOf(day).year;
  if (year < kFirstYear || year > kLastYear) return false;
  const std::int64_t index = day - januaryFirst(year);
  return (cachedYear(year)[static_cast<std::size_t>(index >> 6)] >> (index & 63) & 1) != 0;
}

/// The first matching day after `day`, or the day behind the last year.
std::int64_t RuleWalker::nextMatchingDay(std::int64_t day) {
  ++day;
  for (int year = civilOf(day).year; year <= kLastYear; ++year) {
    const std::int64_t begin = januaryFirst(year);
    if (begin * kDaySeconds > stop_) break;
    const YearDays& days = cachedYear(year);
    const std::int64_t first = std::max<std::int64_t>(day - begin, 0);
    for (auto i = static_cast<std::size_t>(first >> 6); i < days.size(); ++i) {
      std::uint64_t word = days[i];
      if (i == static_cast<std::size_t>(first >> 6)) word &= ~std::uint64_t{0} << (first & 63);
      if (word != 0) return begin + static_cast<std::int64_t>(i) * 64 + __builtin_ctzll(word);
    }
  }
  return januaryFirst(kLastYear + 1);
}

}  // namespace sw::calendar
