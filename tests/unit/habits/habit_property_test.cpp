#include <cstdlib>
#include <random>

#include "unit/habits/habit_world.h"

namespace sw::habits {
namespace {

using std::chrono::days;

int rounds() { return std::getenv("SW_FULL") != nullptr ? 3000 : 120; }
constexpr int kSteps = 60;

constexpr const char* kZones[] = {"UTC",
                                  "Europe/Berlin",
                                  "America/Los_Angeles",
                                  "Asia/Tokyo",
                                  "Pacific/Kiritimati",
                                  "Asia/Kolkata",
                                  "Australia/Lord_Howe",
                                  "Pacific/Auckland",
                                  "Pacific/Apia"};
/// Lives that begin here live through a day that Apia has left out.
constexpr const char* kBeforeTheLeftOutDay = "2011-12-20T12:00";

/// A life with one habit, drawn at random; after each step what is stored is held against counting
/// from scratch.
class HabitProperty : public HabitWorld {
 protected:
  int draw(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }
  bool chance(int percent) { return draw(1, 100) <= percent; }

  Frequency drawFrequency() {
    Frequency f;
    f.weekStart = static_cast<calendar::Weekday>(draw(0, 6));
    switch (draw(0, 6)) {
      case 0: return {};
      case 1:
        f.kind = Frequency::Kind::kWeekly;
        f.weekdays = static_cast<std::uint8_t>(draw(1, 126));
        return f;
      case 2:
        f.kind = Frequency::Kind::kMonthly;
        f.monthDays = {static_cast<std::uint8_t>(draw(1, 15)),
                       static_cast<std::uint8_t>(draw(16, 31))};
        return f;
      case 3:
        f.kind = Frequency::Kind::kRule;
        f.rule = "FREQ=DAILY;INTERVAL=" + std::to_string(draw(2, 9));
        return f;
      default: break;
    }
    f.kind = Frequency::Kind::kTimes;
    f.period = static_cast<Frequency::Period>(draw(0, 3));
    f.times = draw(1, 4);
    if (f.period == Frequency::Period::kDay) f.times = draw(2, 3);
    if (f.period == Frequency::Period::kDays) f.days = draw(4, 12);
    return f;
  }
  std::optional<HabitGoal> drawGoal(const Frequency& f) {
    const bool several = f.kind == Frequency::Kind::kTimes && f.period == Frequency::Period::kDay;
    if (several || chance(60)) return std::nullopt;
    return HabitGoal{0.5 * draw(1, 6), "litres"};
  }
  void write(const HabitContent& content, std::optional<LocalDate> from) {
    HabitInput input;
    input.content = content;
    input.content.versions.clear();
    input.frequency = content.versions.back().frequency;
    input.goal = content.versions.back().goal;
    auto unit = storage_.begin();
    auto edit =
        base::runBlocking(editor_.change(*unit, load(), std::move(input), from, settings_, {}));
    ASSERT_TRUE(edit.ok()) << edit.error().describe();
    ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  }
  std::optional<LocalDate> someDate() {
    if (chance(45)) return std::nullopt;
    return progress().today - days(draw(0, 70));
  }

  void step() {
    HabitContent content = load().habit.content;
    const LocalDate today = progress().today;
    switch (draw(0, 19)) {
      case 0: {
        content.versions.back().frequency = drawFrequency();
        content.versions.back().goal = drawGoal(content.versions.back().frequency);
        const auto from = chance(50) ? std::nullopt : std::optional(today - days(draw(0, 50)));
        return write(content, from);
      }
      case 1: {
        content.pauses.clear();
        LocalDate at = today - days(draw(10, 60));
        for (int i = draw(0, 3); i > 0; --i) {
          const LocalDate until = at + days(draw(0, 14));
          content.pauses.push_back({at, until, {}});
          at = until + days(draw(1, 20));
        }
        if (!content.pauses.empty() && chance(20)) content.pauses.back().until.reset();
        return write(content, std::nullopt);
      }
      case 2: return liveIn(kZones[draw(0, 8)], std::chrono::minutes(60 * draw(0, 5)));
      case 3:
      case 4: {
        const auto known = entries();
        if (known.empty()) return;
        const auto entry = std::next(known.begin(), draw(0, static_cast<int>(known.size()) - 1));
        const bool excused = entry->second.isExcused();
        ASSERT_TRUE((excused ? unskip(entry->first) : undo(entry->first)).ok());
        return;
      }
      case 5:
      case 6: {
        const auto status = chance(50) ? HabitEntry::Status::kSkipped : HabitEntry::Status::kFrozen;
        const auto outcome = skip({.date = someDate(), .status = status, .note = {}});
        ASSERT_TRUE(outcome.ok() || outcome.error().code() == base::Code::kConflict);
        return;
      }
      case 7: return clock_.advance(std::chrono::hours(24 * draw(1, 20)));
      default: break;
    }
    Completion completion{.date = someDate(), .amount = std::nullopt, .note = std::nullopt};
    if (chance(30)) completion.amount = 0.5 * draw(1, 4);
    ASSERT_TRUE(complete(std::move(completion)).ok());
    clock_.advance(std::chrono::hours(draw(0, 40)));
  }

