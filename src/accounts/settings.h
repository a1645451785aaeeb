#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "jobs/unit_of_work.h"

namespace sw::accounts {

/// A stretch of a day, wall clock, start < end <= 24:00.
struct DayRange {
  std::chrono::minutes start{};
  std::chrono::minutes end{};

  friend bool operator==(const DayRange&, const DayRange&) = default;
};

enum class AutoPlan { kOff, kSuggest, kAuto };

/// How long before something a person is reminded of it, where it does not say so itself. Each
/// list is ascending and without repeats; an empty one: not at all.
struct ReminderLeads {
  std::vector<std::chrono::minutes> events;  // of those that keep to the defaults
  std::vector<std::chrono::minutes> tasks = {std::chrono::minutes(60)};  // before the deadline
  std::vector<std::chrono::days> goals = {std::chrono::days(1), std::chrono::days(7)};

  friend bool operator==(const ReminderLeads&, const ReminderLeads&) = default;
};

/// How a person wants the service to treat their time.
struct Settings {
  std::string timeZone = "UTC";         // tz name
  std::chrono::minutes dayBoundary{0};  // when their day starts, after midnight; under 12 h
  /// Monday first; no range means a day off. Sorted, not overlapping.
  std::array<std::vector<DayRange>, 7> workingHours;
  std::chrono::minutes bufferBefore{0};  // kept free around events when planning; at most 4 h
  std::chrono::minutes bufferAfter{0};
  std::optional<DayRange> quietHours;  // may pass midnight: then start > end
  base::Uuid targetCalendar;           // where plans are written; nil: the primary one
  AutoPlan autoPlan = AutoPlan::kSuggest;
  std::chrono::hours lockAhead{24};  // planned blocks nearer than this stay; at most 14 days
  std::vector<std::string> channels = {"in_app"};  // of in_app, email, push, webhook
  ReminderLeads reminderLeads;
  std::int64_t revision = 0;  // 0: never written, the defaults
  base::Instant updated{};

  /// The defaults of a new person: 9 to 17, Monday to Friday.
  static Settings defaults(std::string timeZone);
};

/// Where settings are kept, one row a user. Thread-safe.
class SettingsStore {
 public:
  SettingsStore() = default;
  SettingsStore(const SettingsStore&) = delete;
  SettingsStore& operator=(const SettingsStore&) = delete;
  virtual ~SettingsStore() = default;

  /// The settings as a JSON document (see `settings_json.h`) with its revision, or nothing when
  /// the person has never written any.
  struct Stored {
    std::string document;
    std::int64_t revision = 0;
    base::Instant updated{};
  };
  virtual base::Task<base::Result<std::optional<Stored>>> find(base::Uuid userId) = 0;
  /// Writes over the row whose revision is `stored.revision - 1` (0: there is none), else the
  /// unit fails with `kConflict`.
  virtual void put(jobs::UnitOfWork& unit, base::Uuid userId, const Stored& stored) = 0;
};

}  // namespace sw::accounts
