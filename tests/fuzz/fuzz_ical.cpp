#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "calendar/ical_reader.h"
#include "calendar/ical_writer.h"

/// Any bytes as a calendar file: reading never fails by accident, and what was read, written and
/// read again is the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sw::calendar;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto first = readCalendar(bytes);
  if (!first.ok() || size > 64 * 1024) return 0;
  const std::string written = writeCalendar(*first, {});
  const auto second = readCalendar(written);
  if (second.ok() && second->items == first->items) return 0;
  std::fprintf(stderr, "not the same after a round trip:\n%s\n", written.c_str());
  std::abort();
}
