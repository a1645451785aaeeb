#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "jobs/actor.h"
#include "jobs/change_log.h"
#include "jobs/job_store.h"
#include "jobs/unit_of_work.h"
#include "obs/reminder_probe.h"
#include "reminders/channel.h"
#include "reminders/reminder_store.h"

namespace sw::reminders {

/// The kinds of jobs that carry reminders. All are idempotent by the rows they change.
namespace job_kind {
inline constexpr std::string_view kDue = "reminder";                // key: the resource
inline constexpr std::string_view kSnoozed = "reminder.snoozed";    // key: the reminder
inline constexpr std::string_view kDigest = "reminder.digest";      // key: the person
inline constexpr std::string_view kDelivery = "reminder.delivery";  // key: message and channel
inline constexpr std::string_view kReplan = "reminder.replan";      // key: the person
inline constexpr std::string_view kRevival = "reminder.revival";    // key: kind and key of a job
}  // namespace job_kind

/// What a job carries that puts another one to work again.
struct RevivalOrder {
  std::string kind;
  std::string key;
  std::string payload;

  [[nodiscard]] std::string toJson() const;
  /// Nothing when the text is not what `toJson` wrote.
  static std::optional<RevivalOrder> parse(std::string_view json);
};

/// What a delivery job carries.
struct DeliveryOrder {
  base::Uuid messageId;
  std::string channel;                // Channel::name
  std::vector<base::Uuid> reminders;  // told by this message on this channel; not empty

  [[nodiscard]] std::string toJson() const;
  /// Nothing when the text is not what `toJson` wrote.
  static std::optional<DeliveryOrder> parse(std::string_view json);
};

/// Adds to a unit all that telling means: the rows become sent, `reminder.sent` goes to the change
/// log (which is the in-app channel: streams, webhooks and the message bus read it), and each
/// channel beyond the program gets a delivery with a job of its own, so that one that fails is
/// tried again alone. Because all of it is one unit, a reminder is told exactly once in the
/// program, and each channel is asked for exactly one message, whenever the process dies and
/// however many copies run. Thread-safe; the parts must outlive it.
class Teller {
 public:
  struct Parts {
    ReminderStore& reminders;
    jobs::JobStore& jobs;
    jobs::ChangeLog& changes;
    const obs::ReminderProbe& probe;
    const base::Clock& clock;
    std::span<Channel* const> channels;
  };
  explicit Teller(Parts parts) : parts_(parts) {}

  /// Tells reminders of one person in one message. The rows are as they were read, or new
  /// (revision 0); not empty.
  void tell(jobs::UnitOfWork& unit, std::vector<Reminder> rows, const jobs::Actor& actor) const;
  /// Writes a row as not told.
  void skip(jobs::UnitOfWork& unit, Reminder row, SkipReason reason) const;
  /// Writes a row as one that waits to be joined with others of its person.
  void gather(jobs::UnitOfWork& unit, Reminder row) const;
  /// Asks for the person's gathered reminders to be told at `due`.
  void orderDigest(jobs::UnitOfWork& unit, base::Uuid userId, base::Instant due,
                   const jobs::Actor& actor) const;
  /// How long a dead job rests before it is put to work again.
  static constexpr std::chrono::hours kRest{1};
  /// Asks for a job that dies in this unit to be put to work again after its rest.
  void orderRevival(jobs::UnitOfWork& unit, const jobs::Job& dead) const;

 private:
  void put(jobs::UnitOfWork& unit, Reminder& row) const;
  void order(jobs::UnitOfWork& unit, const Channel& channel, base::Uuid messageId,
             std::span<const Reminder> rows, const jobs::Actor& actor) const;

  const Parts parts_;
};

}  // namespace sw::reminders
