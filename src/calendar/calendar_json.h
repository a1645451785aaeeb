#pragma once

#include <string>

#include "base/json_reader.h"
#include "calendar/calendar_directory.h"

/// Calendars as JSON.
namespace sw::calendar {

/// What a person may set of a calendar.
struct CalendarContent {
  std::string name;
  std::string description;
  std::string timeZone;         // tz name
  std::string backgroundColor;  // "#rrggbb", lower case
};

/// Reads a whole calendar body; what is missing is empty (the name is required). Everything wrong
/// goes to `problems`.
CalendarContent readCalendarContent(base::json::Value body, base::json::Problems& problems);

/// The content of a calendar as the JSON object that a merge patch applies to.
std::string toContentJson(const Calendar& calendar);

/// Appends the calendar as an answer shows it to someone with that role.
void appendCalendarView(std::string& out, const CalendarAccess& access);

}  // namespace sw::calendar
