#include "base/zone.h"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>

namespace sw::base {

namespace {

constexpr std::chrono::seconds kDay = std::chrono::hours(24);
constexpr std::int64_t kFirst = UtcSeconds::min().time_since_epoch().count();
constexpr std::int64_t kLast = UtcSeconds::max().time_since_epoch().count();
/// The Gregorian calendar, weekdays included, repeats after 400 years.
constexpr std::int64_t kCycle = std::int64_t{146097} * 86400;
/// Later transitions than this are those of a rule that goes on for ever.
constexpr std::int64_t kEndless = std::int64_t{2200 - 1970} * 31556952;

/// One stretch: `offset` holds from `begin` (seconds of UTC) until the next stretch begins.
struct Stretch {
  std::int64_t begin;
  std::int64_t offset;

  friend bool operator==(const Stretch&, const Stretch&) = default;
};

std::int64_t count(UtcSeconds utc) { return utc.time_since_epoch().count(); }
UtcSeconds utcOf(std::int64_t seconds) { return UtcSeconds(std::chrono::seconds(seconds)); }

/// Definitions kept at most; an endless one takes some 13 kB.
constexpr std::size_t kMaxDefinitions = 4096;

/// A file of the tz database.
std::ifstream openDatabaseFile(const char* name) {
  // Nothing in the program changes its environment. NOLINTNEXTLINE(concurrency-mt-unsafe)
  const char* folder = std::getenv("TZDIR");
  return std::ifstream(std::string(folder != nullptr ? folder : "/usr/share/zoneinfo") + "/" +
                       name);
}

}  // namespace

/// The stretches of a zone, read once from the database. A zone whose rule goes on for ever has
/// more than 400 years of them; what lies behind is found by going back whole cycles.
struct Zone::Entry {
  std::string name;
  bool utc = false;
  bool endless = false;
  std::vector<Stretch> stretches;  // never empty, the first begins at kFirst

