#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/zone.h"
#include "calendar/recurrence_walker.h"

namespace sw::calendar {

/// One occurrence of a series. Trivial, so that batches of them are cheap.
struct Occurrence {
  /// The wall clock in the series' zone as the rule names it. Where clocks jumped over it, it is
  /// the time that was skipped; `utc` is then by the offset before.
  base::LocalSeconds local;
  base::UtcSeconds utc;
  /// That of the RDATE's period; negative where the occurrence lasts as long as the series says.
  std::chrono::seconds ownDuration;

  [[nodiscard]] std::optional<std::chrono::seconds> duration() const {
    if (ownDuration < std::chrono::seconds::zero()) return std::nullopt;
    return ownDuration;
  }
  friend bool operator==(const Occurrence&, const Occurrence&) = default;
};
inline constexpr std::chrono::seconds kSeriesDuration{-1};

/// A rule in its zone: what many cursors share.
struct ZonedRule {
  ZonedRule(const RecurrenceRule& rule, base::LocalSeconds start, bool allDay,
            const base::Zone& seriesZone);

  CompiledRule compiled;
  base::Zone zone;
  std::optional<std::uint32_t> count;
  /// Nothing later is emitted: UNTIL in UTC, or, once it is known, the last that COUNT allows.
  base::UtcSeconds lastUtc = base::UtcSeconds::max();
  /// COUNT is accounted for by `lastUtc`, so that no one has to count.
  bool resolved = false;
};

/// Walks the occurrences of one rule in order of their instants, each once: where clocks jump
/// forward, several wall-clock times can mean one instant. Refers to the rule, which must outlive
/// it. One thread at a time. Allocates only across such a jump.
class RuleCursor {
 public:
  /// Stands before the first occurrence.
  explicit RuleCursor(const ZonedRule& rule) : rule_(&rule), walker_(rule.compiled) {}

  /// Goes to the first occurrence at or after `from`; those at or after `to` are not found. Costs
  /// no walk, unless the rule has a COUNT whose end is not resolved. As `seekUncounted` if not.
  void seek(base::UtcSeconds from, base::UtcSeconds to = base::UtcSeconds::max());
  /// The same as if the rule had no COUNT; `lastUtc` holds all the same.
  void seekUncounted(base::UtcSeconds from, base::UtcSeconds to = base::UtcSeconds::max());

  /// As `seek` to a later time than the cursor has reached; while a COUNT is being counted off
  /// it changes nothing.
  void skipTo(base::UtcSeconds from, base::UtcSeconds to) {
    if (!counts_) seek(from, to);
  }

  /// The next occurrences, empty at the end. Valid until the next call.
  std::span<const Occurrence> nextBatch();

  [[nodiscard]] bool gaveUp() const { return walker_.gaveUp() || countGaveUp_; }

 private:
  static constexpr std::size_t kBatch = 128;

  std::size_t convert();
  std::size_t convertRun(std::size_t count);
  void enterSpan(std::int64_t utc);
  bool advanceSpan(std::int64_t local);
  void collectJump(std::int64_t afterJump);
  std::size_t drainJump();
  bool refillLocal();

  const ZonedRule* rule_;
  RuleWalker walker_;
  std::int64_t from_ = 0;  // bounds of the instants wanted, `last_` inclusive
  std::int64_t last_ = 0;
  bool sought_ = false;
  bool ended_ = false;
  bool countGaveUp_ = false;
  std::uint32_t counted_ = 0;
  bool counts_ = false;
  std::size_t want_ = 0;  // grows, so that a short look does not pay for a long walk

  // The stretch of one offset that holds the walk: wall clock in [spanBegin_, spanEnd_).
  std::int64_t spanBegin_ = 0;
  std::int64_t spanEnd_ = 0;
  std::int64_t offset_ = 0;

  std::size_t localNext_ = 0;
  std::size_t localCount_ = 0;
  std::vector<Occurrence> jump_;  // occurrences around a jump, in order
  std::size_t jumpNext_ = 0;
  std::array<std::int64_t, kBatch> local_;
  std::array<Occurrence, kBatch> batch_;
};

}  // namespace sw::calendar
