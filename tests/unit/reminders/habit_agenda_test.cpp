#include "reminders/habit_agenda.h"

#include <gtest/gtest.h>

#include "base/time_format.h"

namespace sw::reminders {
namespace {

using habits::HabitEntry;
using std::chrono::hours;
using std::chrono::minutes;

base::Instant at(std::string_view text) {
  const auto parsed = base::parseDateTime(text);
  return base::Instant(std::chrono::sys_seconds(parsed->local.time_since_epoch()) -
                       parsed->offset.value_or(std::chrono::seconds(0)));
}
habits::LocalDate day(std::string_view text) { return *base::parseDate(text); }

class HabitAgendaTest : public ::testing::Test {
 protected:
  HabitAgendaTest() {
    habit_.content.name = "Read";
    habit_.content.targetTime = hours(7);
    habit_.content.reminders.enabled = true;
    habits::HabitVersion version;
    version.from = version.anchor = day("2026-01-01");
    habit_.content.versions = {version};
    liveIn("Europe/Berlin");
  }
  void liveIn(const std::string& zone, minutes boundary = {}) {
    person_.settings = accounts::Settings::defaults(zone);
    person_.settings.dayBoundary = boundary;
    person_.zone = *base::Zone::find(zone);
  }
  void record(std::string_view date, HabitEntry::Status status) {
    HabitEntry entry;
    entry.date = day(date);
    entry.status = status;
    entries_.push_back(entry);
  }
  std::vector<Moment> moments(std::string_view now) {
    const accounts::DayRule rule{person_.zone, person_.settings.dayBoundary};
    return habitAgenda(habit_, entries_, person_, rule, {at(now), at(now)}).moments;
  }
  /// When it tells next, unsettled ones alone.
  std::vector<std::string> times(std::string_view now, std::size_t most) {
    std::vector<std::string> found;
    for (const Moment& moment : moments(now)) {
      if (!moment.settled && found.size() < most) found.push_back(base::formatInstant(moment.at));
    }
    return found;
  }
  using Times = std::vector<std::string>;

