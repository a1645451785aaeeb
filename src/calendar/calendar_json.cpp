#include "calendar/calendar_json.h"

#include <algorithm>

#include "base/time_format.h"
#include "base/zone.h"
#include "calendar/event_view.h"

namespace sw::calendar {
namespace {

using base::json::ObjectReader;
using base::json::Writer;

constexpr std::size_t kMaxName = 1024;
constexpr std::size_t kMaxDescription = 8192;
constexpr std::size_t kMaxShort = 64;

bool isColor(std::string_view text) {
  return text.size() == 7 && text.front() == '#' &&
         text.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos;
}

std::string lowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string_view toText(Provider provider) {
  switch (provider) {
    case Provider::kLocal: return "local";
    case Provider::kGoogle: return "google";
    case Provider::kCaldav: return "caldav";
    case Provider::kIcs: return "ics";
  }
  return "local";
}

void writeContent(Writer& writer, const Calendar& calendar) {
  writer.field("name", calendar.name);
  if (!calendar.description.empty()) writer.field("description", calendar.description);
  writer.field("timeZone", calendar.timeZone);
  if (!calendar.backgroundColor.empty()) {
    writer.field("backgroundColor", calendar.backgroundColor);
  }
}

}  // namespace

CalendarContent readCalendarContent(base::json::Value body, base::json::Problems& problems) {
  CalendarContent content;
  ObjectReader reader(body, "", problems);
  content.name = reader.text("name", kMaxName, ObjectReader::kRequired).value_or("");
  content.description = reader.text("description", kMaxDescription).value_or("");
  content.timeZone = reader.text("timeZone", kMaxShort).value_or("");
  if (!content.timeZone.empty() && !base::Zone::find(content.timeZone).ok()) {
    reader.problem("timeZone", "must be a name of the tz database such as Europe/Berlin");
  }
  content.backgroundColor = lowerCase(reader.text("backgroundColor", kMaxShort).value_or(""));
  if (!content.backgroundColor.empty() && !isColor(content.backgroundColor)) {
    reader.problem("backgroundColor", "must be a colour such as #1a73e8");
  }
  reader.ignore({"id", "etag", "primary", "accessRole", "provider", "created", "updated"});
  reader.finish();
  return content;
}

std::string toContentJson(const Calendar& calendar) {
  std::string out;
  Writer writer(out);
  writer.beginObject();
  writeContent(writer, calendar);
  writer.endObject();
  return out;
}

void appendCalendarView(std::string& out, const CalendarAccess& access) {
  const Calendar& calendar = access.calendar;
  Writer writer(out);
  writer.beginObject()
      .field("id", calendar.id.toString())
      .field("etag", etagOf(calendar.revision))
      .field("primary", calendar.primary)
      .field("accessRole", accounts::toString(access.role))
      .field("provider", toText(calendar.provider));
  writeContent(writer, calendar);
  writer.field("created", base::formatInstant(calendar.created))
      .field("updated", base::formatInstant(calendar.updated))
      .endObject();
}

}  // namespace sw::calendar
