#include "calendar/ical_zone.h"

#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "calendar/ical_components.h"
#include "calendar/ical_timezone.h"
#include "calendar/ical_values.h"

namespace sw::calendar {
namespace {

/// A name and the definitions it is read with.
struct Key {
  std::string_view name;
  std::string_view definitions;
};
struct OwnedKey {
  std::string name;
  std::string definitions;
};
struct Hash {
  using is_transparent = void;
  std::size_t operator()(const Key& key) const {
    const std::hash<std::string_view> hash;
    return hash(key.name) * 31 + hash(key.definitions);
  }
  std::size_t operator()(const OwnedKey& key) const {
    return (*this)(Key{key.name, key.definitions});
  }
};
struct Equal {
  using is_transparent = void;
  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    return a.name == b.name && a.definitions == b.definitions;
  }
};

/// Answers kept; when there are more, all are forgotten and found anew.
constexpr std::size_t kMaxKnown = 4096;

std::optional<base::Zone> findDefined(std::string_view name, std::string_view definitions) {
  if (definitions.empty()) return std::nullopt;
  ComponentReader reader(definitions);
  for (auto kind = reader.next(); kind != ComponentReader::Kind::kEnd; kind = reader.next()) {
    if (kind != ComponentReader::Kind::kComponent) continue;
    const auto definition = readZoneDefinition(reader.component());
    if (!definition.ok() || definition->name != name) continue;
    if (const auto zone = makeZone(*definition)) return *zone;
  }
  return std::nullopt;
}

base::Result<base::Zone> findZone(std::string_view name, std::string_view definitions) {
  if (const auto defined = findDefined(name, definitions)) return *defined;
  if ((name.starts_with("UTC+") || name.starts_with("UTC-")) && name.size() >= 9) {
    if (const auto offset = readUtcOffset(name.substr(3))) return base::Zone::fixed(*offset);
  }
  return base::Zone::find(name);
}

}  // namespace

base::Result<base::Zone> resolveZone(std::string_view timeZone, std::string_view zoneDefinitions) {
  static std::shared_mutex mutex;
  static auto& known = *new std::unordered_map<OwnedKey, base::Zone, Hash, Equal>();
  const Key key{timeZone, zoneDefinitions};
  {
    const std::shared_lock lock(mutex);
    if (const auto it = known.find(key); it != known.end()) return it->second;
  }
  SW_TRY(const base::Zone zone, findZone(timeZone, zoneDefinitions));
  const std::unique_lock lock(mutex);
  if (known.size() >= kMaxKnown) known.clear();
  known.emplace(OwnedKey{std::string(timeZone), std::string(zoneDefinitions)}, zone);
  return zone;
}

}  // namespace sw::calendar
