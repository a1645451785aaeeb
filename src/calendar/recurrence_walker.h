#pragma once

#include <cstdint>
#include <span>

#include "calendar/recurrence_compiled.h"

namespace sw::calendar {

/// So many candidates in a row without an occurrence, and a walker gives up. No sensible rule
/// comes near: periods of a month or a year cannot, and the rest would have to miss for centuries.
inline constexpr std::uint32_t kMaxIdleSteps = 400'000;
/// So many in all between two seeks, which bounds a long walk through a sparse rule.
inline constexpr std::uint32_t kMaxIdleTotal = 4'000'000;

/// Walks the wall-clock times of a rule in ascending order, without regard to zones and COUNT.
/// Holds a reference to the rule, which must outlive it. One thread at a time. Never allocates.
class RuleWalker {
 public:
  /// Stands before the first occurrence.
  explicit RuleWalker(const CompiledRule& rule);

  /// Goes to the first occurrence at or after `from`, by arithmetic: what lies between costs
  /// nothing. Occurrences after `stop` are not found.
  void seek(std::int64_t from, std::int64_t stop = kMaxLocal);

  /// Writes the next occurrences; fewer than asked for only at the end, 0 when there are no more.
  std::size_t fill(std::span<std::int64_t> out);

  /// Whether the walk ended for want of patience rather than of occurrences.
  [[nodiscard]] bool gaveUp() const { return gaveUp_; }

 private:
  std::size_t fillPattern(std::span<std::int64_t> out);
  std::size_t fillPeriods(std::span<std::int64_t> out);
  std::size_t fillClock(std::span<std::int64_t> out);

  void seekPeriod(std::int64_t from);
  /// The days of the current period, `begin` its first; false when it lies behind the end.
  bool openPeriod(std::int64_t& begin, YearDays& days, std::size_t& words);
  bool openWeek(std::int64_t begin, std::uint64_t& days);
  void keepEveryNthDay(YearDays& days, std::int64_t begin) const;
  std::size_t emit(std::int64_t begin, const YearDays& days, std::size_t words,
                   std::span<std::int64_t> out);
  std::size_t emitChosen(std::int64_t begin, const YearDays& days, std::size_t words,
                         std::span<std::int64_t> out);
  bool accept(std::int64_t value, std::span<std::int64_t> out, std::size_t& count);
  const YearDays& cachedYear(int year);
  bool dayMatches(std::int64_t day);
  std::int64_t nextMatchingDay(std::int64_t day);
  [[nodiscard]] std::int64_t clockStep(std::int64_t at) const;
  bool skipClock(std::int64_t& at);
  [[nodiscard]] std::int64_t clockRunEnd(std::int64_t at) const;
  bool idle();

  const CompiledRule* rule_;
  std::int64_t lower_;           // nothing earlier is emitted
  std::int64_t stop_;            // nothing later
  std::int64_t period_;          // number of the day, week, month, year or (clock) unit
  std::uint32_t idle_ = 0;       // candidates since the last occurrence
  std::uint32_t idleTotal_ = 0;  // and since the last seek
  bool done_ = false;
  bool gaveUp_ = false;
  bool full_ = false;  // `out` was filled before the period was through
  int cachedYear_ = 0;
  YearDays cache_;
};

}  // namespace sw::calendar
