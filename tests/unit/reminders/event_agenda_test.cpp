#include "reminders/event_agenda.h"

#include <gtest/gtest.h>

#include "fakes/fake_account_stores.h"
#include "unit/calendar/calendar_world.h"
#include "unit/reminders/agenda_testing.h"

namespace sw::reminders {
namespace {

using calendar::EventContent;
using std::chrono::minutes;

class EventAgendaTest : public calendar::CalendarWorld {
 protected:
  EventAgendaTest() {
    accounts::User user;
    user.id = owner_;
    user.subject = "ada";
    user.email = "ada@example.org";
    user.emailVerified = true;
    user.revision = 1;
    const auto unit = storage_.begin();
    users_.create(*unit, user);
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
    person_.id = owner_;
    person_.settings.reminderLeads.events = {minutes(10)};
  }
  std::optional<Agenda> read(base::Uuid id, std::string_view now) {
    const auto found = base::runBlocking(agenda_.read(id, person_, {instant(now), instant(now)}));
    EXPECT_TRUE(found.ok()) << found.error().describe();
    return *found;
  }
  /// The first moments of an event.
  Times firstOf(const calendar::EventId& id, std::string_view now, std::size_t most) {
    Times all = times(*read(id.event, now));
    if (all.size() > most) all.resize(most);
    return all;
  }

