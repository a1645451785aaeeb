#include "calendar/ical_reader.h"

#include <utility>

#include "calendar/calendar_file.h"

namespace sw::calendar {

base::Result<ImportedCalendar> readCalendar(std::string_view bytes, const ReadOptions& options) {
  SW_TRY(const auto file, CalendarFile::open(std::string(bytes), options));
  ImportedCalendar out;
  out.items.reserve(file->size());
  while (auto item = file->next()) out.items.push_back(*std::move(item));
  static_cast<CalendarHead&>(out) = file->head();
  out.issues.assign(file->issues().begin(), file->issues().end());
  out.issuesDropped = file->issuesDropped();
  return out;
}

}  // namespace sw::calendar
