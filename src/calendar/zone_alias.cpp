#include "calendar/zone_alias.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <unordered_map>

#include "base/zone.h"

namespace sw::calendar {
namespace {

/// What two spellings of a name have in common: letters (lower case), digits and signs.
std::string keyOf(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
               c == '&' || static_cast<unsigned char>(c) >= 0x80) {
      out += c;
    }
  }
  return out;
}

template <class Visit>
void forEachCity(std::string_view cities, const Visit& visit) {
  while (!cities.empty()) {
    const std::size_t comma = std::min(cities.find_first_of(",/"), cities.size());
    visit(cities.substr(0, comma));
    cities.remove_prefix(std::min(comma + 1, cities.size()));
  }
}

struct Table {
  std::unordered_map<std::string, std::string> windows;  // by key: names, city lists
  std::unordered_map<std::string, std::string> cities;   // single cities of the lists
  std::unordered_map<std::string, std::string> words;
  std::unordered_map<std::string, std::string> database;  // tz names by key, slashes left out

  Table() {
    for (const WindowsZone& zone : windowsZones()) {
      windows.emplace(keyOf(zone.name), zone.tzName);
      if (!zone.cities.empty()) windows.emplace(keyOf(zone.cities), zone.tzName);
      forEachCity(zone.cities,
                  [&](std::string_view city) { cities.emplace(keyOf(city), zone.tzName); });
      const std::string_view last = zone.tzName.substr(zone.tzName.rfind('/') + 1);
      cities.emplace(keyOf(last), zone.tzName);
    }
    for (const ZoneWord& word : zoneWords()) words.emplace(keyOf(word.name), word.tzName);
    for (const std::string& name : base::Zone::names()) {
      std::string key = keyOf(name);
      // "Etc/GMT-1" and "GMT-1" mean different signs, so offsets go by their exact name alone.
      if (name.find("GMT") == std::string::npos) database.emplace(std::move(key), name);
    }
  }
};

const Table& table() {
  static const Table& made = *new Table();
  return made;
}

std::optional<std::string> lookUp(const std::unordered_map<std::string, std::string>& in,
                                  const std::string& key) {
  const auto it = in.find(key);
  if (it == in.end()) return std::nullopt;
  // A name that this system's tz database is too old (or too new) to have helps nobody.
  return base::Zone::find(it->second).ok() ? std::optional(it->second) : std::nullopt;
}

std::string_view stripped(std::string_view name) {
  constexpr std::string_view kAround = " \t\"'";
  const std::size_t first = name.find_first_not_of(kAround);
  if (first == std::string_view::npos) return {};
  return name.substr(first, name.find_last_not_of(kAround) - first + 1);
}

/// "UTC+05:30", "GMT-8", "UTC0530", "+01:00": east of UTC is positive. The canonical name, and
/// how many characters were read.
std::optional<std::string> fixedOffset(std::string_view name, std::size_t* used = nullptr) {
  std::size_t i = 0;
  if (name.starts_with("UTC") || name.starts_with("GMT") || name.starts_with("utc")) i = 3;
  if (i >= name.size() || (name[i] != '+' && name[i] != '-')) return std::nullopt;
  const bool west = name[i++] == '-';
  std::array<int, 4> digits{};
  std::size_t count = 0;
  bool colon = false;
  for (; i < name.size() && count < 4; ++i) {
    if ((name[i] == ':' || name[i] == '.') && !colon && count > 0) {
      // One digit before a colon is an hour: "UTC+5:30".
      if (count == 1) digits = {0, digits[0], 0, 0};
      count = 2;
      colon = true;
    } else if (name[i] >= '0' && name[i] <= '9') {
      digits[count++] = name[i] - '0';
    } else {
      break;
    }
  }
  if (count == 0 || count == 3 || (colon && count != 4)) return std::nullopt;
  if (count == 1) digits = {0, digits[0], 0, 0};
  if (used != nullptr) *used = i;
  if (used == nullptr && i != name.size()) return std::nullopt;
  const int minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3];
  if (minutes > 14 * 60 || digits[2] > 5) return std::nullopt;
  if (minutes == 0) return "UTC";
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "UTC%c%02d:%02d", west ? '-' : '+', minutes / 60,
                minutes % 60);
  return std::string(text.data());
}

/// A name of the tz database at the end of `name`, behind any prefix.
std::optional<std::string> behindPrefix(std::string_view name) {
  std::string spelled(name);
  std::replace(spelled.begin(), spelled.end(), ' ', '_');
  std::string_view rest = spelled;
  for (;;) {
    if (base::Zone::find(rest).ok()) return std::string(rest);
    if (rest.find('/') == std::string_view::npos) return std::nullopt;
    if (auto found = lookUp(table().database, keyOf(rest))) return found;
    rest.remove_prefix(rest.find('/') + 1);
  }
}

/// Outlook's display form: "(UTC+01:00) Amsterdam, Berlin, …".
std::optional<ZoneAlias> displayed(std::string_view name) {
  std::optional<std::string> offset;
  if (name.starts_with('(')) {
    const std::size_t close = name.find(')');
    if (close == std::string_view::npos) return std::nullopt;
    std::string_view inside = name.substr(1, close - 1);
    if (!inside.starts_with("UTC") && !inside.starts_with("GMT")) return std::nullopt;
    offset = inside.size() == 3 ? std::optional<std::string>("UTC") : fixedOffset(inside);
    name = stripped(name.substr(close + 1));
  }
  if (auto found = lookUp(table().windows, keyOf(name))) return ZoneAlias{*found, true};
  std::optional<std::string> city;
  forEachCity(name, [&](std::string_view each) {
    if (!city && offset) city = lookUp(table().cities, keyOf(each));
  });
  if (city) return ZoneAlias{*city, true};
  if (offset) return ZoneAlias{*offset, false};
  return std::nullopt;
}

}  // namespace

std::optional<ZoneAlias> findZoneAlias(std::string_view foreign) {
  const std::string_view name = stripped(foreign);
  if (name.empty() || name.size() > 256) return std::nullopt;
  if (base::Zone::find(name).ok()) {
    // The database's own abbreviations are fixed offsets or old guesses.
    const bool word = name.size() <= 4 && name != "UTC" && name != "GMT" && name != "Zulu";
    return ZoneAlias{std::string(name), !word};
  }
  if (auto found = fixedOffset(name)) return ZoneAlias{*found, true};
  if (auto found = displayed(name)) return found;
  const std::string key = keyOf(name);
  if (auto found = lookUp(table().words, key)) return ZoneAlias{*found, false};
  if (name.find('/') != std::string_view::npos) {
    if (auto found = behindPrefix(name)) return ZoneAlias{*found, true};
  }
  std::string dashed(name);  // "US-Eastern", "America-New_York"
  if (const std::size_t dash = dashed.find('-'); dash != std::string::npos) {
    dashed[dash] = '/';
    if (auto found = lookUp(table().database, keyOf(dashed))) return ZoneAlias{*found, false};
  }
  if (auto found = lookUp(table().database, key)) return ZoneAlias{*found, true};
  for (const std::string_view season : {"daylight", "summer"}) {
    std::string standard = key;
    if (const std::size_t at = standard.find(season); at != std::string::npos) {
      standard.replace(at, season.size(), "standard");
      if (auto found = lookUp(table().windows, standard)) return ZoneAlias{*found, true};
    }
  }
  return std::nullopt;
}

}  // namespace sw::calendar