  fakes::FakeUserStore users_{storage_};
  EventAgenda agenda_{{events_, calendars_, cache_, users_}};
  Person person_ = personIn("Europe/Berlin");
};

TEST_F(EventAgendaTest, TellsOfASingleEventBeforeItsStart) {
  const auto id = create(meeting("Lunch", "2026-03-02T12:00:00", "2026-03-02T13:00:00"));
  const auto agenda = *read(id.event, "2026-03-01T00:00:00Z");
  EXPECT_EQ(times(agenda), (Times{"2026-03-02T10:50:00Z"}));
  EXPECT_EQ(agenda.title, "Lunch");
  EXPECT_EQ(base::formatInstant(agenda.moments[0].expires), "2026-03-02T12:00:00Z");
}

TEST_F(EventAgendaTest, KeepsASeriesToItsWallClockOverTheNightsThatLoseAndGainAnHour) {
  const auto spring = create(
      meeting("Stand-up", "2026-03-28T09:00:00", "2026-03-28T09:15:00", {"RRULE:FREQ=DAILY"}));
  EXPECT_EQ(firstOf(spring, "2026-03-28T00:00:00Z", 2),
            (Times{"2026-03-28T07:50:00Z", "2026-03-29T06:50:00Z"}));
  const auto autumn = create(
      meeting("Stand-up", "2026-10-24T09:00:00", "2026-10-24T09:15:00", {"RRULE:FREQ=DAILY"}));
  EXPECT_EQ(firstOf(autumn, "2026-10-24T00:00:00Z", 2),
            (Times{"2026-10-24T06:50:00Z", "2026-10-25T07:50:00Z"}));
}

TEST_F(EventAgendaTest, FindsTheNextOccurrenceHoweverFarAhead) {
  const auto id = create(meeting("Election", "2026-03-02T09:00:00", "2026-03-02T10:00:00",
                                 {"RRULE:FREQ=YEARLY;INTERVAL=4"}));
  EXPECT_EQ(firstOf(id, "2026-03-03T00:00:00Z", 1), (Times{"2030-03-02T07:50:00Z"}));
}

TEST_F(EventAgendaTest, TellsOfAMovedOccurrenceAtItsNewTimeAndOfACancelledOneNotAtAll) {
  const auto id = create(
      meeting("Stand-up", "2026-03-02T09:00:00", "2026-03-02T09:15:00", {"RRULE:FREQ=DAILY"}));
  ASSERT_TRUE(replace(occurrence(id, "2026-03-03T08:00:00Z"), calendar::Scope::kThis,
                      meeting("Stand-up", "2026-03-03T11:00:00", "2026-03-03T11:15:00"))
                  .ok());
  ASSERT_TRUE(remove(occurrence(id, "2026-03-04T08:00:00Z"), calendar::Scope::kThis).ok());
  Times open;
  for (const std::string& time : firstOf(id, "2026-03-02T00:00:00Z", 5)) {
    if (!time.ends_with("settled")) open.push_back(time);
  }
  ASSERT_GE(open.size(), 3U);
  EXPECT_EQ(open[0], "2026-03-02T07:50:00Z");
  EXPECT_EQ(open[1], "2026-03-03T09:50:00Z");
  EXPECT_EQ(open[2], "2026-03-05T07:50:00Z");
}

TEST_F(EventAgendaTest, KnowsTheSeriesOfAChangedOccurrence) {
  const auto id = create(
      meeting("Stand-up", "2026-03-02T09:00:00", "2026-03-02T09:15:00", {"RRULE:FREQ=DAILY"}));
  ASSERT_TRUE(replace(occurrence(id, "2026-03-03T08:00:00Z"), calendar::Scope::kThis,
                      meeting("Stand-up", "2026-03-03T11:00:00", "2026-03-03T11:15:00"))
                  .ok());
  base::Uuid part;
  const calendar::EventVisitor visit = [&](const calendar::EventRow& row) { part = row.id; };
  ASSERT_TRUE(base::runBlocking(events_.overridesOf(id.event, visit)).ok());
  ASSERT_FALSE(part.isNil());
  EXPECT_EQ(*base::runBlocking(agenda_.subjectOf(part)), id.event);
  EXPECT_EQ(*base::runBlocking(agenda_.subjectOf(id.event)), id.event);
  EXPECT_FALSE(read(part, "2026-03-01T00:00:00Z").has_value());
}

TEST_F(EventAgendaTest, DoesNotTellOfWhatThePersonHasDeclined) {
  EventContent content = meeting("Lunch", "2026-03-02T12:00:00", "2026-03-02T13:00:00");
  calendar::Attendee me;
  me.person.email = "Ada@Example.org";
  me.response = calendar::ResponseStatus::kDeclined;
  content.attendees.push_back(me);
  EXPECT_EQ(firstOf(create(content), "2026-03-01T00:00:00Z", 1),
            (Times{"2026-03-02T10:50:00Z settled"}));
}

TEST_F(EventAgendaTest, LetsAnAllDayEventBeginAtMidnightOfItsCalendar) {
  EventContent content = meeting("Holiday", "2026-03-29T00:00:00", "2026-03-30T00:00:00");
  content.start = allDay("2026-03-29");
  content.end = allDay("2026-03-30");
  EXPECT_EQ(firstOf(create(content), "2026-03-01T00:00:00Z", 1), (Times{"2026-03-28T22:50:00Z"}));
}

TEST_F(EventAgendaTest, IsNothingForSomebodyElseAndForWhatIsGone) {
  const auto id = create(meeting("Lunch", "2026-03-02T12:00:00", "2026-03-02T13:00:00"));
  person_.id = base::newUuid(clock_);
  EXPECT_FALSE(read(id.event, "2026-03-01T00:00:00Z").has_value());
  person_.id = owner_;
  EXPECT_FALSE(read(base::newUuid(clock_), "2026-03-01T00:00:00Z").has_value());
}

TEST(EventLeads, TakeChannelsByTheirMethodAndTheDefaultsOfTheSettings) {
  Person person = personIn("UTC");
  person.settings.channels = {"in_app", "email", "push"};
  person.settings.reminderLeads.events = {minutes(30)};
  calendar::Reminders reminders;
  EXPECT_EQ(eventLeads(reminders, person),
            (std::vector<EventLead>{{minutes(30), {"in_app", "email", "push"}}}));
  reminders.useDefault = false;
  reminders.overrides = {{"popup", minutes(5)}, {"email", minutes(60)}, {"email", minutes(5)}};
  EXPECT_EQ(eventLeads(reminders, person),
            (std::vector<EventLead>{{minutes(60), {"in_app", "email"}},
                                    {minutes(5), {"in_app", "push", "email"}}}));
  reminders.overrides.clear();
  EXPECT_TRUE(eventLeads(reminders, person).empty());
}

}  // namespace
}  // namespace sw::reminders
