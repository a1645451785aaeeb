#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/zone.h"
#include "calendar/ical_timezone.h"

namespace sw::calendar {

/// Tells what the TZIDs of one file mean. Made for one reading, one thread.
class ZoneMapper {
 public:
  /// Looks for the VTIMEZONEs of `text` (UTF-8), which must outlive the mapper. `calendarZone` is
  /// the file's own (a tz name, may be empty); of zones that behave alike it is preferred.
  ZoneMapper(std::string_view text, std::string calendarZone);

  struct Mapped {
    bool known = false;
    std::string name;        // of the tz database, or the TZID where `definition` is set
    std::string definition;  // the VTIMEZONE's text, where the tz database has no such zone
    std::string remark;      // how it was found, where its owner may want to know
  };
  /// By name where the name is certain, else by what the VTIMEZONE says, else by a guess at the
  /// name; `known` is false when all fail.
  const Mapped& map(const std::string& tzid);

 private:
  struct Definition {
    ZoneDefinition data;
    std::string text;
  };

  struct Years {
    int first;
    int last;
  };

  Mapped find(const std::string& tzid);
  Mapped findByDefinition(const std::string& tzid, const Definition& definition,
                          const std::string& guess);
  /// The stretch of time in which the file uses a TZID.
  std::pair<base::UtcSeconds, base::UtcSeconds> usedIn(const std::string& tzid);
  void findYears();

  std::string_view text_;
  std::string calendarZone_;
  std::map<std::string, Definition, std::less<>> definitions_;
  std::map<std::string, Mapped, std::less<>> known_;
  std::map<std::string, Years, std::less<>> years_;  // filled when first asked for
  bool yearsKnown_ = false;
  bool repeats_ = false;     // something in the file does
  std::size_t defined_ = 0;  // zones that had to be worked out from their definition
};

}  // namespace sw::calendar
