#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/local_loop.h"
#include "base/time_format.h"
#include "fakes/fake_account_stores.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_goal_store.h"
#include "goals/goal_editor.h"

namespace sw::goals {

inline std::chrono::local_days day(std::string_view text) {
  return base::parseDate(text).value_or(std::chrono::local_days{});
}
inline base::Instant instant(std::string_view text) {
  const auto time = base::parseDateTime(text);
  EXPECT_TRUE(time && time->offset) << text;
  if (!time || !time->offset) return {};
  return base::Instant(std::chrono::sys_seconds(time->local.time_since_epoch() - *time->offset)) +
         time->fraction;
}
inline accounts::DayRule zone(std::string_view name) {
  const auto found = base::Zone::find(name);
  EXPECT_TRUE(found.ok()) << name;
  return {found.ok() ? *found : base::Zone::utc(), std::chrono::minutes(0)};
}

/// Goals on fakes, and one owner of them.
class GoalWorld : public ::testing::Test {
 public:
  GoalWorld() { owner = base::newUuid(clock); }

  template <class T>
  T run(base::Task<T> task) {
    return base::runBlocking(std::move(task));
  }
  /// The request of a JSON body, which must be good.
  GoalRequest request(const std::string& body, const Goal* before = nullptr) {
    const auto document = base::json::Document::parse(body);
    EXPECT_TRUE(document.ok()) << body;
    base::json::Problems problems;
    GoalRequest read = readGoal(document->root(), before, context.rule, clock.now(), problems);
    EXPECT_TRUE(problems.empty()) << (problems.empty() ? "" : problems.toError().describe());
    return read;
  }
  /// What is wrong with a body, as "field: issue" lines.
  std::string wrong(const std::string& body, const Goal* before = nullptr) {
    const auto document = base::json::Document::parse(body);
    EXPECT_TRUE(document.ok()) << body;
    base::json::Problems problems;
    static_cast<void>(readGoal(document->root(), before, context.rule, clock.now(), problems));
    std::string out;
    if (problems.empty()) return out;
    const base::Error error = problems.toError();
    for (const auto& problem : error.details()) {
      out += problem.field + ": " + problem.issue + "\n";
    }
    return out;
  }
  Goal create(const std::string& body) {
    auto unit = storage.begin();
    auto written = run(editor.create(*unit, owner, request(body), context));
    EXPECT_TRUE(written.ok()) << (written.ok() ? "" : written.error().describe());
    EXPECT_TRUE(run(unit->commit()).ok());
    return written.ok() ? written->goal : Goal{};
  }
  Goal change(const Goal& goal, const std::string& body) {
    auto unit = storage.begin();
    auto written = run(editor.change(*unit, goal, request(body, &goal), context));
    EXPECT_TRUE(written.ok()) << (written.ok() ? "" : written.error().describe());
    EXPECT_TRUE(run(unit->commit()).ok());
    return written.ok() ? written->goal : goal;
  }
  ProgressEntry entry(const Goal& goal, ProgressEntry::Kind kind, double number, base::Instant at,
                      base::Uuid keyResult = {}) {
    ProgressEntry line;
    line.id = base::newUuid(clock);
    line.goalId = goal.id;
    line.keyResultId = keyResult;
    line.kind = kind;
    line.number = number;
    line.at = at;
    line.created = clock.now();
    return line;
  }
  Goal record(const Goal& goal, const ProgressEntry& line) {
    auto unit = storage.begin();
    auto written = run(editor.record(*unit, goal, line, context));
    EXPECT_TRUE(written.ok()) << (written.ok() ? "" : written.error().describe());
    EXPECT_TRUE(run(unit->commit()).ok());
    clock.advance(std::chrono::seconds(1));  // lines of one instant are in the order of their ids
    return written.ok() ? written->goal : goal;
  }
  Goal add(const Goal& goal, double amount) {
    return record(goal, entry(goal, ProgressEntry::Kind::kAmount, amount, clock.now()));
  }
  Goal set(const Goal& goal, double value) {
    return record(goal, entry(goal, ProgressEntry::Kind::kValue, value, clock.now()));
  }
  /// The types in the owner's log, oldest first, from the one after `from`.
  std::vector<std::string> types(std::int64_t from = 0) {
    std::vector<std::string> found;
    const auto read = run(changes.read({owner, from}, 1000));
    EXPECT_TRUE(read.ok());
    if (read.ok()) {
      for (const jobs::Change& change : *read) found.push_back(change.type);
    }
    return found;
  }
  std::int64_t lastChange() { return *run(changes.last(owner)); }

  fakes::FakeClock clock;
  fakes::FakeStorage storage;
  fakes::FakeGoalStore goals{storage};
  fakes::FakeLinkedProgress linked{storage};
  fakes::FakeChangeLog changes{storage};
  fakes::FakeSettingsStore settings{storage};
  GoalEditor editor{goals, linked, changes, clock};
  base::Uuid owner;
  GoalEditor::Context context;
};

}  // namespace sw::goals
