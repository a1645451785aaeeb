#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "habits/habit_record.h"

namespace sw::habits {

/// Of so many dates on which a habit was asked for, on so many it was done.
struct DoneOf {
  std::int64_t done = 0;
  std::int64_t expected = 0;

  /// 0 where nothing was expected.
  [[nodiscard]] double rate() const {
    return expected == 0 ? 0 : static_cast<double>(done) / static_cast<double>(expected);
  }
};

/// One date of the heat map.
struct HeatDate {
  enum class Status { kDone, kPartial, kSkipped, kFrozen, kPaused, kMissed };
  LocalDate date{};
  Status status = Status::kDone;
  double value = 0;  // of the goal, at most 1
};

/// What a stretch of a habit's life looks like. A date is expected when it is past (or done) and
/// its frequency names it, or leaves the dates free; excused dates never are.
struct HabitStats {
  LocalDate from{};
  LocalDate to{};
  double strength = 0;
  DoneOf all;
  std::array<DoneOf, 7> weekdays;        // Monday first
  std::array<std::int64_t, 24> hours{};  // when it was done, by the clock where that was; not
                                         // what was recorded later
  std::vector<std::pair<std::string, DoneOf>> months;   // "2026-01"
  std::vector<std::pair<LocalDate, double>> strengths;  // of each date, or of each week's last
  DoneOf recent;                                        // the last 30 dates
  DoneOf before;                                        // the 30 before them
  std::vector<HeatDate> heatMap;
};

/// `ascending`: every entry of the habit. Costs as many steps as the habit has dates up to `to`.
HabitStats statsOf(const OpenHabit& open, const std::vector<HabitEntry>& ascending, LocalDate from,
                   LocalDate to, LocalDate today);

void appendStatsView(std::string& out, const Habit& habit, const HabitStats& stats);

}  // namespace sw::habits
