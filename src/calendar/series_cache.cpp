#include "calendar/series_cache.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "calendar/event_json.h"
#include "calendar/event_record.h"

namespace sw::calendar {

const ChangedOccurrence* CompiledSeries::findChanged(OccurrenceKey key) const {
  const auto at = std::ranges::lower_bound(changed, key, {}, &ChangedOccurrence::key);
  return at != changed.end() && at->key == key ? &*at : nullptr;
}

SeriesCache::SeriesCache(EventStore& events, std::size_t capacity)
    : events_(events), capacityPerShard_(std::max<std::size_t>(capacity / kShards, 1)) {}

SeriesCache::Shard& SeriesCache::shardOf(const base::Uuid& id) {
  return shards_.at(std::hash<base::Uuid>()(id) % kShards);
}

std::shared_ptr<const CompiledSeries> SeriesCache::peek(base::Uuid id, std::int64_t revision) {
  Shard& shard = shardOf(id);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.index.find(id);
  if (found == shard.index.end() || (*found->second)->master.revision != revision) return nullptr;
  shard.recent.splice(shard.recent.begin(), shard.recent, found->second);
  return shard.recent.front();
}

void SeriesCache::keep(const Entry& entry) {
  Shard& shard = shardOf(entry->master.id);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.index.find(entry->master.id);
  if (found != shard.index.end()) {
    // A reader with an older snapshot must not push out what a newer one has compiled.
    if ((*found->second)->master.revision > entry->master.revision) return;
    shard.recent.erase(found->second);
    shard.index.erase(found);
  }
  shard.recent.push_front(entry);
  shard.index[entry->master.id] = shard.recent.begin();
  if (shard.recent.size() > capacityPerShard_) {
    shard.index.erase(shard.recent.back()->master.id);
    shard.recent.pop_back();
  }
}

base::Task<base::Result<std::shared_ptr<const CompiledSeries>>> SeriesCache::get(
    EventRecord master) {
  if (auto known = peek(master.id, master.revision)) co_return known;

  std::vector<ChangedOccurrence> changed;
  const EventVisitor collect = [&](const EventRow& row) {
    changed.push_back({row.originalKey, row.id, row.cancelled});
  };
  SW_CO_CHECK(co_await events_.overridesOf(master.id, collect));
  std::ranges::sort(changed, {}, &ChangedOccurrence::key);

  SW_CO_TRY(EventContent content, fromDocument(master.document, master.residue));
  std::vector<OccurrenceKey> keys;
  keys.reserve(changed.size());
  for (const ChangedOccurrence& one : changed) keys.push_back(one.key);
  const std::optional<ResolvedRecurrence> resolved =
      master.tzVersion == base::Zone::databaseVersion() ? decodeResolved(master.recurrencePlan)
                                                        : std::nullopt;
  auto expansion = SeriesExpansion::make(content, resolved ? &*resolved : nullptr, std::move(keys));
  if (!expansion.ok()) {
    co_return expansion.error().wrap(base::Code::kCorrupted, "a stored series cannot be read");
  }
  std::string details;
  appendDocumentDetails(details, content, false);
  Entry entry = std::make_shared<const CompiledSeries>(
      CompiledSeries{std::move(master), std::move(content), *std::move(expansion),
                     std::move(changed), std::move(details)});
  keep(entry);
  co_return entry;
}

}  // namespace sw::calendar
