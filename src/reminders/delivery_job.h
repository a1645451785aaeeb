#pragma once

#include <span>
#include <string>
#include <vector>

#include "accounts/user.h"
#include "jobs/job_handler.h"
#include "obs/reminder_probe.h"
#include "reminders/reminder_desk.h"

namespace sw::reminders {

/// Brings one message to one channel beyond the program.
///
/// The rule for a process that dies: before an attempt the delivery is marked as attempted, in a
/// unit of its own, guarded so that of two copies one goes on; after it the outcome is written in
/// the unit that ends the job. Who finds a delivery attempted and without outcome therefore does
/// not know whether it was sent. A channel whose receivers recognise a repeat by the message's id
/// is then asked again: at least once, and once for the person. Any other (e-mail) is not: at most
/// once, and the delivery is kept as uncertain. An attempt that is known to have failed is marked
/// as waiting again before the next, so that only a death between these two marks is uncertain.
///
/// When the attempts have ended, or the occasion is over, the delivery has failed and the job is
/// done: nobody is to be reminded later by somebody who looks through dead letters.
class DeliveryJob final : public jobs::JobHandler {
 public:
  struct Parts {
    jobs::Storage& storage;
    ReminderStore& reminders;
    accounts::UserStore& users;
    ReminderDesk& desk;  // for the person's zone
    const obs::ReminderProbe& probe;
    const base::Clock& clock;
    std::span<Channel* const> channels;
    std::string publicUrl;  // for links; without a slash at the end, empty for none
  };
  explicit DeliveryJob(Parts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] jobs::JobPolicy policy() const override;
  base::Task<base::Result<void>> run(const jobs::Job& job, jobs::UnitOfWork& unit) override;

 private:
  base::Task<base::Result<std::vector<Reminder>>> rowsOf(const DeliveryOrder& order);
  base::Task<base::Result<void>> attempt(const jobs::Job& job, jobs::UnitOfWork& unit,
                                         Channel& channel, ReminderDelivery delivery,
                                         std::vector<Reminder> rows);
  base::Task<base::Result<Message>> messageOf(const ReminderDelivery& delivery,
                                              const std::vector<Reminder>& rows);
  base::Task<base::Result<void>> mark(const ReminderDelivery& before,
                                      const ReminderDelivery& after);
  void end(jobs::UnitOfWork& unit, const Channel& channel, ResourceKind kind,
           const ReminderDelivery& before, DeliveryState state, std::string error) const;
  [[nodiscard]] Channel* channelCalled(std::string_view name) const;

  const Parts parts_;
};

}  // namespace sw::reminders