  void compare(const std::string& where) {
    const OpenHabit habit = load();
    const auto known = entries();
    const HabitProgress told = progressOf(habit.habit, habit.state, clock_.now(), habit.day);
    LocalDate firstOpen = told.today;
    LocalDate through = firstOpen - days(1);
    bool running = false;
    if (!known.empty()) {
      const HabitEntry& last = known.rbegin()->second;
      const auto zone = base::Zone::find(last.timeZone);
      firstOpen =
          std::min(firstOpen, accounts::localDateOf(clock_.now(), {*zone, habit.day.boundary}));
      running = last.date >= firstOpen && (last.isDone() || last.isExcused());
      through = std::max(firstOpen - days(1), last.date - days(running ? 0 : 1));
    }
    const NaiveCounter::Count counted = NaiveCounter(habit.habit.content, known, habit.day.zone)
                                            .count(through, running, told.today);
    ASSERT_EQ(told.current, counted.current)
        << where << ": " << told.current.count << " periods, " << told.current.days
        << " days, but counted " << counted.current.count << ", " << counted.current.days;
    ASSERT_EQ(told.longest, counted.longest)
        << where << ": " << told.longest.count << ", but counted " << counted.longest.count;
    ASSERT_EQ(told.completions, counted.completions) << where;
    ASSERT_NEAR(told.strength, counted.strength, 1e-9) << where;

    std::vector<HabitEntry> ascending;
    for (const auto& [date, entry] : known) ascending.push_back(entry);
    const HabitState anew = HabitState::counted(habit.habit.content, ascending);
    ASSERT_EQ(encodeTally(habit.state.settled), encodeTally(anew.settled)) << where;
    ASSERT_EQ(habit.state.last, anew.last) << where;
    ASSERT_EQ(decodeState(encodeState(habit.state)), habit.state) << where;
    const HabitCalendar calendar(habit.habit.content, anew.settled.begin);
    for (const HabitState::Checkpoint& one : habit.state.checkpoints) {
      ASSERT_LT(one.through, habit.state.last->date) << where;
      ASSERT_EQ(one.tally, encodeTally(tallyThrough(calendar, ascending, one.through, {})))
          << where;
    }
  }

  std::mt19937 random_;
};

TEST_F(HabitProperty, AnyOrderOfChangesCountsAsFromScratch) {
  const char* seedText = std::getenv("SW_SEED");
  const unsigned seed = seedText != nullptr ? static_cast<unsigned>(std::atoi(seedText)) : 20260105;
  for (int round = 0; round < rounds(); ++round) {
    random_.seed(seed + static_cast<unsigned>(round));
    storage_.look([](fakes::FakeTables& tables) {
      tables = {};  // each commit copies them
      return 0;
    });
    liveIn(kZones[draw(0, 8)], std::chrono::minutes(60 * draw(0, 5)));
    if (round % 3 == 0) at(kBeforeTheLeftOutDay);
    create(R"({"name":"Walk"})");
    HabitContent content = load().habit.content;
    content.versions.back().frequency = drawFrequency();
    content.versions.back().goal = drawGoal(content.versions.back().frequency);
    write(content, std::nullopt);
    for (int i = 0; i < kSteps; ++i) {
      step();
      if (HasFatalFailure()) return;
      compare("seed " + std::to_string(seed) + ", round " + std::to_string(round) + ", step " +
              std::to_string(i));
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace sw::habits
