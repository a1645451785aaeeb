#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "jobs/unit_of_work.h"
#include "reminders/reminder.h"

namespace sw::reminders {

/// Where reminders and their deliveries are kept. Thread-safe; several copies of the program
/// share it.
class ReminderStore {
 public:
  /// How long what was told or skipped stays to be looked at.
  static constexpr std::chrono::days kRetention{90};

  ReminderStore() = default;
  ReminderStore(const ReminderStore&) = delete;
  ReminderStore& operator=(const ReminderStore&) = delete;
  virtual ~ReminderStore() = default;

  virtual base::Task<base::Result<std::optional<Reminder>>> find(base::Uuid id) = 0;
  /// The planned reminder of a resource (there is at most one) and those of its others whose
  /// occasion key is not below `fromKey`, in no particular order.
  virtual base::Task<base::Result<std::vector<Reminder>>> ofResource(base::Uuid resourceId,
                                                                     std::string_view fromKey) = 0;

  /// Where a reminder stands in a person's list: by due time, then by id.
  struct Position {
    base::Instant due{};
    base::Uuid id;

    friend auto operator<=>(const Position&, const Position&) = default;
  };
  enum class Part {
    kUpcoming,  // planned, snoozed or gathered; soonest first
    kPast,      // the rest; latest first
  };
  struct ListQuery {
    base::Uuid userId;
    Part part = Part::kUpcoming;
    std::optional<Position> after;           // only what stands behind it
    std::optional<base::Instant> dueBefore;  // of the upcoming only those due before
    int limit = 0;
  };
  virtual base::Task<base::Result<std::vector<Reminder>>> list(const ListQuery& query) = 0;
  /// The reminders of a person that wait to be joined, oldest due first, at most `limit`.
  virtual base::Task<base::Result<std::vector<Reminder>>> gatheredOf(base::Uuid userId,
                                                                     int limit) = 0;

  /// Creates a row (revision 1) or writes over the one whose revision is `reminder.revision - 1`;
  /// else, and when (resource, occasion, lead) has a row or a resource would have two planned
  /// ones, the unit fails with `kConflict`.
  virtual void put(jobs::UnitOfWork& unit, const Reminder& reminder) = 0;
  /// Removes a row; the unit fails with `kConflict` when its revision is another.
  virtual void remove(jobs::UnitOfWork& unit, const Reminder& reminder) = 0;

  /// The deliveries of a message, by channel.
  virtual base::Task<base::Result<std::vector<ReminderDelivery>>> deliveriesOf(
      base::Uuid messageId) = 0;
  /// Creates a delivery; the unit fails with `kConflict` when there is one of that message and
  /// channel.
  virtual void addDelivery(jobs::UnitOfWork& unit, const ReminderDelivery& delivery) = 0;
  /// Writes over the delivery as long as it has the state and attempts of `before`, else the unit
  /// fails with `kConflict`.
  virtual void putDelivery(jobs::UnitOfWork& unit, const ReminderDelivery& before,
                           const ReminderDelivery& after) = 0;

  /// Removes what was told, skipped or dismissed before `horizon`, and deliveries last touched
  /// before it, at most `limit` of each a call; answers how many rows.
  virtual base::Task<base::Result<std::int64_t>> removeBefore(base::Instant horizon, int limit) = 0;
};

}  // namespace sw::reminders
