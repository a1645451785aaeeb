#include "reminders/verdict.h"

#include <gtest/gtest.h>

#include "base/time_format.h"

namespace sw::reminders {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr base::Instant kNoon{std::chrono::hours(24 * 365 * 50 + 12)};

Moment moment(const std::string& key, base::Instant at, minutes lead = {},
              minutes useful = hours(2)) {
  return {.occasionKey = key,
          .occasion = at + lead,
          .lead = lead,
          .at = at,
          .expires = at + lead + useful,
          .channels = {"in_app"},
          .title = {}};
}

Agenda agendaOf(std::vector<Moment> moments) {
  return {.title = "Read", .quietHours = {}, .zone = {}, .moments = std::move(moments)};
}

Reminder rowOf(const Moment& moment, ReminderState state) {
  Reminder row = toReminder(moment, agendaOf({}), {}, ResourceKind::kHabit, {}, moment.at);
  row.state = state;
  return row;
}

TEST(NextMoment, IsTheFirstThatNobodyHasDecidedOn) {
  const Moment first = moment("1", kNoon + minutes(5));
  const Moment second = moment("2", kNoon + minutes(9));
  const Agenda agenda = agendaOf({first, second});
  EXPECT_EQ(nextMoment(agenda, {}, nullptr, kNoon, kNoon)->moment.occasionKey, "1");
  const std::vector planned = {rowOf(first, ReminderState::kPlanned)};
  EXPECT_EQ(nextMoment(agenda, planned, nullptr, kNoon, kNoon)->moment.occasionKey, "1");
  for (const auto state : {ReminderState::kSent, ReminderState::kSkipped, ReminderState::kSnoozed,
                           ReminderState::kGathered, ReminderState::kDismissed}) {
    const std::vector rows = {rowOf(first, state)};
    EXPECT_EQ(nextMoment(agenda, rows, nullptr, kNoon, kNoon)->moment.occasionKey, "2");
  }
}

TEST(NextMoment, LeavesOutWhatIsSettledOrOverOrBefore) {
  Moment settled = moment("1", kNoon + minutes(1));
  settled.settled = true;
  const Moment over = moment("0", kNoon - hours(3));
  const Moment before = moment("2", kNoon - minutes(30));
  EXPECT_FALSE(
      nextMoment(agendaOf({over, before, settled}), {}, nullptr, kNoon, kNoon).has_value());
  // Planned before, it counts though its time has passed.
  const auto late = nextMoment(agendaOf({over, before}), {}, nullptr, before.at, kNoon);
  ASSERT_TRUE(late.has_value());
  EXPECT_EQ(late->due, before.at);
}

TEST(NextMoment, WaitsForTheEndOfQuietHoursOrIsLeftOut) {
  Agenda agenda = agendaOf({moment("1", kNoon + minutes(30)), moment("2", kNoon + hours(5))});
  agenda.quietHours = accounts::DayRange{hours(12), hours(14)};
  EXPECT_EQ(nextMoment(agenda, {}, nullptr, kNoon, kNoon)->due, kNoon + hours(2));
  agenda.quietHours = accounts::DayRange{hours(12), hours(15)};
  EXPECT_EQ(nextMoment(agenda, {}, nullptr, kNoon, kNoon)->moment.occasionKey, "2");
}

TEST(Judge, TellsWhatIsDueAndGathersWhatIsLate) {
  const Moment due = moment("1", kNoon);
  const Reminder planned = rowOf(due, ReminderState::kPlanned);
  const Agenda agenda = agendaOf({due});
  EXPECT_TRUE(judge(agenda, {}, planned, kNoon - minutes(1)).empty());
  EXPECT_EQ(judge(agenda, {}, planned, kNoon)[0].outcome, Outcome::kTell);
  EXPECT_EQ(judge(agenda, {}, planned, kNoon + kLate)[0].outcome, Outcome::kTell);
  EXPECT_EQ(judge(agenda, {}, planned, kNoon + kLate + minutes(1))[0].outcome, Outcome::kGather);
}

TEST(Judge, SkipsWhatIsDoneOrOver) {
  Moment done = moment("1", kNoon);
  done.settled = true;
  const Reminder planned = rowOf(done, ReminderState::kPlanned);
  auto verdicts = judge(agendaOf({done}), {}, planned, kNoon);
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts[0].outcome, Outcome::kSkip);
  EXPECT_EQ(verdicts[0].reason, SkipReason::kDone);
  verdicts = judge(agendaOf({moment("1", kNoon)}), {}, planned, kNoon + hours(2));
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts[0].reason, SkipReason::kExpired);
}

TEST(Judge, TellsOnlyTheLatestOfOneOccasion) {
  const Moment hour = moment("1", kNoon - minutes(60), minutes(60));
  const Moment quarter = moment("1", kNoon - minutes(15), minutes(15));
  const Moment other = moment("2", kNoon - minutes(5), minutes(0));
  const Reminder planned = rowOf(hour, ReminderState::kPlanned);
  const auto verdicts = judge(agendaOf({hour, quarter, other}), {}, planned, kNoon);
  ASSERT_EQ(verdicts.size(), 3U);
  EXPECT_EQ(verdicts[0].reason, SkipReason::kSuperseded);
  EXPECT_EQ(verdicts[1].moment.lead, minutes(15));
  EXPECT_EQ(verdicts[1].outcome, Outcome::kGather);
  EXPECT_EQ(verdicts[2].outcome, Outcome::kTell);
}

TEST(Judge, WaitsWhileQuietHoursAreOnAndGathersAtTheirEnd) {
  const Moment due = moment("1", kNoon, {}, hours(9));
  const Reminder planned = rowOf(due, ReminderState::kPlanned);
  Agenda agenda = agendaOf({due});
  agenda.quietHours = accounts::DayRange{hours(11), hours(14)};
  auto verdicts = judge(agenda, {}, planned, kNoon + minutes(1));
  EXPECT_EQ(verdicts[0].outcome, Outcome::kWait);
  EXPECT_EQ(verdicts[0].due, kNoon + hours(2));
  verdicts = judge(agenda, {}, planned, kNoon + hours(2));
  EXPECT_EQ(verdicts[0].outcome, Outcome::kGather);
  // Late after an outage and quiet hours are on: not before they are over.
  agenda.quietHours = accounts::DayRange{hours(13), hours(15)};
  verdicts = judge(agenda, {}, planned, kNoon + minutes(90));
  EXPECT_EQ(verdicts[0].outcome, Outcome::kWait);
  EXPECT_EQ(verdicts[0].due, kNoon + hours(3));
}

TEST(Judge, DropsWhatQuietHoursHoldBackBeyondItsOccasion) {
  const Moment due = moment("1", kNoon);
  Agenda agenda = agendaOf({due});
  agenda.quietHours = accounts::DayRange{hours(11), hours(14)};
  const auto verdicts = judge(agenda, {}, rowOf(due, ReminderState::kPlanned), kNoon);
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts[0].reason, SkipReason::kQuietHours);
}

TEST(FirstKey, LiesBeforeEveryLocalDateThatTheInstantCanHave) {
  EXPECT_EQ(firstKey(base::Instant(std::chrono::seconds(1767603600))), "2026-01-03");
}

}  // namespace
}  // namespace sw::reminders
