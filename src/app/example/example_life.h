#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "accounts/local_day.h"
#include "base/clock.h"

/// Half a year of somebody who does not exist, as the things they told the service. Plain values.
namespace sw::app {

/// Something that the person told, with what the request's body would have been. `key` names what
/// it is about within the story.
struct StartHabit {
  std::string key;
  std::string body;
};
struct CompleteHabit {
  std::string key;
  std::optional<double> amount;
  std::string note;
};
struct SkipHabit {
  std::string key;
  std::string note;
};
struct StartGoal {
  std::string key;
  std::string body;
  std::string habit;  // that feeds it by its amounts; empty: none
};
struct TellProgress {
  std::string goal;
  std::string body;
};
struct ReachMilestone {
  std::string goal;
  std::size_t index = 0;
};
struct SpendTime {
  std::string goal;
  std::string body;
};
struct StartTask {
  std::string key;
  std::string body;
  std::string goal;                   // whose progress it is part of; empty: none
  std::vector<std::string> blockers;  // tasks that are to be done before
};
/// Of a recurring task the key then means the next instance.
struct CompleteTask {
  std::string key;
};
struct WorkOnTask {
  std::string key;
  std::string body;
};
struct Deed {
  base::Instant at{};
  std::variant<StartHabit, CompleteHabit, SkipHabit, StartGoal, TellProgress, ReachMilestone,
               SpendTime, StartTask, CompleteTask, WorkOnTask>
      what;
};

struct ExampleLife {
  std::string calendarFile;  // iCalendar
  std::vector<Deed> deeds;   // by time, none after the instant asked for
};

/// The same story for the same seed, day and zone. It ends at `now`: what comes after is still to
/// be done.
ExampleLife makeExampleLife(std::uint64_t seed, base::Instant now, const accounts::DayRule& day);

}  // namespace sw::app
