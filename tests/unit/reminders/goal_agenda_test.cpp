#include "reminders/goal_agenda.h"

#include <gtest/gtest.h>

#include "unit/reminders/agenda_testing.h"

namespace sw::reminders {
namespace {

using std::chrono::days;

class GoalAgendaTest : public ::testing::Test {
 protected:
  GoalAgendaTest() {
    goal_.content.title = "Marathon";
    goal_.content.targetDate = base::parseDate("2026-03-29");
    person_.settings.reminderLeads.goals = {days(7), days(1)};
  }
  Agenda agenda(std::string_view now) const {
    return goalAgenda(goal_, person_, {instant(now), instant(now)});
  }
  void addMilestone(const std::string& title, std::string_view date, bool done = false) {
    goals::Milestone milestone;
    milestone.id.bytes[15] = static_cast<std::uint8_t>(goal_.content.milestones.size() + 1);
    milestone.title = title;
    milestone.targetDate = base::parseDate(date);
    if (done) milestone.completedAt = instant("2026-01-01T00:00:00Z");
    goal_.content.milestones.push_back(std::move(milestone));
  }

  goals::Goal goal_;
  Person person_ = personIn("Europe/Berlin");
};

TEST_F(GoalAgendaTest, TellsInTheMorningSoManyDaysBeforeTheTargetDate) {
  EXPECT_EQ(times(agenda("2026-03-01T00:00:00Z")),
            (Times{"2026-03-22T08:00:00Z", "2026-03-28T08:00:00Z"}));
}

TEST_F(GoalAgendaTest, KeepsNineInTheMorningOnTheDayThatLosesAnHour) {
  person_.settings.reminderLeads.goals = {days(0)};
  EXPECT_EQ(times(agenda("2026-03-01T00:00:00Z")), (Times{"2026-03-29T07:00:00Z"}));
}

TEST_F(GoalAgendaTest, IsOverWithTheEndOfTheTargetDate) {
  const Agenda open = agenda("2026-03-01T00:00:00Z");
  ASSERT_FALSE(open.moments.empty());
  EXPECT_EQ(base::formatInstant(open.moments.front().expires), "2026-03-29T22:00:00Z");
  person_.settings.reminderLeads.goals = {days(0)};
  const Agenda over = goalAgenda(
      goal_, person_, {instant("2026-03-01T00:00:00Z"), instant("2026-03-29T22:00:00Z")});
  EXPECT_TRUE(over.moments.empty());
}

TEST_F(GoalAgendaTest, FollowsItsPersonIntoAnotherZoneWithTheSameOccasion) {
  const Agenda here = agenda("2026-03-01T00:00:00Z");
  person_ = personIn("Asia/Tokyo");
  person_.settings.reminderLeads.goals = {days(7), days(1)};
  const Agenda there = agenda("2026-03-01T00:00:00Z");
  EXPECT_EQ(times(there), (Times{"2026-03-22T00:00:00Z", "2026-03-28T00:00:00Z"}));
  ASSERT_EQ(here.moments.size(), there.moments.size());
  EXPECT_EQ(here.moments[0].occasionKey, there.moments[0].occasionKey);
}

TEST_F(GoalAgendaTest, TellsOfEachMilestoneByItsOwnTitle) {
  person_.settings.reminderLeads.goals = {days(1)};
  addMilestone("Ten kilometres", "2026-02-10");
  addMilestone("Half", "2026-03-01", true);
  const Agenda all = agenda("2026-02-01T00:00:00Z");
  EXPECT_EQ(times(all), (Times{"2026-02-09T08:00:00Z", "2026-02-28T08:00:00Z settled",
                               "2026-03-28T08:00:00Z"}));
  EXPECT_EQ(all.moments[0].title, "Ten kilometres");
  EXPECT_TRUE(all.moments[2].title.empty());
  EXPECT_NE(all.moments[0].occasionKey, all.moments[2].occasionKey);
}

TEST_F(GoalAgendaTest, HasNothingToTellOfAGoalThatIsReachedOrRests) {
  for (const auto status :
       {goals::GoalStatus::kCompleted, goals::GoalStatus::kPaused, goals::GoalStatus::kArchived}) {
    goal_.content.status = status;
    for (const Moment& moment : agenda("2026-03-01T00:00:00Z").moments) {
      EXPECT_TRUE(moment.settled);
    }
  }
}

TEST_F(GoalAgendaTest, SaysNothingWithoutDatesOrLeads) {
  person_.settings.reminderLeads.goals.clear();
  EXPECT_TRUE(agenda("2026-03-01T00:00:00Z").moments.empty());
  person_.settings.reminderLeads.goals = {days(1)};
  goal_.content.targetDate.reset();
  EXPECT_TRUE(agenda("2026-03-01T00:00:00Z").moments.empty());
}

}  // namespace
}  // namespace sw::reminders
