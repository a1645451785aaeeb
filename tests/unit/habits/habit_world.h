#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "accounts/settings_json.h"
#include "base/local_loop.h"
#include "base/time_format.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_habit_store.h"
#include "habits/habit_editor.h"
#include "unit/habits/naive_counter.h"

namespace sw::habits {

inline LocalDate day(const std::string& text) { return base::parseDate(text).value(); }

/// One habit of one person on fakes, with a clock in the person's hands.
class HabitWorld : public ::testing::Test {
 protected:
  /// Moves the clock to a wall-clock time in the person's zone (the habit's, where it has one).
  void at(const std::string& local) {
    const auto time = base::parseDateTime(local + ":00").value();
    clock_.set(base::Instant(base::Zone::find(zone_)->toUtc(time.local)));
  }
  void liveIn(const std::string& zone, std::chrono::minutes boundary = {}) {
    zone_ = zone;
    accounts::Settings settings = accounts::Settings::defaults(zone);
    settings.dayBoundary = boundary;
    settings_.document = accounts::toSettingsDocument(settings);
    settings_.revision += 1;
  }

  /// Reads an input from JSON and makes the habit.
  void create(const std::string& json) {
    const auto document = base::json::Document::parse(json);
    base::json::Problems problems;
    HabitInput input = readHabitInput(document->root(), problems);
    ASSERT_TRUE(problems.empty()) << problems.toError().describe();
    auto unit = storage_.begin();
    auto edit = editor_.create(*unit, userId_, std::move(input), settings_, {});
    ASSERT_TRUE(edit.ok()) << edit.error().describe();
    id_ = edit->open.habit.id;
    ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  }
  void change(const std::string& json, std::optional<LocalDate> from = std::nullopt) {
    const auto document = base::json::Document::parse(json);
    base::json::Problems problems;
    HabitInput input = readHabitInput(document->root(), problems);
    ASSERT_TRUE(problems.empty()) << problems.toError().describe();
    auto unit = storage_.begin();
    auto edit =
        base::runBlocking(editor_.change(*unit, load(), std::move(input), from, settings_, {}));
    ASSERT_TRUE(edit.ok()) << edit.error().describe();
    ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  }
  OpenHabit load() {
    auto found = base::runBlocking(store_.find(userId_, id_));
    auto opened = open((*found)->record, settings_);
    EXPECT_TRUE(opened.ok());
    return *std::move(opened);
  }
  HabitProgress progress() {
    const OpenHabit habit = load();
    return progressOf(habit.habit, habit.state, clock_.now(), habit.day);
  }

  base::Result<HabitEdit> complete(Completion completion = {}) {
    auto unit = storage_.begin();
    auto edit = base::runBlocking(editor_.complete(*unit, load(), std::move(completion), {}));
    return commit(*unit, std::move(edit));
  }
  base::Result<HabitEdit> completeOn(const std::string& date) {
    return complete({.date = day(date), .amount = std::nullopt, .note = std::nullopt});
  }
  base::Result<HabitEdit> undo(std::optional<LocalDate> date = std::nullopt) {
    auto unit = storage_.begin();
    auto edit = base::runBlocking(editor_.undo(*unit, load(), date, {}));
    return commit(*unit, std::move(edit));
  }
  base::Result<HabitEdit> skip(Skip what = {}) {
    auto unit = storage_.begin();
    auto edit = base::runBlocking(editor_.skip(*unit, load(), std::move(what), {}));
    return commit(*unit, std::move(edit));
  }
  base::Result<HabitEdit> unskip(std::optional<LocalDate> date = std::nullopt) {
    auto unit = storage_.begin();
    auto edit = base::runBlocking(editor_.unskip(*unit, load(), date, {}));
    return commit(*unit, std::move(edit));
  }
  base::Result<HabitEdit> commit(jobs::UnitOfWork& unit, base::Result<HabitEdit> edit) {
    if (!edit.ok() || !edit->changed) return edit;
    if (const auto done = base::runBlocking(unit.commit()); !done.ok()) return done.error();
    return edit;
  }

  NaiveCounter::Entries entries() {
    NaiveCounter::Entries all;
    const auto found =
        base::runBlocking(store_.entries(id_, LocalDate::min(), LocalDate::max(), 1'000'000));
    for (const HabitEntry& entry : *found) all[entry.date] = entry;
    return all;
  }
  std::vector<std::string> changeTypes() {
    std::vector<std::string> types;
    const auto changes =
        base::runBlocking(changes_.read({userId_, jobs::ChangeLog::kOldestKept}, 100'000));
    for (const jobs::Change& change : *changes) types.push_back(change.type);
    return types;
  }

  fakes::FakeClock clock_;
  fakes::FakeStorage storage_;
  fakes::FakeHabitStore store_{storage_};
  fakes::FakeChangeLog changes_{storage_};
  HabitEditor editor_{store_, changes_, clock_};
  base::Uuid userId_ = base::newUuid(clock_);
  base::Uuid id_;
  std::string zone_ = "UTC";
  accounts::SettingsStore::Stored settings_{R"({"timeZone":"UTC"})", 1, {}};
};

}  // namespace sw::habits