  habits::Habit habit_;
  std::vector<HabitEntry> entries_;
  Person person_;
};

TEST_F(HabitAgendaTest, TellsAtTheTargetTimeOfEachDate) {
  EXPECT_EQ(times("2026-01-05T05:00:00Z", 2),
            (Times{"2026-01-05T06:00:00Z", "2026-01-06T06:00:00Z"}));
}

TEST_F(HabitAgendaTest, KeepsToTheWallClockOnDaysWithoutOneHourOrWithOneMore) {
  EXPECT_EQ(times("2026-03-28T05:00:00Z", 2),
            (Times{"2026-03-28T06:00:00Z", "2026-03-29T05:00:00Z"}));
  EXPECT_EQ(times("2026-10-24T04:00:00Z", 2),
            (Times{"2026-10-24T05:00:00Z", "2026-10-25T06:00:00Z"}));
  habit_.content.targetTime = minutes(150);  // 02:30, which 29 March 2026 does not have
  EXPECT_EQ(times("2026-03-29T00:00:00Z", 1), Times{"2026-03-29T01:30:00Z"});
}

TEST_F(HabitAgendaTest, TellsTheEveningBeforeWhereTheLeadReachesBehindMidnight) {
  habit_.content.reminders.advanceNotice = {hours(10), minutes(15)};
  EXPECT_EQ(times("2026-01-05T19:00:00Z", 3),
            (Times{"2026-01-05T20:00:00Z", "2026-01-06T05:45:00Z", "2026-01-06T20:00:00Z"}));
}

TEST_F(HabitAgendaTest, FollowsATraveller) {
  EXPECT_EQ(times("2026-01-05T05:00:00Z", 1), Times{"2026-01-05T06:00:00Z"});
  liveIn("America/New_York");
  const auto moved = moments("2026-01-05T08:00:00Z");
  EXPECT_EQ(base::formatInstant(moved.front().at), "2026-01-05T12:00:00Z");
  EXPECT_EQ(moved.front().occasionKey, "2026-01-05");  // the same occasion as in Berlin
}

TEST_F(HabitAgendaTest, SettlesDatesThatAreDoneSkippedOrFrozen) {
  record("2026-01-05", HabitEntry::Status::kDone);
  record("2026-01-06", HabitEntry::Status::kSkipped);
  record("2026-01-07", HabitEntry::Status::kFrozen);
  record("2026-01-08", HabitEntry::Status::kPartial);
  EXPECT_EQ(times("2026-01-05T05:00:00Z", 1), Times{"2026-01-08T06:00:00Z"});
}

TEST_F(HabitAgendaTest, RestsWhileTheHabitIsPausedOrArchivedOrSilent) {
  habit_.content.pauses = {{.from = day("2026-01-05"), .until = day("2026-01-09"), .note = {}}};
  EXPECT_EQ(times("2026-01-05T05:00:00Z", 1), Times{"2026-01-10T06:00:00Z"});
  habit_.content.archived = true;
  EXPECT_TRUE(moments("2026-01-05T05:00:00Z").empty());
  habit_.content.archived = false;
  habit_.content.reminders.enabled = false;
  EXPECT_TRUE(moments("2026-01-05T05:00:00Z").empty());
}

TEST_F(HabitAgendaTest, HasNoneLeftInAWeekThatHasItsTimes) {
  habits::Frequency& frequency = habit_.content.versions[0].frequency;
  frequency.kind = habits::Frequency::Kind::kTimes;
  frequency.times = 2;
  frequency.period = habits::Frequency::Period::kWeek;
  record("2026-01-05", HabitEntry::Status::kDone);
  EXPECT_EQ(times("2026-01-06T05:00:00Z", 1), Times{"2026-01-06T06:00:00Z"});
  record("2026-01-06", HabitEntry::Status::kDone);
  EXPECT_EQ(times("2026-01-07T05:00:00Z", 1), Times{"2026-01-12T06:00:00Z"});
}

TEST_F(HabitAgendaTest, CountsANightToTheDayThatItEnds) {
  liveIn("Europe/Berlin", hours(4));
  habit_.content.targetTime = minutes(90);  // 01:30, of the night after the date
  const auto all = moments("2026-01-05T23:00:00Z");
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.front().occasionKey, "2026-01-05");
  EXPECT_EQ(base::formatInstant(all.front().at), "2026-01-06T00:30:00Z");
  EXPECT_EQ(base::formatInstant(all.front().expires), "2026-01-06T03:00:00Z");
}

TEST_F(HabitAgendaTest, TellsInTheMorningWhereThereIsNoTime) {
  habit_.content.targetTime.reset();
  EXPECT_EQ(times("2026-01-05T05:00:00Z", 1), Times{"2026-01-05T08:00:00Z"});
  habit_.content.flexibleWindow = accounts::DayRange{hours(18), hours(20)};
  EXPECT_EQ(times("2026-01-05T05:00:00Z", 1), Times{"2026-01-05T17:00:00Z"});
}

TEST_F(HabitAgendaTest, TakesTheHabitsOwnQuietHoursAndChannels) {
  habit_.content.reminders.quietHours = accounts::DayRange{hours(6), hours(8)};
  habit_.content.reminders.channels = {"push"};
  person_.settings.quietHours = accounts::DayRange{hours(1), hours(2)};
  const auto now = at("2026-01-05T05:00:00Z");
  const auto agenda = habitAgenda(habit_, {}, person_, {person_.zone, {}}, {now, now});
  EXPECT_EQ(agenda.quietHours, habit_.content.reminders.quietHours);
  EXPECT_EQ(agenda.moments.front().channels, (std::vector<std::string>{"in_app", "push"}));
}

}  // namespace
}  // namespace sw::reminders
