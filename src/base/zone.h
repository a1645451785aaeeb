#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sw::base {

/// Wall-clock time without a zone, seconds.
using LocalSeconds = std::chrono::local_seconds;
/// A point on the UTC time line, whole seconds.
using UtcSeconds = std::chrono::sys_seconds;

/// What a wall-clock time means in a zone.
struct LocalLookup {
  enum class Kind {
    kUnique,
    kGap,      // skipped when clocks went forward
    kOverlap,  // happens twice when clocks went back
  };
  Kind kind;
  /// By the offset that held before the transition: the first of an overlap; for a gap the
  /// instant as if clocks had not moved yet (02:30 in a gap of one hour shows as 03:30).
  UtcSeconds earlierOffset;
  /// By the offset that holds after the transition.
  UtcSeconds laterOffset;
};

/// A stretch of the time line with one offset: local = utc + offset for begin <= utc < end.
struct OffsetSpan {
  UtcSeconds begin;
  UtcSeconds end;
  std::chrono::seconds offset;
};

/// From `at` on, local time is `offset` ahead of UTC.
struct OffsetChange {
  UtcSeconds at;
  std::chrono::seconds offset;

  friend auto operator<=>(const OffsetChange&, const OffsetChange&) = default;
};

/// A time zone of the system's tz database, a fixed offset, or one defined by its changes. A
/// handle: cheap to copy and to compare, never empty, valid for the life of the program.
/// Thread-safe.
class Zone {
 public:
  /// UTC.
  Zone();

  /// A zone by its tz name ("Europe/Berlin", links such as "US/Eastern" too). `kInvalid` when
  /// the database has none of that name. Reads the database once a name, then a cache.
  static Result<Zone> find(std::string_view name);
  static Zone utc() { return {}; }
  /// `offset` east of UTC, less than 24 hours in either direction (else `kInvalid`).
  static Result<Zone> fixed(std::chrono::seconds offset);

  /// A zone that no database has: `first` holds until the first of `changes` (ascending, offsets
  /// of less than 24 hours). `endless`: the changes reach beyond 2200 and cover the last 400
  /// years, whose pattern then repeats. The same definition gives the same zone. `kInvalid` when
  /// the changes are not so, or when the program holds more different definitions than any
  /// honest use needs.
  static Result<Zone> define(std::string_view name, std::chrono::seconds first,
                             std::span<const OffsetChange> changes, bool endless);

  /// All names of the tz database, links too, sorted; empty when the system has no list. Read
  /// once.
  static const std::vector<std::string>& names();

  /// "Europe/Berlin", "UTC", or "UTC+05:30" for a fixed offset.
  [[nodiscard]] std::string_view name() const;
  [[nodiscard]] bool isUtc() const;

  /// The instant of a wall-clock time; in a gap by the offset before it, in an overlap the first
  /// (RFC 5545, section 3.3.5).
  [[nodiscard]] UtcSeconds toUtc(LocalSeconds local) const;
  [[nodiscard]] LocalSeconds toLocal(UtcSeconds utc) const;
  [[nodiscard]] LocalLookup lookup(LocalSeconds local) const;
  /// The stretch that holds `utc`, so that many conversions near each other cost one look-up.
  [[nodiscard]] OffsetSpan spanAt(UtcSeconds utc) const;

  friend bool operator==(const Zone& a, const Zone& b) { return a.entry_ == b.entry_; }

  /// Version of the system's tz database, as in "2025b"; "unknown" when it has none.
  /// As it was at the first call: zones are read once as well.
  static std::string databaseVersion();

 private:
  struct Entry;
  explicit Zone(const Entry* entry) : entry_(entry) {}

  const Entry* entry_;
};

}  // namespace sw::base
