// Recurrence: occurrences a second of the four rules that docs/benchmarks.md lists, and the window
// of a week ten years after DTSTART; libical does the same work in the same run.
#include <benchmark/benchmark.h>
#include <libical/ical.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "calendar/recurrence.h"
#include "calendar/recurrence_lines.h"

namespace {

using namespace sw;
using namespace sw::calendar;

constexpr std::int64_t kOccurrences = 4096;

struct Case {
  const char* name;
  const char* rule;
};
constexpr Case kCases[] = {
    {"daily", "FREQ=DAILY"},
    {"weekly", "FREQ=WEEKLY;BYDAY=MO,WE,FR"},
    {"monthly", "FREQ=MONTHLY;BYDAY=-1FR"},
    {"yearly", "FREQ=YEARLY;BYMONTH=3,6,9;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1"},
};

Recurrence recurrenceOf(const char* rule, const char* zone) {
  SeriesStart start;
  start.local = parseBasicTime("20150105T090000")->time;
  const auto found = base::Zone::find(zone);
  if (!found) std::abort();
  start.zone = *found;
  const std::string line = std::string("RRULE:") + rule;
  const auto read = parseRecurrence(start, std::span(&line, 1));
  if (!read) std::abort();
  return *read;
}

void walk(benchmark::State& state, const char* rule, const char* zone) {
  const RecurrenceSet set(recurrenceOf(rule, zone));
  std::int64_t total = 0;
  for (auto _ : state) {
    std::int64_t left = kOccurrences;
    std::int64_t sum = 0;
    RecurrenceSet::Cursor cursor(set);
    while (left > 0) {
      const auto batch = cursor.nextBatch();
      if (batch.empty()) break;
      sum += batch.back().utc.time_since_epoch().count();
      left -= static_cast<std::int64_t>(batch.size());
    }
    benchmark::DoNotOptimize(sum);
    total += kOccurrences - left;
  }
  state.SetItemsProcessed(total);
}

/// The same one occurrence at a time.
void walkSingly(benchmark::State& state, const char* rule, const char* zone) {
  const RecurrenceSet set(recurrenceOf(rule, zone));
  std::int64_t total = 0;
  for (auto _ : state) {
    RecurrenceSet::Cursor cursor(set);
    std::int64_t left = kOccurrences;
    while (left > 0) {
      const auto next = cursor.next();
      if (!next) break;
      benchmark::DoNotOptimize(next->utc);
      --left;
    }
    total += kOccurrences - left;
  }
  state.SetItemsProcessed(total);
}

void walkLibical(benchmark::State& state, const char* rule) {
  std::int64_t total = 0;
  for (auto _ : state) {
    const icalrecurrencetype recurrence = icalrecurrencetype_from_string(rule);
    icalrecur_iterator* iterator =
        icalrecur_iterator_new(recurrence, icaltime_from_string("20150105T090000"));
    std::int64_t left = kOccurrences;
    while (left > 0) {
      const icaltimetype next = icalrecur_iterator_next(iterator);
      if (icaltime_is_null_time(next)) break;
      benchmark::DoNotOptimize(next.day);
      --left;
    }
    total += kOccurrences - left;
    icalrecur_iterator_free(iterator);
  }
  state.SetItemsProcessed(total);
}

/// A week, ten years after DTSTART, instants included.
void window(benchmark::State& state, const char* rule) {
  const RecurrenceSet set(recurrenceOf(rule, "Europe/Berlin"));
  const base::UtcSeconds from = std::chrono::sys_days(std::chrono::year(2025) / 6 / 2);
  const base::UtcSeconds to = from + std::chrono::days(7);
  for (auto _ : state) {
    std::size_t count = 0;
    set.visit(from, to, [&count](std::span<const Occurrence> batch) {
      count += batch.size();
      return true;
    });
    benchmark::DoNotOptimize(count);
  }
}

/// From the text of the rule to the occurrences of the week.
void windowFromText(benchmark::State& state, const char* rule) {
  const base::UtcSeconds from = std::chrono::sys_days(std::chrono::year(2025) / 6 / 2);
  for (auto _ : state) {
    const RecurrenceSet set(recurrenceOf(rule, "Europe/Berlin"));
    benchmark::DoNotOptimize(set.between(from, from + std::chrono::days(7), 100).size());
  }
}

void registerAll() {
  for (const Case& one : kCases) {
    const std::string name = one.name;
    const char* rule = one.rule;
    const auto add = [&](const std::string& kind, auto run) {
      benchmark::RegisterBenchmark((kind + "/" + name).c_str(), run);
    };
    add("walk_utc", [rule](benchmark::State& s) { walk(s, rule, "UTC"); });
    add("walk_berlin", [rule](benchmark::State& s) { walk(s, rule, "Europe/Berlin"); });
    add("walk_singly", [rule](benchmark::State& s) { walkSingly(s, rule, "Europe/Berlin"); });
    add("walk_libical", [rule](benchmark::State& s) { walkLibical(s, rule); });
    add("window_10_years_on", [rule](benchmark::State& s) { window(s, rule); });
    add("window_from_text", [rule](benchmark::State& s) { windowFromText(s, rule); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  registerAll();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
