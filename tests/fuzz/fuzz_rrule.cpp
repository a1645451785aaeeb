#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/recurrence.h"
#include "calendar/recurrence_lines.h"
#include "calendar/recurrence_split.h"

/// A broken promise ends the run with the input that broke it.
static void require(bool holds) {
  if (!holds) std::abort();
}

/// Input: a first byte of choices, then the lines of a series.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sw;
  using namespace sw::calendar;
  if (size == 0 || size > 4096) return 0;
  const unsigned choices = data[0];
  std::string text(size - 1, '\0');
  std::transform(data + 1, data + size, text.begin(),
                 [](std::uint8_t byte) { return static_cast<char>(byte); });
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  const Strictness strictness = (choices & 1) != 0 ? Strictness::kLenient : Strictness::kStrict;

  // What a rule says survives being written.
  if (const auto rule = parseRule(lines.front(), strictness)) {
    const auto again = parseRule(formatRule(*rule));
    require(again.ok() && *again == *rule);
    lines.front().insert(0, "RRULE:");
  }

  SeriesStart start;
  start.allDay = (choices & 2) != 0;
  start.floating = (choices & 4) != 0;
  start.local = std::chrono::local_days(std::chrono::year(2024) / 2 / 29);
  if (!start.allDay) start.local += std::chrono::seconds(5400 + (choices >> 4) * 3600);
  if (const auto zone = base::Zone::find((choices & 8) != 0 ? "Europe/London" : "UTC")) {
    start.zone = *zone;
  }
  const auto recurrence = parseRecurrence(start, lines, strictness);
  if (!recurrence) return 0;
  const auto again = parseRecurrence(start, formatRecurrence(*recurrence));
  require(again.ok() && *again == *recurrence);

  // A window a month wide gives what it holds, in order, each instant once.
  const RecurrenceSet set(*recurrence);
  const base::UtcSeconds from = std::chrono::sys_days(std::chrono::year(2024) / 3 / 15);
  const base::UtcSeconds to = from + std::chrono::days(31);
  const auto found = set.between(from, to, 500);
  for (std::size_t i = 0; i < found.size(); ++i) {
    require(found[i].utc >= from && found[i].utc < to);
    require(i == 0 || found[i - 1].utc < found[i].utc);
  }
  if (!found.empty()) {
    require(set.contains(found.back().utc));
    require(set.between(found.back().utc, to, 1).front() == found.back());
  }
  // Counting off can be long, by design; it is tried where it is short.
  for (const RecurrenceRule& rule : recurrence->rules) {
    if (rule.count.value_or(0) > 1000 || rule.frequency < Frequency::kDaily) return 0;
  }
  const ResolvedRecurrence resolved = set.resolve();
  const auto decoded = decodeResolved(encodeResolved(resolved));
  require(decoded.has_value() && *decoded == resolved);
  if (!found.empty()) {
    if (const auto split = splitRecurrence(*recurrence, found.front().utc, &resolved)) {
      require(RecurrenceSet(split->after).contains(found.front().utc));
    }
  }
  return 0;
}
