#include "reminders/send_reminders.h"

#include "base/json.h"

namespace sw::reminders {

using base::Code;
using base::Result;
using base::Task;

void SendReminders::check(base::json::Value payload, base::json::Problems& problems) const {
  base::json::ObjectReader reader(payload, "payload", problems);
  reader.finish();
}

Task<Result<ReminderDesk::Counts>> SendReminders::tellOne(const Reminder& row, const Person& person,
                                                          const jobs::Actor& actor) {
  ReminderDesk::Counts counts;
  const auto unit = parts_.storage.begin();
  if (row.state == ReminderState::kPlanned) {
    const Resource resource{row.kind, row.resourceId};
    SW_CO_TRY(counts, co_await parts_.desk.fire(*unit, resource, person, actor,
                                                ReminderDesk::Runner::kOther));
  } else if (row.state == ReminderState::kSnoozed) {
    SW_CO_TRY(counts, co_await parts_.desk.fireSnoozed(*unit, row, person, actor));
    parts_.jobs.cancel(*unit, job_kind::kSnoozed, row.id.toString());
  } else {
    co_return counts;  // gathered: its digest is on its way
  }
  const auto committed = co_await unit->commit();
  if (committed.ok()) co_return counts;
  if (committed.error().code() == Code::kConflict) co_return ReminderDesk::Counts();
  co_return committed.error();
}

Task<Result<std::string>> SendReminders::run(const jobs::CommandCall& call,
                                             jobs::UnitOfWork& /*unit*/) {
  SW_CO_TRY(const Person person, co_await parts_.desk.personOf(call.userId));
  const ReminderStore::ListQuery due{.userId = call.userId,
                                     .part = ReminderStore::Part::kUpcoming,
                                     .after = {},
                                     .dueBefore = parts_.clock.now() + std::chrono::microseconds(1),
                                     .limit = kMost};
  SW_CO_TRY(const auto rows, co_await parts_.reminders.list(due));
  ReminderDesk::Counts counts;
  for (const Reminder& row : rows) {
    SW_CO_TRY(const auto one, co_await tellOne(row, person, call.actor));
    counts += one;
  }
  std::string out;
  base::json::Writer writer(out);
  writer.beginObject()
      .field("due", static_cast<std::int64_t>(rows.size()))
      .field("sent", counts.told)
      .field("joined", counts.joined)
      .field("skipped", counts.skipped)
      .field("delayed", counts.waiting)
      .endObject();
  co_return out;
}

}  // namespace sw::reminders
