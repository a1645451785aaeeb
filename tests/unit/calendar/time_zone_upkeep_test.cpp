#include "calendar/time_zone_upkeep.h"

#include "calendar/event_record.h"
#include "fakes/fake_upkeep_store.h"
#include "unit/calendar/calendar_world.h"

namespace sw::calendar {
namespace {

constexpr const char* kNew = "2099a";
constexpr std::chrono::hours kOff{1};

class TimeZoneUpkeepTest : public CalendarWorld {
 protected:
  TimeZoneUpkeep::Outcome run(const std::string& version = kNew) {
    const auto outcome = base::runBlocking(upkeep_.run(version, [] { return false; }));
    EXPECT_TRUE(outcome.ok()) << outcome.error().describe();
    return *outcome;
  }
  /// Makes a row look as an older database with another offset had derived it.
  void derivedWrongly(base::Uuid id) {
    storage_.look([&](fakes::FakeTables& tables) {
      EventRecord& record = tables.events[id];
      record.spanStart -= kOff;
      record.spanEnd -= kOff;
      if (record.kind == EventRecord::Kind::kOverride) record.originalKey -= kOff;
      record.tzVersion = "1999a";
      for (std::size_t at = 0; (at = record.document.find("+02:00", at)) != std::string::npos;) {
        record.document.replace(at, 6, "+03:00");
      }
      return 0;
    });
  }
  EventRecord rowOf(base::Uuid id) {
    return storage_.look([&](fakes::FakeTables& tables) { return tables.events[id]; });
  }
  base::Uuid overrideOf(base::Uuid series) {
    base::Uuid id;
    const EventVisitor visitor = [&](const EventRow& row) { id = row.id; };
    EXPECT_TRUE(base::runBlocking(events_.overridesOf(series, visitor)).ok());
    return id;
  }
  std::vector<jobs::Change> changesAfter(std::int64_t number) {
    return *base::runBlocking(changes_.read({owner_, number}, 1000));
  }
  std::int64_t lastChange() { return *base::runBlocking(changes_.last(owner_)); }

  fakes::FakeUpkeepStore store_{storage_};
  TimeZoneUpkeep upkeep_{{storage_, store_, events_, calendars_, changes_}, clock_};
};

TEST_F(TimeZoneUpkeepTest, MovesWhatWasDerivedByOtherRules) {
  const EventId id = create(meeting("Talk", "2026-07-01T09:00:00", "2026-07-01T10:00:00"));
  const EventRecord right = rowOf(id.event);
  derivedWrongly(id.event);
  const std::int64_t before = lastChange();
  clock_.advance(std::chrono::seconds(5));
  const auto outcome = run();
  EXPECT_TRUE(outcome.needed);
  EXPECT_TRUE(outcome.whole);
  EXPECT_EQ(outcome.looked, 1U);
  EXPECT_EQ(outcome.moved, 1U);
  const EventRecord now = rowOf(id.event);
  EXPECT_EQ(now.spanStart, right.spanStart);
  EXPECT_EQ(now.spanEnd, right.spanEnd);
  EXPECT_EQ(now.tzVersion, kNew);
  EXPECT_EQ(now.revision, 2);
  EXPECT_EQ(now.updated, clock_.now());
  EXPECT_EQ(now.document, right.document);
  const auto told = changesAfter(before);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].type, "calendar.event.updated");
  EXPECT_EQ(told[0].resourceId, id.event);
  EXPECT_EQ(told[0].revision, 2);
}

TEST_F(TimeZoneUpkeepTest, LeavesWhatStandsWhereItWas) {
  const EventId single = create(meeting("Talk", "2026-07-01T09:00:00", "2026-07-01T10:00:00"));
  const EventId series = create(
      meeting("Daily", "2026-07-01T09:00:00", "2026-07-01T10:00:00", {"RRULE:FREQ=DAILY;COUNT=5"}));
  EventContent day;
  day.start = allDay("2026-07-01");
  day.end = allDay("2026-07-02");
  const EventId holiday = create(day);
  const std::int64_t before = lastChange();
  const auto outcome = run();
  EXPECT_EQ(outcome.looked, 3U);
  EXPECT_EQ(outcome.moved, 0U);
  EXPECT_EQ(lastChange(), before);
  for (const EventId& id : {single, series, holiday}) EXPECT_EQ(rowOf(id.event).revision, 1);
  // The plan of a series is taken as it is only under the present version.
  EXPECT_EQ(rowOf(series.event).tzVersion, kNew);
}

