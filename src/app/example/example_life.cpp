#include "app/example/example_life.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string_view>
#include <utility>

#include "app/example/example_calendar.h"
#include "app/example/example_random.h"
#include "app/example/example_tasks.h"
#include "base/time_format.h"

namespace sw::app {
namespace {

using accounts::LocalDate;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::weekday;

constexpr int kDays = 182;

/// How somebody lives with a habit.
struct HabitLife {
  std::string_view key;
  std::string_view body;
  int startsAfter;    // days since the story began
  unsigned weekdays;  // on which they think of it; bit 0 is Sunday
  double first;       // chance that it is done on such a day at the start
  double last;        // and at the end
  minutes at;         // time of day
  double amount = 0;  // about; 0: none
  double deviation = 0;
};

constexpr unsigned kEveryDay = 0x7F;

constexpr std::array<HabitLife, 8> kHabits = {{
    {"run",
     R"({"name":"Morning run","category":"health","color":"#0b8043",)"
     R"("frequency":{"type":"times","times":3,"period":"week"},"targetTime":"06:45","duration":45,)"
     R"("flexibleWindow":{"start":"06:00","end":"09:00"},)"
     R"("reminders":{"enabled":true,"advanceNotice":[30],"channels":["in_app"]}})",
     0, 0x54, 0.78, 0.97, minutes(7 * 60 + 35), 7.2, 1.6},
    {"read",
     R"({"name":"Read twenty pages","category":"mind","color":"#8e24aa","frequency":"daily",)"
     R"("goal":{"amount":20,"unit":"pages"},"targetTime":"21:30",)"
     R"("reminders":{"enabled":true,"advanceNotice":[0],"channels":["in_app"]}})",
     0, kEveryDay, 0.72, 0.9, minutes(21 * 60 + 50), 24, 6},
    {"meditate",
     R"({"name":"Ten minutes of quiet","category":"mind","color":"#039be5","frequency":"daily",)"
     R"("targetTime":"06:30","duration":10})",
     14, kEveryDay, 0.6, 0.96, minutes(6 * 60 + 40)},
    {"piano",
     R"({"name":"Piano","category":"music","color":"#f4511e",)"
     R"("frequency":{"type":"weekly","days":["MO","TH","SA"]},"targetTime":"18:00","duration":30})",
     0, 0x52, 0.7, 0.82, minutes(18 * 60 + 35)},
    {"review",
     R"({"name":"Look back at the week","category":"work","color":"#616161",)"
     R"("frequency":{"type":"weekly","days":["FR"]},"targetTime":"16:30","duration":30})",
     7, 0x20, 0.85, 0.95, minutes(16 * 60 + 55)},
    {"plants",
     R"({"name":"Water the plants","category":"home","color":"#33b679",)"
     R"("frequency":{"type":"times","times":1,"period":"days","everyDays":4}})",
     0, kEveryDay, 0.34, 0.36, minutes(8 * 60 + 5)},
    {"budget",
     R"({"name":"Go through the bills","category":"home","color":"#f6bf26",)"
     R"("frequency":{"type":"monthly","monthDays":[2]},"targetTime":"19:00"})",
     0, kEveryDay, 1, 1, minutes(19 * 60 + 20)},
    {"screens",
     R"({"name":"No screen after ten","category":"health","color":"#3f51b5","frequency":"daily",)"
     R"("targetTime":"22:00"})",
     140, kEveryDay, 0.35, 0.6, minutes(22 * 60 + 15)},
}};

/// Builds the story day by day.
class Story {
 public:
  Story(std::uint64_t seed, base::Instant now, const accounts::DayRule& day)
      : random_(seed),
        now_(now),
        day_(day),
        today_(accounts::localDateOf(now, day)),
        first_(today_ - days(kDays)),
        awayFrom_(first_ + days(70)),
        awayUntil_(first_ + days(86)) {}

  ExampleLife tell() {
    for (const HabitLife& habit : kHabits) tellHabit(habit);
    tellRunning();
    tellReading();
    tellWebsite();
    tellSavings();
    tellFinished();
    tellLeftOver();
    tellTasks(random_, first_, now_, day_, life_.deeds);
    std::ranges::stable_sort(life_.deeds, {}, &Deed::at);
    life_.calendarFile =
        makeExampleCalendar(random_, first_, today_, std::string(day_.zone.name()));
    return std::move(life_);
  }

 private:
  template <class What>
  void add(LocalDate date, minutes time, What what) {
    const base::Instant at = accounts::instantOn(date, time, day_);
    if (at <= now_) life_.deeds.push_back({at, std::move(what)});
  }
  [[nodiscard]] bool isAway(LocalDate date) const { return date >= awayFrom_ && date < awayUntil_; }
  [[nodiscard]] static std::string text(LocalDate date) {
    std::string out;
    base::appendDate(out, date);
    return out;
  }

  void tellHabit(const HabitLife& habit) {
    const LocalDate begin = first_ + days(habit.startsAfter);
    add(begin, minutes(5 * 60 + 30), StartHabit{std::string(habit.key), std::string(habit.body)});
    bool wasDone = true;
    for (LocalDate date = begin; date <= today_; date += days(1)) {
      const auto passed = static_cast<double>((date - begin).count()) / kDays;
      if ((habit.weekdays >> weekday{date}.c_encoding() & 1U) == 0) continue;
      if (habit.key == "budget" && std::chrono::year_month_day{date}.day() != std::chrono::day(2)) {
        continue;
      }
      if (isAway(date)) {
        if (habit.key != "read" && habit.key != "plants") {
          add(date, minutes(8 * 60), SkipHabit{std::string(habit.key), "On holiday"});
        }
        if (habit.key != "read") continue;
      }
      double chance = habit.first + (habit.last - habit.first) * passed;
      // A day off is easily followed by another one.
      if (!wasDone) chance *= 0.9;
      wasDone = random_.chance(chance);
      if (!wasDone) continue;
      CompleteHabit done{std::string(habit.key), std::nullopt, {}};
      if (habit.amount > 0) {
        const double amount = random_.around(habit.amount + passed, habit.deviation);
        done.amount = std::max(1.0, std::round(amount * 2) / 2);
      }
      if (habit.key == "run" && random_.chance(0.1)) done.note = "With a friend";
      const minutes time = habit.at + minutes(random_.between(-20, 45));
      add(date, time, std::move(done));
    }
  }

