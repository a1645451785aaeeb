#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "calendar/event_store.h"
#include "calendar/series_expansion.h"

namespace sw::calendar {

/// A changed or cancelled occurrence of a series, as far as others need to know.
struct ChangedOccurrence {
  OccurrenceKey key;
  base::Uuid rowId;
  bool cancelled;
};

/// A series as one revision of its master row describes it. Every write to any part of a series
/// raises that revision, so one is either exact or out of date as a whole. Immutable.
struct CompiledSeries {
  EventRecord master;
  EventContent content;
  SeriesExpansion expansion;
  std::vector<ChangedOccurrence> changed;  // by key
  /// The JSON members of an occurrence beside its times, each with a comma in front.
  std::string details;

  /// The changed occurrence with that key, or null.
  [[nodiscard]] const ChangedOccurrence* findChanged(OccurrenceKey key) const;
};

/// Keeps compiled series of recently read rows, so that looking through a window costs neither a
/// parse nor a second read. Bounded: the least recently used go first. Thread-safe.
class SeriesCache {
 public:
  /// `capacity`: how many series are kept.
  SeriesCache(EventStore& events, std::size_t capacity);

  /// The series of that master row, compiled now if it is not here in that revision. Fails as
  /// the store does, or with `kCorrupted` when the row cannot be read.
  base::Task<base::Result<std::shared_ptr<const CompiledSeries>>> get(EventRecord master);
  /// The same without compiling: null when it is not here.
  std::shared_ptr<const CompiledSeries> peek(base::Uuid id, std::int64_t revision);

 private:
  using Entry = std::shared_ptr<const CompiledSeries>;
  struct Shard {
    std::mutex mutex;
    std::list<Entry> recent;  // most recently used first
    std::unordered_map<base::Uuid, std::list<Entry>::iterator> index;
  };
  static constexpr std::size_t kShards = 16;

  Shard& shardOf(const base::Uuid& id);
  void keep(const Entry& entry);

  EventStore& events_;
  std::size_t capacityPerShard_;
  std::array<Shard, kShards> shards_;
};

}  // namespace sw::calendar
