#include "obs/reminder_probe.h"

#include <algorithm>

#include "obs/field.h"

namespace sw::obs {
namespace {

constexpr std::array<std::string_view, 4> kSubjectNames = {"habit", "goal", "task", "event"};

std::string_view nameOf(ReminderProbe::Subject subject) {
  return kSubjectNames.at(static_cast<std::size_t>(subject));
}

/// The label of a channel of people's settings.
std::size_t indexOf(std::string_view channel) {
  const auto& names = label::ReminderChannel::kValues;
  const auto found = std::ranges::find(names, channel);
  return found == names.end() ? static_cast<std::size_t>(label::ReminderChannel::kInApp)
                              : static_cast<std::size_t>(found - names.begin());
}

}  // namespace

ReminderProbe::ReminderProbe(MetricCatalog& catalog, Log& log)
    : logger_(log.logger("reminders")), delay_(catalog.habitReminderDelay.handle()) {
  using Kind = label::ReminderKind;
  constexpr std::array kKinds = {Kind::kEnd_, Kind::kGoal, Kind::kTask, Kind::kEvent};
  for (std::size_t subject = 0; subject < kSubjects; ++subject) {
    for (std::size_t channel = 0; channel < kChannels; ++channel) {
      for (std::size_t status = 0; status < kStatuses; ++status) {
        const auto on = static_cast<Channel>(channel);
        const auto how = static_cast<Status>(status);
        sent_.at(subject).at(channel).at(status) =
            subject == 0 ? catalog.habitRemindersSent.handle(on, how)
                         : catalog.remindersSent.handle(kKinds.at(subject), on, how);
      }
    }
  }
}

void ReminderProbe::count(Subject subject, std::size_t channel, Status status) const {
  sent_.at(static_cast<std::size_t>(subject)).at(channel).at(status).increment();
}

void ReminderProbe::told(Subject subject, std::chrono::microseconds late) const {
  count(subject, label::ReminderChannel::kInApp, label::ReminderStatus::kSent);
  if (subject == Subject::kHabit) delay_.observe(std::max(late, std::chrono::microseconds(0)));
  logger_.debug(
      "Reminder told",
      {operation("remind"), safeField("kind", nameOf(subject)),
       field("lateMs", std::chrono::duration_cast<std::chrono::milliseconds>(late).count())});
}

void ReminderProbe::skipped(Subject subject, std::string_view reason) const {
  count(subject, label::ReminderChannel::kInApp, label::ReminderStatus::kSkipped);
  logger_.debug("Reminder skipped", {operation("remind"), safeField("kind", nameOf(subject)),
                                     safeField("reason", reason)});
}

void ReminderProbe::delivered(Subject subject, std::string_view channel, std::string_view sender,
                              Status status) const {
  count(subject, indexOf(channel), status);
  logger_.debug("Reminder delivered",
                {operation("deliver_reminder"), safeField("kind", nameOf(subject)),
                 safeField("sender", sender),
                 safeField("status", label::ReminderStatus::kValues.at(status))});
}

void ReminderProbe::retried(std::string_view sender, const base::Error& error) const {
  const std::string text = error.describe();
  logger_.warn("A reminder could not be delivered and is tried again",
               {operation("deliver_reminder"), safeField("sender", sender), field("error", text)});
}

void ReminderProbe::failed(Subject subject, std::string_view channel, std::string_view sender,
                           std::string_view error) const {
  count(subject, indexOf(channel), label::ReminderStatus::kFailed);
  logger_.error("A reminder could not be delivered",
                {operation("deliver_reminder"), safeField("kind", nameOf(subject)),
                 safeField("sender", sender), field("error", error)});
}

void ReminderProbe::joined(std::int64_t reminders) const {
  logger_.info("Joined reminders that were late",
               {operation("remind"), field("reminders", reminders)});
}

}  // namespace sw::obs
