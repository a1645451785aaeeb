#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "accounts/settings.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "jobs/actor.h"
#include "jobs/job_store.h"
#include "jobs/unit_of_work.h"
#include "reminders/agenda.h"
#include "reminders/reminder_store.h"
#include "reminders/teller.h"
#include "reminders/verdict.h"

namespace sw::reminders {

/// Something that people are reminded of.
struct Resource {
  ResourceKind kind = ResourceKind::kHabit;
  base::Uuid id;

  friend auto operator<=>(const Resource&, const Resource&) = default;
};

/// Keeps, for every resource that reminds, one planned reminder with one waiting job, and does
/// what is due.
///
/// How nothing is told twice: a row is unique for (resource, occasion, lead), its change from
/// planned to sent is guarded by its revision, and both stand in one unit with the entry of the
/// change log, the deliveries on other channels, the next plan and the end of the job. Of two
/// copies that do the same, one unit commits and the other fails with `kConflict` and is worked
/// out again from what is then there.
/// How nothing is lost: a resource is planned again in the unit of the change that the relay
/// tells of, from the earlier of that change and of what was planned; what is planned waits as a
/// durable job; what was due while nothing ran is decided on by its rules (`judge`) when it runs
/// again; and a job that died is put to work again after a while (`RevivalJob`).
///
/// Nothing here commits. Thread-safe; the parts must outlive it.
class ReminderDesk {
 public:
  /// How long late reminders are gathered for before they are told in one message, from the last
  /// one that came to join, and in all.
  static constexpr std::chrono::seconds kGatherPause{5};
  static constexpr std::chrono::seconds kGatherLongest{60};

  struct Parts {
    ReminderStore& reminders;
    jobs::JobStore& jobs;
    accounts::SettingsStore& settings;
    const Teller& teller;
    const base::Clock& clock;
    /// By ResourceKind; null for a kind that the program does not keep.
    std::array<AgendaSource*, 4> sources;
  };
  explicit ReminderDesk(Parts parts) : parts_(parts) {}

  /// With the defaults for who has written no settings.
  base::Task<base::Result<Person>> personOf(base::Uuid userId);

  /// Plans the resource's next reminder: moments before `since`, the time of the change that is
  /// the cause, are not told of, unless they were planned already. Adds nothing when the plan
  /// stands as it is.
  base::Task<base::Result<void>> plan(jobs::UnitOfWork& unit, Resource resource,
                                      const Person& person, base::Instant since,
                                      const jobs::Actor& actor);

  /// What became of what was due.
  struct Counts {
    std::int64_t told = 0;
    std::int64_t joined = 0;   // will be told together with others in some seconds
    std::int64_t skipped = 0;  // see SkipReason
    std::int64_t waiting = 0;  // put off by quiet hours

    Counts& operator+=(const Counts& other);
  };
  enum class Runner {
    kOwnJob,  // the resource's job, which its scheduler ends
    kOther,
  };
  /// Tells what of the resource is due, and plans the next.
  base::Task<base::Result<Counts>> fire(jobs::UnitOfWork& unit, Resource resource,
                                        const Person& person, const jobs::Actor& actor,
                                        Runner runner);
  /// Tells a reminder that was put off, unless there is nothing left to be reminded of.
  base::Task<base::Result<Counts>> fireSnoozed(jobs::UnitOfWork& unit, const Reminder& row,
                                               const Person& person, const jobs::Actor& actor);
  /// How long a reminder that was put off stays of use from then on, though its occasion is over.
  static constexpr std::chrono::hours kSnoozedUse{12};
  /// Puts a reminder off until `until`, whatever its state; a planned one makes room for the
  /// resource's next. Gives the row as it will be.
  base::Task<base::Result<Reminder>> snooze(jobs::UnitOfWork& unit, Reminder row,
                                            base::Instant until, const jobs::Actor& actor);
  /// Puts a reminder aside: one that waits will not be told.
  base::Task<base::Result<Reminder>> dismiss(jobs::UnitOfWork& unit, Reminder row,
                                             const jobs::Actor& actor);
  /// See `Teller::orderRevival`.
  void orderRevival(jobs::UnitOfWork& unit, const jobs::Job& dead) const;

 private:
  struct Known {
    std::vector<Reminder> rows;
    std::optional<Reminder> planned;
  };
  base::Task<base::Result<Known>> known(base::Uuid resourceId, base::Instant since);
  base::Task<base::Result<std::optional<Agenda>>> agendaOf(Resource resource, const Person& person,
                                                           base::Instant from);
  void putJob(jobs::UnitOfWork& unit, const Reminder& row, std::string_view kind,
              const std::string& key, const jobs::Actor& actor);
  /// Makes `next` what is planned in place of `planned`.
  void replan(jobs::UnitOfWork& unit, Resource resource, const Person& person,
              const std::optional<Reminder>& planned, const Agenda* agenda,
              const std::optional<NextMoment>& next, const jobs::Actor& actor, Runner runner);
  base::Task<base::Result<void>> planBehind(jobs::UnitOfWork& unit, const Reminder& row,
                                            const jobs::Actor& actor);
  base::Task<base::Result<void>> gatherUntil(jobs::UnitOfWork& unit, base::Uuid userId,
                                             const jobs::Actor& actor);

  const Parts parts_;
};

}  // namespace sw::reminders
