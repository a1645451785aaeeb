#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Names that calendar programs give to time zones, told as names of the tz database.
namespace sw::calendar {

/// A row of the table of Windows' zones: the registry's key, what Outlook shows after the offset
/// (empty where nothing is shown), and the zone of the tz database that behaves like it (CLDR's
/// choice for the whole world).
struct WindowsZone {
  std::string_view name;
  std::string_view cities;
  std::string_view tzName;
};
std::span<const WindowsZone> windowsZones();

/// Other names in use: abbreviations, words, what web frameworks show.
struct ZoneWord {
  std::string_view name;
  std::string_view tzName;
};
std::span<const ZoneWord> zoneWords();

struct ZoneAlias {
  std::string tzName;  // one that `base::Zone::find` knows, or "UTC+05:30" for a fixed offset
  /// Whether the name means this zone and no other. Abbreviations and bare words ("IST",
  /// "Eastern") are guesses, which a definition that says otherwise overrules.
  bool certain = true;
};

/// The zone that `foreign` names: exactly, in other case, behind a prefix
/// ("/mozilla.org/20070129_1/Europe/Berlin"), as Windows or Outlook call it
/// ("W. Europe Standard Time", "(UTC+01:00) Amsterdam, Berlin, …"), as an offset ("GMT+0530") or
/// by a word in use. Nothing when it names none. Thread-safe; reads the tz database's list once.
std::optional<ZoneAlias> findZoneAlias(std::string_view foreign);

}  // namespace sw::calendar
