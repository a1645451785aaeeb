#pragma once

#include <string_view>
#include <vector>

#include "calendar/event_editor.h"

namespace sw::calendar {

/// One change to one series, step by step into one unit of work. Lives for one call of
/// `EventEditor`.
class SeriesEdit {
 public:
  SeriesEdit(EventEditor& editor, jobs::UnitOfWork& unit, const FoundEvent& target,
             const jobs::Actor& actor)
      : editor_(editor), unit_(unit), target_(target), actor_(actor), now_(editor.clock_.now()) {}

  /// The master takes `content`; changed occurrences follow its new start, zone and kind.
  base::Task<base::Result<EventRecord>> replaceMaster(EventContent content);
  /// The whole series takes `content`, which speaks of the target occurrence.
  base::Task<base::Result<EventRecord>> replaceAllFromOccurrence(EventContent content);
  /// The target occurrence becomes (or stays) a changed one with `content`.
  base::Task<base::Result<EventRecord>> replaceOccurrence(EventContent content);
  /// The series ends before the target occurrence; a new one with `content` begins there.
  base::Task<base::Result<EventRecord>> replaceFollowing(EventContent content);

  base::Task<base::Result<void>> removeSeries();
  base::Task<base::Result<void>> removeOccurrence();
  base::Task<base::Result<void>> removeFollowing();

 private:
  [[nodiscard]] const CompiledSeries& series() const { return *target_.series; }
  /// The key of the target occurrence.
  [[nodiscard]] OccurrenceKey key() const;
  /// The target occurrence's start as it stands now.
  base::Result<EventTime> currentStart() const;
  base::Task<base::Result<std::vector<Event>>> loadOverrides();

  base::Result<EventRecord> put(Event event);
  base::Result<void> remove(const Event& event);
  base::Result<Event> masterEvent() const;
  base::Result<EventRecord> touchMaster();
  /// Moves an override along with its series and writes it; drops it where nothing is left of it.
  base::Result<void> carryOver(Event override, const EventContent& master,
                               std::chrono::seconds delta, const SeriesExpansion& expansion);
  void log(std::string_view type, base::Uuid resource, std::int64_t revision,
           std::string occurrence = {});

  EventEditor& editor_;
  jobs::UnitOfWork& unit_;
  const FoundEvent& target_;
  const jobs::Actor& actor_;
  base::Instant now_;
};

}  // namespace sw::calendar