TEST_F(TimeZoneUpkeepTest, MovesAChangedOccurrenceWithTheKeyItIsKnownBy) {
  const EventId series = create(
      meeting("Daily", "2026-07-01T09:00:00", "2026-07-01T10:00:00", {"RRULE:FREQ=DAILY;COUNT=5"}));
  const EventId second = occurrence(series, "2026-07-02T07:00:00Z");
  ASSERT_TRUE(
      replace(second, Scope::kThis, meeting("Moved", "2026-07-02T15:00:00", "2026-07-02T16:00:00"))
          .ok());
  const base::Uuid changed = overrideOf(series.event);
  const EventRecord right = rowOf(changed);
  derivedWrongly(changed);
  const std::int64_t before = lastChange();
  const std::int64_t masterRevision = rowOf(series.event).revision;
  run();
  EXPECT_EQ(rowOf(changed).originalKey, right.originalKey);
  EXPECT_EQ(rowOf(changed).spanStart, right.spanStart);
  // The series changes with any of its parts.
  EXPECT_EQ(rowOf(series.event).revision, masterRevision + 1);
  const auto told = changesAfter(before);
  ASSERT_EQ(told.size(), 2U);
  for (const jobs::Change& change : told) EXPECT_EQ(change.resourceId, series.event);
  EXPECT_TRUE(std::ranges::any_of(
      told, [&](const jobs::Change& change) { return change.part == second.toString(); }));
  const auto titlesNow = titles("2026-07-02T00:00:00Z", "2026-07-03T00:00:00Z");
  EXPECT_EQ(titlesNow, std::vector<std::string>{"2026-07-02T13:00:00Z Moved"});
}

TEST_F(TimeZoneUpkeepTest, RunsOnceForEachVersionAndNeverBack) {
  create(meeting("Talk", "2026-07-01T09:00:00", "2026-07-01T10:00:00"));
  EXPECT_TRUE(run().needed);
  EXPECT_FALSE(run().needed);
  EXPECT_FALSE(run("2098b").needed);
  EXPECT_FALSE(run("unknown").needed);
  EXPECT_TRUE(run("2099b").needed);
}

TEST_F(TimeZoneUpkeepTest, GoesOnWhereItWasStopped) {
  constexpr int kEvents = TimeZoneUpkeep::kPiece * 2 + 5;
  for (int i = 0; i < kEvents; ++i) {
    derivedWrongly(create(meeting("Talk", "2026-07-01T09:00:00", "2026-07-01T10:00:00")).event);
  }
  int asked = 0;
  const auto first = base::runBlocking(upkeep_.run(kNew, [&] { return asked++ == 1; }));
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(first->whole);
  EXPECT_EQ(first->moved, static_cast<std::size_t>(TimeZoneUpkeep::kPiece));
  const auto second = run();
  EXPECT_TRUE(second.whole);
  EXPECT_EQ(second.looked, static_cast<std::size_t>(kEvents - TimeZoneUpkeep::kPiece));
  EXPECT_EQ(second.moved, second.looked);
}

TEST_F(TimeZoneUpkeepTest, PassesOverWhatItCannotRead) {
  const EventId id = create(meeting("Talk", "2026-07-01T09:00:00", "2026-07-01T10:00:00"));
  derivedWrongly(id.event);
  storage_.look([&](fakes::FakeTables& tables) {
    tables.events[id.event].document = "\"start\":{";
    return 0;
  });
  const auto outcome = run();
  EXPECT_EQ(outcome.unclear, 1U);
  EXPECT_EQ(rowOf(id.event).revision, 1);
}

TEST_F(TimeZoneUpkeepTest, RepeatsAPieceThatAnotherWriterWasFasterIn) {
  const EventId id = create(meeting("Talk", "2026-07-01T09:00:00", "2026-07-01T10:00:00"));
  derivedWrongly(id.event);
  storage_.failNextCommit({base::Code::kConflict, "the event was changed meanwhile"});
  EXPECT_EQ(run().moved, 1U);
}

}  // namespace
}  // namespace sw::calendar