  /// Seconds to subtract from a time so that it lies where the table speaks for it.
  [[nodiscard]] std::int64_t shift(std::int64_t seconds) const {
    if (!endless) return 0;
    const std::int64_t known = stretches.back().begin - kDay.count() * 2;
    if (seconds < known) return 0;
    return (seconds - known + kCycle - 1) / kCycle * kCycle;
  }
  [[nodiscard]] std::size_t indexAt(std::int64_t utcSeconds) const {
    const auto after = std::upper_bound(
        stretches.begin(), stretches.end(), utcSeconds,
        [](std::int64_t value, const Stretch& stretch) { return value < stretch.begin; });
    return static_cast<std::size_t>(after - stretches.begin()) - 1;
  }
  [[nodiscard]] std::int64_t end(std::size_t index) const {
    return index + 1 < stretches.size() ? stretches[index + 1].begin : kLast;
  }
};

namespace {

/// Reads the transitions of `zone`, joining those that leave the offset alone.
std::vector<Stretch> readStretches(const cctz::time_zone& zone) {
  std::vector<Stretch> out;
  const auto lowest = cctz::time_point<cctz::seconds>::min();
  cctz::time_point<cctz::seconds> at = lowest;
  cctz::time_zone::civil_transition transition;
  std::int64_t before = 0;
  bool any = false;
  while (zone.next_transition(at, &transition)) {
    at = zone.lookup(transition.to).trans;
    const std::int64_t begin = at.time_since_epoch().count();
    const std::int64_t offset = zone.lookup(at).offset;
    if (!any) {
      before = zone.lookup(at - cctz::seconds(1)).offset;
      out.push_back({kFirst, before});
      any = true;
    }
    if (offset != before) out.push_back({begin, offset});
    before = offset;
  }
  if (!any) {
    out.push_back({kFirst, zone.lookup(cctz::time_point<cctz::seconds>(cctz::seconds(0))).offset});
  }
  return out;
}

}  // namespace
Zone::Zone() {
  static const Entry kUtc{"UTC", true, false, {{kFirst, 0}}};
  entry_ = &kUtc;
}

Result<Zone> Zone::find(std::string_view name) {
  if (name == "UTC" || name == "Etc/UTC") return Zone();
  static std::shared_mutex mutex;
  // Entries live as long as the program: handles point to them.
  static auto& known = *new std::map<std::string, std::unique_ptr<const Entry>, std::less<>>();
  {
    const std::shared_lock lock(mutex);
    if (const auto it = known.find(name); it != known.end()) return Zone(it->second.get());
  }
  const Error unknown(Code::kInvalid, "no time zone is called '" + std::string(name) + "'");
  // Names are paths below the database's folder; anything that could leave it is no name.
  if (name.empty() || name.size() > 64 || name.front() == '/' || name.front() == ':' ||
      name.find("..") != std::string_view::npos || name.starts_with("Fixed/") ||
      name.starts_with("posix/") || name.starts_with("right/") || name == "localtime") {
    return unknown;
  }
  cctz::time_zone zone;
  if (!cctz::load_time_zone(std::string(name), &zone)) return unknown;
  Entry made{std::string(name), false, false, readStretches(zone)};
  made.endless = made.stretches.back().begin > kEndless;
  const std::unique_lock lock(mutex);
  auto& entry = known[std::string(name)];
  if (!entry) entry = std::make_unique<const Entry>(std::move(made));
  return Zone(entry.get());
}

Result<Zone> Zone::fixed(std::chrono::seconds offset) {
  if (offset <= -kDay || offset >= kDay) {
    return Error(Code::kInvalid, "an offset is less than 24 hours in either direction");
  }
  if (offset == std::chrono::seconds::zero()) return Zone();
  static std::mutex mutex;
  static auto& known = *new std::map<std::chrono::seconds, std::unique_ptr<const Entry>>();
  const std::lock_guard lock(mutex);
  auto& entry = known[offset];
  if (!entry) {
    const long long total = std::llabs(offset.count());
    std::array<char, 32> text;
    const int seconds = static_cast<int>(total % 60);
    std::snprintf(text.data(), text.size(), seconds != 0 ? "UTC%c%02d:%02d:%02d" : "UTC%c%02d:%02d",
                  offset.count() < 0 ? '-' : '+', static_cast<int>(total / 3600),
                  static_cast<int>(total / 60 % 60), seconds);
    entry =
        std::make_unique<const Entry>(Entry{text.data(), false, false, {{kFirst, offset.count()}}});
  }
  return Zone(entry.get());
}

Result<Zone> Zone::define(std::string_view name, std::chrono::seconds first,
                          std::span<const OffsetChange> changes, bool endless) {
  const auto fits = [](std::chrono::seconds offset) { return offset > -kDay && offset < kDay; };
  bool good = fits(first);
  std::vector<Stretch> stretches{{kFirst, first.count()}};
  for (const OffsetChange& change : changes) {
    good = good && fits(change.offset) && count(change.at) > stretches.back().begin;
    if (change.offset.count() != stretches.back().offset) {
      stretches.push_back({count(change.at), change.offset.count()});
    }
  }
  if (!good || (endless && stretches.back().begin <= kEndless)) {
    return Error(Code::kInvalid, "the offsets of a zone's definition are out of order or range");
  }
  std::string content(name);
  content += '\0';
  content += endless ? 'E' : 'F';
  for (const Stretch& stretch : stretches) {
    content.append(std::to_string(stretch.begin)).append(",");
    content.append(std::to_string(stretch.offset)).append(";");
  }
  static std::mutex mutex;
  // By a hash of the content: the stretches tell equal ones from those that only collide.
  static auto& known = *new std::multimap<std::size_t, std::unique_ptr<const Entry>>();
  const std::size_t hash = std::hash<std::string>{}(content);
  const std::lock_guard lock(mutex);
  for (auto [it, end] = known.equal_range(hash); it != end; ++it) {
    const Entry& entry = *it->second;
    if (entry.name == name && entry.endless == endless && entry.stretches == stretches) {
      return Zone(&entry);
    }
  }
  if (known.size() >= kMaxDefinitions) {
    return Error(Code::kInvalid, "too many different definitions of time zones");
  }
  const auto made = known.emplace(
      hash, std::make_unique<const Entry>(Entry{std::string(name), false, endless, stretches}));
  return Zone(made->second.get());
}

const std::vector<std::string>& Zone::names() {
  static const auto& all = *[] {
    auto* names = new std::vector<std::string>();
    std::ifstream file = openDatabaseFile("tzdata.zi");
    std::string line;
    // "Z NAME …" begins a zone, "L TARGET NAME" is a link.
    while (std::getline(file, line)) {
      if (line.starts_with("Z ")) {
        names->push_back(line.substr(2, line.find(' ', 2) - 2));
      } else if (line.starts_with("L ")) {
        names->push_back(line.substr(line.rfind(' ') + 1));
      }
    }
    std::sort(names->begin(), names->end());
    return names;
  }();
  return all;
}

std::string_view Zone::name() const { return entry_->name; }
bool Zone::isUtc() const { return entry_->utc; }

UtcSeconds Zone::toUtc(LocalSeconds local) const {
  if (entry_->utc) return UtcSeconds(local.time_since_epoch());
  return lookup(local).earlierOffset;
}

LocalSeconds Zone::toLocal(UtcSeconds utc) const {
  const std::int64_t seconds = count(utc);
  const std::size_t index = entry_->indexAt(seconds - entry_->shift(seconds));
  return LocalSeconds(std::chrono::seconds(seconds + entry_->stretches[index].offset));
}

LocalLookup Zone::lookup(LocalSeconds local) const {
  using Kind = LocalLookup::Kind;
  const Entry& zone = *entry_;
  const std::int64_t wall = local.time_since_epoch().count();
  const std::int64_t shift = zone.shift(wall);
  const std::int64_t seconds = wall - shift;
  // Offsets stay within a day and a bit, so the stretch is near the one that holds the wall
  // clock read as UTC; begin early enough, and the first that fits is the earlier.
  std::size_t index = zone.indexAt(std::max(seconds, kFirst + 2 * kDay.count()) - 2 * kDay.count());
  while (index + 1 < zone.stretches.size() &&
         seconds - zone.stretches[index].offset >= zone.stretches[index + 1].begin) {
    ++index;
  }
  const Stretch& here = zone.stretches[index];
  const UtcSeconds utc = utcOf(wall - here.offset);
  if (index > 0 && seconds - here.offset < here.begin) {
    return {Kind::kGap, utcOf(wall - zone.stretches[index - 1].offset), utc};
  }
  if (index + 1 < zone.stretches.size()) {
    const Stretch& next = zone.stretches[index + 1];
    if (seconds - next.offset >= next.begin) {
      return {Kind::kOverlap, utc, utcOf(wall - next.offset)};
    }
  }
  return {Kind::kUnique, utc, utc};
}

OffsetSpan Zone::spanAt(UtcSeconds utc) const {
  const Entry& zone = *entry_;
  const std::int64_t seconds = count(utc);
  const std::int64_t shift = zone.shift(seconds);
  const std::size_t index = zone.indexAt(seconds - shift);
  const std::int64_t begin = zone.stretches[index].begin;
  const std::int64_t end = zone.end(index);
  return {utcOf(begin == kFirst ? kFirst : begin + shift),
          utcOf(end == kLast ? kLast : end + shift),
          std::chrono::seconds(zone.stretches[index].offset)};
}

std::string Zone::databaseVersion() {
  static const std::string kVersion = [] {
    std::ifstream file = openDatabaseFile("tzdata.zi");
    // First line: "# version 2025b".
    constexpr std::string_view kPrefix = "# version ";
    std::string line;
    const bool found = std::getline(file, line) && line.starts_with(kPrefix);
    return found ? line.substr(kPrefix.size()) : std::string("unknown");
  }();
  return kVersion;
}

}  // namespace sw::base
