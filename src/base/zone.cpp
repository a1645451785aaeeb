#include "base/zone.h"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>

namespace sw::base {

struct Zone::Entry {
  std::string name;
  cctz::time_zone zone;
  bool utc = false;
};

namespace {

// cctz calls its own point in time by the same type: seconds on the system clock.
using cctz::civil_second;
constexpr std::chrono::seconds kDay = std::chrono::hours(24);
const civil_second kEpoch(1970, 1, 1);

civil_second toCivil(LocalSeconds local) { return kEpoch + local.time_since_epoch().count(); }
LocalSeconds fromCivil(const civil_second& civil) {
  return LocalSeconds(std::chrono::seconds(civil - kEpoch));
}
UtcSeconds toSeconds(cctz::time_point<cctz::seconds> point) {
  return UtcSeconds(point.time_since_epoch());
}

}  // namespace

Zone::Zone() {
  static const Entry kUtc{"UTC", cctz::utc_time_zone(), true};
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
  const std::unique_lock lock(mutex);
  auto& entry = known[std::string(name)];
  if (!entry) entry = std::make_unique<const Entry>(Entry{std::string(name), zone});
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
    entry = std::make_unique<const Entry>(Entry{text.data(), cctz::fixed_time_zone(offset)});
  }
  return Zone(entry.get());
}

std::string_view Zone::name() const { return entry_->name; }
bool Zone::isUtc() const { return entry_->utc; }

UtcSeconds Zone::toUtc(LocalSeconds local) const {
  if (entry_->utc) return UtcSeconds(local.time_since_epoch());
  const auto found = entry_->zone.lookup(toCivil(local));
  return toSeconds(found.pre);
}

LocalSeconds Zone::toLocal(UtcSeconds utc) const {
  if (entry_->utc) return LocalSeconds(utc.time_since_epoch());
  return fromCivil(entry_->zone.lookup(utc).cs);
}

LocalLookup Zone::lookup(LocalSeconds local) const {
  const auto found = entry_->zone.lookup(toCivil(local));
  using From = cctz::time_zone::civil_lookup;
  const auto kind = found.kind == From::UNIQUE    ? LocalLookup::Kind::kUnique
                    : found.kind == From::SKIPPED ? LocalLookup::Kind::kGap
                                                  : LocalLookup::Kind::kOverlap;
  return {kind, toSeconds(found.pre), toSeconds(found.post)};
}

OffsetSpan Zone::spanAt(UtcSeconds utc) const {
  const auto& zone = entry_->zone;
  OffsetSpan span{UtcSeconds::min(), UtcSeconds::max(),
                  std::chrono::seconds(zone.lookup(utc).offset)};
  cctz::time_zone::civil_transition transition;
  if (zone.prev_transition(utc + std::chrono::seconds(1), &transition)) {
    span.begin = toSeconds(zone.lookup(transition.to).trans);
  }
  if (zone.next_transition(utc, &transition)) {
    span.end = toSeconds(zone.lookup(transition.to).trans);
  }
  return span;
}

std::string Zone::databaseVersion() {
  const char* folder = std::getenv("TZDIR");
  std::ifstream file(std::string(folder != nullptr ? folder : "/usr/share/zoneinfo") +
                     "/tzdata.zi");
  // First line: "# version 2025b".
  constexpr std::string_view kPrefix = "# version ";
  std::string line;
  if (std::getline(file, line) && line.starts_with(kPrefix)) return line.substr(kPrefix.size());
  return "unknown";
}

}  // namespace sw::base
