#pragma once

#include "jobs/command_registry.h"
#include "reminders/reminder_desk.h"

namespace sw::reminders {

/// The command SEND_REMINDERS: tells at once what of the user's reminders is due, as their jobs
/// would. The payload is empty. Thread-safe; the parts must outlive it.
class SendReminders final : public jobs::CommandHandler {
 public:
  static constexpr std::string_view kTaskType = "SEND_REMINDERS";
  /// The most that one command looks at; the rest is done by their jobs.
  static constexpr int kMost = 500;

  struct Parts {
    ReminderDesk& desk;
    ReminderStore& reminders;
    jobs::JobStore& jobs;
    jobs::Storage& storage;
    const base::Clock& clock;
  };
  explicit SendReminders(Parts parts) : parts_(parts) {}

  void check(base::json::Value payload, base::json::Problems& problems) const override;
  /// `{"due":…,"sent":…,"joined":…,"skipped":…,"delayed":…}`. Each reminder is committed by
  /// itself; one that its job tells at the same moment is left to it.
  base::Task<base::Result<std::string>> run(const jobs::CommandCall& call,
                                            jobs::UnitOfWork& unit) override;

 private:
  base::Task<base::Result<ReminderDesk::Counts>> tellOne(const Reminder& row, const Person& person,
                                                         const jobs::Actor& actor);

  const Parts parts_;
};

}  // namespace sw::reminders
