#include "reminders/task_agenda.h"

#include <gtest/gtest.h>

#include "unit/reminders/agenda_testing.h"

namespace sw::reminders {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class TaskAgendaTest : public ::testing::Test {
 protected:
  TaskAgendaTest() {
    task_.content.title = "Tax return";
    person_.settings.reminderLeads.tasks = {minutes(60)};
  }
  void dueAt(std::string_view local, const std::string& zone) {
    task_.content.deadline = tasks::TaskTime{base::parseDateTime(local)->local, false, zone};
    task_.deadlineAt = base::Instant(base::Zone::find(zone)->toUtc(task_.content.deadline->local));
  }
  void dueOn(std::string_view date) {
    const auto day = *base::parseDate(date);
    task_.content.deadline = tasks::TaskTime{base::LocalSeconds(day), true, ""};
    task_.deadlineAt = base::Instant(person_.zone.toUtc(day + std::chrono::days(1)));
  }
  Agenda agenda(std::string_view now) const {
    return taskAgenda(task_, person_, {instant(now), instant(now)});
  }

  tasks::Task task_;
  Person person_ = personIn("Europe/Berlin");
};

TEST_F(TaskAgendaTest, TellsSoLongBeforeTheDeadline) {
  dueAt("2026-03-10T18:00:00", "Europe/Berlin");
  EXPECT_EQ(times(agenda("2026-03-10T00:00:00Z")), (Times{"2026-03-10T16:00:00Z"}));
}

TEST_F(TaskAgendaTest, CountsBackInHoursThatHavePassedOverANightThatLosesOne) {
  person_.settings.reminderLeads.tasks = {hours(24)};
  dueAt("2026-03-29T12:00:00", "Europe/Berlin");
  EXPECT_EQ(times(agenda("2026-03-20T00:00:00Z")), (Times{"2026-03-28T10:00:00Z"}));
}

TEST_F(TaskAgendaTest, TellsOfADateAtNineInTheMorningOfWholeDaysBefore) {
  person_.settings.reminderLeads.tasks = {hours(48), minutes(60), minutes(30)};
  dueOn("2026-03-29");
  // An hour and half an hour before a date are both its own morning, told once.
  EXPECT_EQ(times(agenda("2026-03-20T00:00:00Z")),
            (Times{"2026-03-27T08:00:00Z", "2026-03-29T07:00:00Z"}));
}

TEST_F(TaskAgendaTest, KeepsTheInstantOfADeadlineInAZoneAndTheMorningOfADateForATraveller) {
  dueAt("2026-03-10T18:00:00", "Europe/Berlin");
  const Times before = times(agenda("2026-03-10T00:00:00Z"));
  const std::vector<minutes> leads = person_.settings.reminderLeads.tasks;
  person_ = personIn("America/New_York");
  person_.settings.reminderLeads.tasks = leads;
  EXPECT_EQ(times(agenda("2026-03-10T00:00:00Z")), before);
  dueOn("2026-03-10");
  EXPECT_EQ(times(agenda("2026-03-10T00:00:00Z")), (Times{"2026-03-10T13:00:00Z"}));
}

TEST_F(TaskAgendaTest, IsSettledWhenDoneOrGivenUp) {
  dueAt("2026-03-10T18:00:00", "Europe/Berlin");
  for (const auto status : {tasks::TaskStatus::kCompleted, tasks::TaskStatus::kCancelled}) {
    task_.content.status = status;
    EXPECT_EQ(times(agenda("2026-03-10T00:00:00Z")), (Times{"2026-03-10T16:00:00Z settled"}));
  }
}

TEST_F(TaskAgendaTest, StaysOfUseForADayBehindTheDeadline) {
  dueAt("2026-03-10T18:00:00", "Europe/Berlin");
  const base::Instant from = instant("2026-03-10T00:00:00Z");
  EXPECT_EQ(taskAgenda(task_, person_, {from, instant("2026-03-11T16:59:59Z")}).moments.size(), 1U);
  EXPECT_TRUE(taskAgenda(task_, person_, {from, instant("2026-03-11T17:00:00Z")}).moments.empty());
}

TEST_F(TaskAgendaTest, SaysNothingWithoutADeadline) {
  EXPECT_TRUE(agenda("2026-03-10T00:00:00Z").moments.empty());
}

}  // namespace
}  // namespace sw::reminders
