// Free/busy: the common free slots of 10 people over 90 days, 8 events a day each, by the bitmap
// that the service uses, from intervals and from each person's map when those are kept; and by
// sorting all intervals and sweeping over them, which is the usual way.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "calendar/busy_map.h"
#include "calendar/interval.h"

namespace {

using namespace sw::calendar;
using std::chrono::days;
using std::chrono::minutes;

constexpr int kPeople = 10;
constexpr int kDays = 90;
constexpr int kEventsADay = 8;
constexpr minutes kShortest{30};
constexpr sw::base::UtcSeconds kFrom{std::chrono::sys_days(std::chrono::year(2026) / 3 / 2)};
constexpr sw::base::UtcSeconds kTo = kFrom + days(kDays);

/// What each person has: in order of the day, not of time, as calendars hold it. Events start at
/// quarters of an hour between 8 and 18 o'clock and last 15 to 90 minutes.
std::vector<std::vector<Interval>> people() {
  std::mt19937 random(20260302);  // NOLINT(cert-msc51-cpp): each run does the same work
  std::vector<std::vector<Interval>> all(kPeople);
  for (auto& events : all) {
    for (int day = 0; day < kDays; ++day) {
      for (int i = 0; i < kEventsADay; ++i) {
        const minutes start(8 * 60 + 15 * static_cast<int>(random() % 40));
        const minutes length(15 + 15 * static_cast<int>(random() % 6));
        events.push_back({kFrom + days(day) + start, kFrom + days(day) + start + length});
      }
    }
  }
  return all;
}

/// Where the bench puts what it finds: room is kept between rounds, as by a caller of the map.
class Slots {
 public:
  void clear() { found_.clear(); }
  void add(Interval free) { found_.push_back(free); }
  [[nodiscard]] const std::vector<Interval>& found() const { return found_; }

 private:
  std::vector<Interval> found_;
};

void collect(const BusyMap& map, Slots& slots) {
  map.eachFree(kShortest, [&slots](Interval free) {
    slots.add(free);
    return true;
  });
}

void viaIntervals(const std::vector<std::vector<Interval>>& all, Slots& slots) {
  BusyMap map(kFrom, kTo);
  for (const auto& events : all) map.take(events);
  collect(map, slots);
}

void viaMaps(const std::vector<BusyMap>& maps, Slots& slots) {
  BusyMap map = maps.front();
  std::array<const BusyMap*, kPeople - 1> others{};
  for (std::size_t i = 0; i < others.size(); ++i) others[i] = &maps[i + 1];
  map.join(others);
  collect(map, slots);
}

void viaSweep(const std::vector<std::vector<Interval>>& all, Slots& slots) {
  std::vector<Interval> joined;
  joined.reserve(static_cast<std::size_t>(kPeople) * kDays * kEventsADay);
  for (const auto& events : all) joined.insert(joined.end(), events.begin(), events.end());
  std::ranges::sort(joined, {}, &Interval::start);
  sw::base::UtcSeconds at = kFrom;
  for (const Interval& busy : joined) {
    if (busy.start - at >= kShortest) slots.add({at, busy.start});
    at = std::max(at, busy.end);
  }
  if (kTo - at >= kShortest) slots.add({at, kTo});
}

std::vector<BusyMap> mapsOf(const std::vector<std::vector<Interval>>& all) {
  std::vector<BusyMap> maps;
  for (const auto& events : all) {
    BusyMap& map = maps.emplace_back(kFrom, kTo);
    map.take(events);
  }
  return maps;
}

/// A figure counts only when all ways find the same.
void requireAgreement() {
  const auto all = people();
  Slots a;
  Slots b;
  Slots c;
  viaIntervals(all, a);
  viaMaps(mapsOf(all), b);
  viaSweep(all, c);
  if (a.found() == b.found() && a.found() == c.found() && !a.found().empty()) return;
  std::fprintf(stderr, "the ways to find free slots disagree: %zu, %zu, %zu\n", a.found().size(),
               b.found().size(), c.found().size());
  std::exit(1);
}

template <class Input, class Find>
void run(benchmark::State& state, const Input& input, Find find) {
  Slots slots;
  for (auto _ : state) {
    slots.clear();
    find(input, slots);
    benchmark::DoNotOptimize(slots.found().data());
  }
}

}  // namespace

int main(int argc, char** argv) {
  requireAgreement();
  const auto all = people();
  const auto maps = mapsOf(all);
  const auto add = [](const char* name, auto work) {
    benchmark::RegisterBenchmark(name, work)->Unit(benchmark::kMicrosecond);
  };
  add("from_intervals", [&all](benchmark::State& state) { run(state, all, viaIntervals); });
  add("from_kept_maps", [&maps](benchmark::State& state) { run(state, maps, viaMaps); });
  add("sort_and_sweep", [&all](benchmark::State& state) { run(state, all, viaSweep); });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
