#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "calendar/ical_reader.h"
#include "calendar/ical_writer.h"

namespace {

/// A zone that the database lacks is kept by its definition; whether another zone behaves alike
/// depends on the years in use, which what was left out has a say in.
bool hasOwnZones(const sw::calendar::ImportedCalendar& calendar) {
  for (const auto& item : calendar.items) {
    if (!item.master.content.zoneDefinitions.empty()) return true;
    for (const auto& change : item.overrides) {
      if (!change.event.content.zoneDefinitions.empty()) return true;
    }
  }
  return false;
}

}  // namespace

/// Any bytes as a calendar file: reading never fails by accident, and what was read, written and
/// read again is the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sw::calendar;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto first = readCalendar(bytes);
  if (!first.ok() || size > 64 * 1024 || hasOwnZones(*first)) return 0;
  const std::string written = writeCalendar(*first, {});
  const auto second = readCalendar(written);
  if (second.ok() && second->items == first->items) return 0;
  std::fprintf(stderr, "not the same after a round trip:\n%s\n", written.c_str());
  std::abort();
}
