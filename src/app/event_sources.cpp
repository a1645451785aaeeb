#include "app/event_sources.h"

#include <optional>
#include <string>

#include "base/json.h"
#include "calendar/calendar_json.h"

namespace sw::app {
namespace {

using base::Code;
using base::Result;
using base::Task;
using calendar::EventId;
using jobs::Change;

constexpr std::string_view kDeleted = ".deleted";

/// What is left of a resource that is no longer there.
std::string gone(std::string_view id) {
  std::string out;
  base::json::Writer writer(out);
  writer.beginObject().field("id", id).endObject();
  return out;
}

Task<Result<std::string>> eventData(calendar::EventReader& events, const Change& change) {
  const std::string id = change.part.empty() ? change.resourceId.toString() : change.part;
  const std::optional<EventId> parsed = EventId::parse(id);
  if (!parsed || change.type.ends_with(kDeleted)) co_return gone(id);
  const auto found =
      co_await events.find(change.userId, *parsed, accounts::AccessRole::kFreeBusyReader);
  if (!found.ok() && found.error().code() == Code::kNotFound) co_return gone(id);
  if (!found.ok()) co_return found.error();
  std::string view;
  found->appendView(view);
  co_return view;
}

Task<Result<std::string>> calendarData(calendar::CalendarDirectory& directory,
                                       const Change& change) {
  const std::string id = change.resourceId.toString();
  if (change.type.ends_with(kDeleted)) co_return gone(id);
  const auto found = co_await directory.access(change.userId, change.resourceId,
                                               accounts::AccessRole::kFreeBusyReader);
  if (!found.ok() && found.error().code() == Code::kNotFound) co_return gone(id);
  if (!found.ok()) co_return found.error();
  std::string view;
  calendar::appendCalendarView(view, *found);
  co_return view;
}

}  // namespace

void addCalendarSources(jobs::EventDataSources& sources, calendar::CalendarDirectory& directory,
                        calendar::EventReader& events) {
  sources.add("calendar.event.",
              [&events](const Change& change) { return eventData(events, change); });
  sources.add("calendar.",
              [&directory](const Change& change) { return calendarData(directory, change); });
}

}  // namespace sw::app
