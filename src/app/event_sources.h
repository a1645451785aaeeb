#pragma once

#include "calendar/calendar_directory.h"
#include "calendar/event_reader.h"
#include "jobs/event_data.h"

namespace sw::app {

/// Lets what changed in calendars be shown in webhooks and messages: events and calendars as their
/// owner reads them. Both must outlive the sources.
void addCalendarSources(jobs::EventDataSources& sources, calendar::CalendarDirectory& directory,
                        calendar::EventReader& events);

}  // namespace sw::app
