#include "calendar/event_editor.h"

#include "unit/calendar/calendar_world.h"

namespace sw::calendar {
namespace {

using Titles = std::vector<std::string>;

class EventEditorTest : public CalendarWorld {
 protected:
  /// Mondays at 9 in Berlin, six times; clocks go forward before the fifth.
  EventId weekly() {
    return create(meeting("Weekly", "2026-03-02T09:00:00", "2026-03-02T10:00:00",
                          {"RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=6"}));
  }
  Titles spring() { return titles("2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z"); }
};

TEST_F(EventEditorTest, ExpandsASeriesOnItsWallClock) {
  weekly();
  EXPECT_EQ(spring(), (Titles{"2026-03-02T08:00:00Z Weekly", "2026-03-09T08:00:00Z Weekly",
                              "2026-03-16T08:00:00Z Weekly", "2026-03-23T08:00:00Z Weekly",
                              "2026-03-30T07:00:00Z Weekly", "2026-04-06T07:00:00Z Weekly"}));
}

TEST_F(EventEditorTest, ChangesOneOccurrence) {
  const EventId series = weekly();
  ASSERT_TRUE(replace(occurrence(series, "2026-03-09T08:00:00Z"), Scope::kThis,
                      meeting("Moved", "2026-03-10T15:00:00", "2026-03-10T16:00:00"))
                  .ok());
  const Titles all = spring();
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(all[1], "2026-03-10T14:00:00Z Moved");
}

TEST_F(EventEditorTest, ChangesAChangedOccurrenceAgain) {
  const EventId series = weekly();
  const EventId second = occurrence(series, "2026-03-09T08:00:00Z");
  ASSERT_TRUE(
      replace(second, Scope::kThis, meeting("Moved", "2026-03-10T15:00:00", "2026-03-10T16:00:00"))
          .ok());
  ASSERT_TRUE(
      replace(second, Scope::kThis, meeting("Again", "2026-03-11T15:00:00", "2026-03-11T16:00:00"))
          .ok());
  EXPECT_EQ(spring()[1], "2026-03-11T14:00:00Z Again");
  EXPECT_EQ(spring().size(), 6U);
}

TEST_F(EventEditorTest, RefusesARecurrenceForOneOccurrence) {
  const EventId series = weekly();
  const auto refused =
      replace(occurrence(series, "2026-03-09T08:00:00Z"), Scope::kThis,
              meeting("X", "2026-03-09T09:00:00", "2026-03-09T10:00:00", {"RRULE:FREQ=DAILY"}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), base::Code::kInvalid);
  EXPECT_EQ(refused.error().details().at(0).field, "recurrence");
}

TEST_F(EventEditorTest, RemovesOneOccurrenceForGood) {
  const EventId series = weekly();
  const EventId second = occurrence(series, "2026-03-09T08:00:00Z");
  ASSERT_TRUE(remove(second, Scope::kThis).ok());
  EXPECT_EQ(spring().size(), 5U);
  EXPECT_EQ(find(second).error().code(), base::Code::kNotFound);
}

TEST_F(EventEditorTest, SplitsASeriesAndTakesLaterChangesAlong) {
  const EventId series = weekly();
  ASSERT_TRUE(replace(occurrence(series, "2026-03-30T07:00:00Z"), Scope::kThis,
                      meeting("Special", "2026-03-30T09:00:00", "2026-03-30T10:00:00"))
                  .ok());
  ASSERT_TRUE(remove(occurrence(series, "2026-04-06T07:00:00Z"), Scope::kThis).ok());
  ASSERT_TRUE(replace(occurrence(series, "2026-03-16T08:00:00Z"), Scope::kFollowing,
                      meeting("Later", "2026-03-16T11:00:00", "2026-03-16T12:00:00"))
                  .ok());
  EXPECT_EQ(spring(), (Titles{"2026-03-02T08:00:00Z Weekly", "2026-03-09T08:00:00Z Weekly",
                              "2026-03-16T10:00:00Z Later", "2026-03-23T10:00:00Z Later",
                              "2026-03-30T09:00:00Z Special"}));
}

TEST_F(EventEditorTest, SplittingAtTheFirstChangesTheWholeSeries) {
  const EventId series = weekly();
  ASSERT_TRUE(replace(occurrence(series, "2026-03-02T08:00:00Z"), Scope::kFollowing,
                      meeting("All", "2026-03-02T09:00:00", "2026-03-02T10:00:00"))
                  .ok());
  const Titles all = spring();
  EXPECT_EQ(all.size(), 6U);
  EXPECT_EQ(all[5], "2026-04-06T07:00:00Z All");
  EXPECT_TRUE(find(series).ok());
}

TEST_F(EventEditorTest, MovesAWholeSeriesByOneOccurrence) {
  const EventId series = weekly();
  ASSERT_TRUE(replace(occurrence(series, "2026-03-23T08:00:00Z"), Scope::kThis,
                      meeting("Special", "2026-03-23T09:00:00", "2026-03-23T10:00:00"))
                  .ok());
  ASSERT_TRUE(replace(occurrence(series, "2026-03-16T08:00:00Z"), Scope::kAll,
                      meeting("Tuesday", "2026-03-17T10:30:00", "2026-03-17T11:00:00"))
                  .ok());
  EXPECT_EQ(spring(), (Titles{"2026-03-03T09:30:00Z Tuesday", "2026-03-10T09:30:00Z Tuesday",
                              "2026-03-17T09:30:00Z Tuesday", "2026-03-24T09:30:00Z Special",
                              "2026-03-31T08:30:00Z Tuesday", "2026-04-07T08:30:00Z Tuesday"}));
}

TEST_F(EventEditorTest, EndsASeriesBeforeAnOccurrence) {
  const EventId series = weekly();
  ASSERT_TRUE(remove(occurrence(series, "2026-03-30T07:00:00Z"), Scope::kFollowing).ok());
  EXPECT_EQ(spring().size(), 4U);
  ASSERT_TRUE(remove(occurrence(series, "2026-03-02T08:00:00Z"), Scope::kFollowing).ok());
  EXPECT_TRUE(spring().empty());
  EXPECT_EQ(storage_.look([](fakes::FakeTables& t) { return t.events.size(); }), 0U);
}

TEST_F(EventEditorTest, TakingTheRecurrenceAwayLeavesOneEvent) {
  const EventId series = weekly();
  ASSERT_TRUE(remove(occurrence(series, "2026-03-09T08:00:00Z"), Scope::kThis).ok());
  ASSERT_TRUE(
      replace(series, Scope::kAll, meeting("Once", "2026-03-02T09:00:00", "2026-03-02T10:00:00"))
          .ok());
  EXPECT_EQ(spring(), (Titles{"2026-03-02T08:00:00Z Once"}));
  EXPECT_EQ(storage_.look([](fakes::FakeTables& t) { return t.events.size(); }), 1U);
}

TEST_F(EventEditorTest, ConcurrentChangesOfOneSeriesNeverMix) {
  const EventId series = weekly();
  const auto first = find(occurrence(series, "2026-03-09T08:00:00Z"));
  const auto second = find(occurrence(series, "2026-03-16T08:00:00Z"));
  ASSERT_TRUE(first.ok() && second.ok());
  auto firstUnit = storage_.begin();
  auto secondUnit = storage_.begin();
  ASSERT_TRUE(base::runBlocking(editor_.remove(*firstUnit, *first, Scope::kThis, {})).ok());
  ASSERT_TRUE(base::runBlocking(editor_.remove(*secondUnit, *second, Scope::kThis, {})).ok());
  EXPECT_TRUE(base::runBlocking(firstUnit->commit()).ok());
  EXPECT_EQ(base::runBlocking(secondUnit->commit()).error().code(), base::Code::kConflict);
  EXPECT_EQ(spring().size(), 5U);
}

TEST_F(EventEditorTest, EveryChangeIsInTheLog) {
  const EventId series = weekly();
  ASSERT_TRUE(remove(occurrence(series, "2026-03-09T08:00:00Z"), Scope::kThis).ok());
  ASSERT_TRUE(remove(series, Scope::kAll).ok());
  const auto log = base::runBlocking(changes_.read({owner_, 0}, 10));
  ASSERT_TRUE(log.ok());
  Titles types;
  for (const jobs::Change& change : *log) types.push_back(change.type);
  EXPECT_EQ(types,
            (Titles{"calendar.event.created", "calendar.event.updated", "calendar.event.deleted"}));
}

}  // namespace
}  // namespace sw::calendar
