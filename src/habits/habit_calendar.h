#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "habits/habit.h"

namespace sw::calendar {
class RecurrenceSet;
}  // namespace sw::calendar

namespace sw::habits {

/// What a streak counts under a frequency.
StreakUnit unitOf(const Frequency& frequency);

/// How often on the average, as Loop Habit Tracker writes it: `times` in `days` days.
struct Ratio {
  int times = 1;
  int days = 1;

  [[nodiscard]] double value() const { return static_cast<double>(times) / days; }
};

/// One stretch of dates whose requirement is judged as a whole: a day, a week, a month, so many
/// days. Where the habit began, or its frequency changed, in the middle of one, only the dates of
/// one version.
struct HabitPeriod {
  LocalDate first{};
  LocalDate last{};
  LocalDate nominalFirst{};  // without being cut
  int nominalDays = 1;
  bool cutBefore = false;
  bool cutAfter = false;
  std::size_t version = 0;

  [[nodiscard]] int days() const { return static_cast<int>((last - first).count()) + 1; }
  friend bool operator==(const HabitPeriod&, const HabitPeriod&) = default;
};

/// Which dates a habit asks for: its versions and pauses laid out for asking about many dates. The
/// content must outlive it. One thread's; does not block.
class HabitCalendar {
 public:
  /// `begin` is the habit's first date: the first version's, or that of an entry before it.
  HabitCalendar(const HabitContent& content, LocalDate begin);
  ~HabitCalendar();
  HabitCalendar(const HabitCalendar&) = delete;
  HabitCalendar& operator=(const HabitCalendar&) = delete;

  [[nodiscard]] LocalDate begin() const { return begin_; }
  [[nodiscard]] std::size_t versionOn(LocalDate date) const;
  [[nodiscard]] const HabitVersion& version(std::size_t index) const {
    return content_.versions[index];
  }
  [[nodiscard]] std::size_t versions() const { return content_.versions.size(); }

  /// The period that holds `date`, which is not before `begin`.
  [[nodiscard]] HabitPeriod periodOf(LocalDate date) const;
  /// Whether the period asks for so many dates, whichever they are.
  [[nodiscard]] bool anyDates(const HabitPeriod& period) const;
  /// How many dates such a period asks for, less those that pauses and cuts leave out, in
  /// proportion and rounded; skips aside. At least 0.
  [[nodiscard]] int required(const HabitPeriod& period) const;

  /// Whether a frequency of fixed dates names this one. Always true for one of any dates.
  [[nodiscard]] bool isDue(LocalDate date) const;
  /// The first such date at or after `from` and not after `to`.
  [[nodiscard]] std::optional<LocalDate> nextDue(LocalDate from, LocalDate to) const;
  [[nodiscard]] bool isPaused(LocalDate date) const;
  /// Paused dates among `from` to `to`, both included.
  [[nodiscard]] int pausedDays(LocalDate from, LocalDate to) const;
  /// The date from which on the habit rests without an end.
  [[nodiscard]] std::optional<LocalDate> pausedForGoodFrom() const;

  [[nodiscard]] Ratio ratioOf(std::size_t version) const { return ratios_[version]; }

 private:
  struct RuleDates;

  [[nodiscard]] bool ruleNames(std::size_t version, LocalDate date) const;
  [[nodiscard]] std::optional<LocalDate> nextOfRule(std::size_t version, LocalDate from,
                                                    LocalDate to) const;

  const HabitContent& content_;
  LocalDate begin_;
  std::vector<std::unique_ptr<RuleDates>> rules_;  // one a version; null where it is no rule
  std::vector<Ratio> ratios_;
};

/// What is wrong with a frequency, for people; empty when it is fine.
std::string problemOf(const Frequency& frequency);

/// The last day of the month that holds `date`.
LocalDate lastOfMonth(LocalDate date);

}  // namespace sw::habits