  void tellRunning() {
    add(first_, minutes(6 * 60),
        StartGoal{"kilometres",
                  R"({"title":"Run 600 kilometres","type":"health","priority":"high",)"
                  R"("targetDate":{"date":")" +
                      text(today_ + days(24)) +
                      R"("},)"
                      R"("metrics":{"target":600,"unit":"km"},"tags":["running"],"milestones":[)"
                      R"({"title":"Ten kilometres in one go"},{"title":"Run in the city race"}]})",
                  "run"});
    add(first_ + days(55), minutes(9 * 60 + 30), ReachMilestone{"kilometres", 0});
  }

  void tellReading() {
    add(first_ + days(1), minutes(21 * 60),
        StartGoal{"books",
                  R"({"title":"Read twelve books","type":"personal","priority":"medium",)"
                  R"("targetDate":{"date":")" +
                      text(today_ + days(60)) +
                      R"("},)"
                      R"("metrics":{"target":12,"unit":"books"},"tags":["reading"]})",
                  ""});
    int books = 0;
    for (LocalDate date = first_ + days(18); date <= today_ && books < 11;
         date += days(random_.between(14, 24))) {
      ++books;
      add(date, minutes(22 * 60 + 20),
          TellProgress{"books", R"({"value":)" + std::to_string(books) + "}"});
    }
  }

  void tellWebsite() {
    add(first_ + days(30), minutes(9 * 60 + 40),
        StartGoal{
            "website",
            R"({"title":"New website goes live","type":"project","priority":"critical",)"
            R"("targetDate":{"date":")" +
                text(today_ + days(12)) +
                R"("},"measuredBy":"parts",)"
                R"("tags":["work"],"milestones":[{"title":"Texts agreed","weight":2},)"
                R"({"title":"Design accepted","weight":3},{"title":"Shop connected","weight":3},)"
                R"({"title":"Tested with ten people","weight":2},{"title":"Live","weight":1}]})",
            ""});
    add(first_ + days(58), minutes(16 * 60), ReachMilestone{"website", 0});
    add(first_ + days(101), minutes(11 * 60 + 30), ReachMilestone{"website", 1});
    add(first_ + days(160), minutes(17 * 60 + 10), ReachMilestone{"website", 2});
    for (LocalDate date = first_ + days(31); date <= today_; date += days(random_.between(2, 6))) {
      if (isAway(date) || weekday{date} == std::chrono::Sunday) continue;
      add(date, minutes(17 * 60 + 30),
          SpendTime{"website",
                    R"({"duration":)" + std::to_string(random_.between(2, 9) * 15) + "}"});
    }
  }

  void tellSavings() {
    add(first_ + days(2), minutes(20 * 60),
        StartGoal{"savings",
                  R"({"title":"Save 3000 for the cargo bicycle","type":"financial",)"
                  R"("targetDate":{"date":")" +
                      text(today_ + days(45)) +
                      R"("},)"
                      R"("metrics":{"startValue":400,"target":3000,"unit":"EUR"}})",
                  ""});
    for (LocalDate date = first_ + days(4); date <= today_; date += days(30)) {
      add(date, minutes(20 * 60 + 10),
          TellProgress{"savings", R"({"amount":)" + std::to_string(random_.between(28, 42) * 10) +
                                      R"(,"note":"Standing order"})"});
    }
  }

  void tellFinished() {
    add(first_ + days(10), minutes(11 * 60),
        StartGoal{"bread",
                  R"({"title":"Learn to bake sourdough bread","type":"personal","priority":"low",)"
                  R"("targetDate":{"date":")" +
                      text(first_ + days(80)) +
                      R"("},)"
                      R"("metrics":{"target":8,"unit":"loaves"}})",
                  ""});
    for (int loaf = 1; loaf <= 8; ++loaf) {
      add(first_ + days(10 + loaf * 7), minutes(12 * 60),
          TellProgress{"bread", R"({"value":)" + std::to_string(loaf) + "}"});
    }
  }

  void tellLeftOver() {
    add(today_ - days(50), minutes(18 * 60),
        StartGoal{"cellar",
                  R"({"title":"Clear out the cellar","type":"home","priority":"low",)"
                  R"("startDate":{"date":")" +
                      text(today_ - days(50)) +
                      R"("},)"
                      R"("targetDate":{"date":")" +
                      text(today_ - days(4)) +
                      R"("},"milestones":[)"
                      R"({"title":"Sort the boxes"},{"title":"Tip"},{"title":"Shelves"}]})",
                  ""});
    add(today_ - days(21), minutes(15 * 60), ReachMilestone{"cellar", 0});
  }

  ExampleRandom random_;
  const base::Instant now_;
  const accounts::DayRule& day_;
  const LocalDate today_;
  const LocalDate first_;
  const LocalDate awayFrom_;
  const LocalDate awayUntil_;
  ExampleLife life_;
};

}  // namespace

ExampleLife makeExampleLife(std::uint64_t seed, base::Instant now, const accounts::DayRule& day) {
  return Story(seed, now, day).tell();
}

}  // namespace sw::app
