#include "calendar/calendar_editor.h"

#include <utility>

#include "jobs/event_types.h"

namespace sw::calendar {
namespace {

constexpr const char* kDefaultColor = "#1a73e8";

void assign(Calendar& calendar, CalendarContent content) {
  calendar.name = std::move(content.name);
  calendar.description = std::move(content.description);
  if (!content.timeZone.empty()) calendar.timeZone = std::move(content.timeZone);
  calendar.backgroundColor =
      content.backgroundColor.empty() ? kDefaultColor : std::move(content.backgroundColor);
}

}  // namespace

void CalendarEditor::log(jobs::UnitOfWork& unit, std::string_view type, const Calendar& calendar,
                         const jobs::Actor& actor) {
  changes_.append(unit, {calendar.ownerId, 0, std::string(type), calendar.id, calendar.id,
                         calendar.revision, clock_.now(), actor.requestId, actor.traceParent});
}

void CalendarEditor::logSharing(jobs::UnitOfWork& unit, const Calendar& calendar,
                                const accounts::AclEntry& entry, const jobs::Actor& actor) {
  const base::Instant now = clock_.now();
  for (const base::Uuid user : {calendar.ownerId, entry.userId}) {
    changes_.append(unit, {user, 0, std::string(jobs::event_type::kCalendarAclUpdated), calendar.id,
                           calendar.id, entry.revision, now, actor.requestId, actor.traceParent});
  }
}

Calendar CalendarEditor::insert(jobs::UnitOfWork& unit, Calendar calendar,
                                const jobs::Actor& actor) {
  calendar.id = base::newUuid(clock_);
  calendar.revision = 1;
  calendar.created = clock_.now();
  calendar.updated = calendar.created;
  calendars_.put(unit, calendar);
  log(unit, jobs::event_type::kCalendarCreated, calendar, actor);
  return calendar;
}

Calendar CalendarEditor::create(jobs::UnitOfWork& unit, base::Uuid ownerId, CalendarContent content,
                                const std::string& defaultZone, const jobs::Actor& actor) {
  Calendar calendar;
  calendar.ownerId = ownerId;
  calendar.timeZone = defaultZone;
  assign(calendar, std::move(content));
  return insert(unit, std::move(calendar), actor);
}

Calendar CalendarEditor::createPrimary(jobs::UnitOfWork& unit, base::Uuid ownerId,
                                       const std::string& zone, const jobs::Actor& actor) {
  Calendar calendar;
  calendar.ownerId = ownerId;
  calendar.primary = true;
  assign(calendar, {"Calendar", "", zone, ""});
  return insert(unit, std::move(calendar), actor);
}

Calendar CalendarEditor::change(jobs::UnitOfWork& unit, Calendar calendar, CalendarContent content,
                                const jobs::Actor& actor) {
  assign(calendar, std::move(content));
  ++calendar.revision;
  calendar.updated = clock_.now();
  calendars_.put(unit, calendar);
  log(unit, jobs::event_type::kCalendarUpdated, calendar, actor);
  return calendar;
}

base::Result<void> CalendarEditor::remove(jobs::UnitOfWork& unit, const Calendar& calendar,
                                          const jobs::Actor& actor) {
  if (calendar.primary) {
    return base::Error(base::Code::kInvalid, "the primary calendar cannot be deleted");
  }
  calendars_.remove(unit, calendar.id, calendar.revision);
  log(unit, jobs::event_type::kCalendarDeleted, calendar, actor);
  return {};
}

}  // namespace sw::calendar
