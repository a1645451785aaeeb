#pragma once

#include <string>

#include "jobs/job_handler.h"
#include "obs/reminder_probe.h"
#include "reminders/reminder_desk.h"

/// The jobs of reminders but for deliveries. Each adds all it does to the unit in which its
/// scheduler ends the job, so that it happens once or not at all. One that dies all the same is put
/// to work again after a rest, for ever: a resource that cannot be read, or a defect that an update
/// mends, must not end a person's reminders. Created by `app`; they must outlive the scheduler.
namespace sw::reminders {

/// Tells what is due of one resource.
class DueJob final : public jobs::JobHandler {
 public:
  explicit DueJob(ReminderDesk& desk) : desk_(desk) {}

  [[nodiscard]] jobs::JobPolicy policy() const override;
  base::Task<base::Result<void>> run(const jobs::Job& job, jobs::UnitOfWork& unit) override;
  void buried(const jobs::Job& job, const base::Error& error, jobs::UnitOfWork& unit) override;

 private:
  ReminderDesk& desk_;
};

/// Tells a reminder that was put off.
class SnoozedJob final : public jobs::JobHandler {
 public:
  SnoozedJob(ReminderDesk& desk, ReminderStore& reminders) : desk_(desk), reminders_(reminders) {}

  [[nodiscard]] jobs::JobPolicy policy() const override;
  base::Task<base::Result<void>> run(const jobs::Job& job, jobs::UnitOfWork& unit) override;
  void buried(const jobs::Job& job, const base::Error& error, jobs::UnitOfWork& unit) override;

 private:
  ReminderDesk& desk_;
  ReminderStore& reminders_;
};

/// Tells a person's gathered reminders in one message.
class DigestJob final : public jobs::JobHandler {
 public:
  /// The most reminders of one message; more come in another one.
  static constexpr int kMost = 100;

  DigestJob(ReminderStore& reminders, const Teller& teller, const obs::ReminderProbe& probe,
            const base::Clock& clock)
      : reminders_(reminders), teller_(teller), probe_(probe), clock_(clock) {}

  [[nodiscard]] jobs::JobPolicy policy() const override;
  base::Task<base::Result<void>> run(const jobs::Job& job, jobs::UnitOfWork& unit) override;
  void buried(const jobs::Job& job, const base::Error& error, jobs::UnitOfWork& unit) override;

 private:
  ReminderStore& reminders_;
  const Teller& teller_;
  const obs::ReminderProbe& probe_;
  const base::Clock& clock_;
};

/// Puts a job that had died, unless it has been replaced or run again meanwhile, to work with fresh
/// attempts; it then no longer stands among the dead ones, unless it dies once more. One that
/// somebody has dropped from there comes again as well.
class RevivalJob final : public jobs::JobHandler {
 public:
  RevivalJob(jobs::JobStore& jobs, const Teller& teller, const base::Clock& clock)
      : jobs_(jobs), teller_(teller), clock_(clock) {}

  [[nodiscard]] jobs::JobPolicy policy() const override;
  base::Task<base::Result<void>> run(const jobs::Job& job, jobs::UnitOfWork& unit) override;
  void buried(const jobs::Job& job, const base::Error& error, jobs::UnitOfWork& unit) override;

 private:
  jobs::JobStore& jobs_;
  const Teller& teller_;
  const base::Clock& clock_;
};

}  // namespace sw::reminders
