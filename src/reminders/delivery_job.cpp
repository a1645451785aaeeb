#include "reminders/delivery_job.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "reminders/message_text.h"

namespace sw::reminders {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

namespace {

constexpr std::size_t kMaxErrorBytes = 500;

obs::ReminderProbe::Subject subjectOf(ResourceKind kind) {
  return static_cast<obs::ReminderProbe::Subject>(kind);
}

/// Neither ended nor begun by somebody who would have to be asked.
bool isOpen(const ReminderDelivery& delivery) {
  return delivery.state == DeliveryState::kWaiting || delivery.state == DeliveryState::kAttempted;
}

}  // namespace

jobs::JobPolicy DeliveryJob::policy() const {
  return {.concurrency = 32,
          .timeout = std::chrono::seconds(60),
          .attempts = 10,
          .firstWait = std::chrono::seconds(2),
          .longestWait = std::chrono::minutes(10)};
}

Channel* DeliveryJob::channelCalled(std::string_view name) const {
  const auto found = std::ranges::find_if(
      parts_.channels, [&](const Channel* channel) { return channel->name() == name; });
  return found == parts_.channels.end() ? nullptr : *found;
}

Task<Result<std::vector<Reminder>>> DeliveryJob::rowsOf(const DeliveryOrder& order) {
  std::vector<Reminder> rows;
  for (const base::Uuid& id : order.reminders) {
    SW_CO_TRY(auto row, co_await parts_.reminders.find(id));
    // What the person has dealt with meanwhile, or put off, needs no telling any more.
    if (row && row->state == ReminderState::kSent && row->messageId == order.messageId) {
      rows.push_back(*std::move(row));
    }
  }
  co_return rows;
}

void DeliveryJob::end(jobs::UnitOfWork& unit, const Channel& channel, ResourceKind kind,
                      const ReminderDelivery& before, DeliveryState state,
                      std::string error) const {
  ReminderDelivery after = before;
  after.state = state;
  after.error = std::move(error);
  after.updated = parts_.clock.now();
  parts_.reminders.putDelivery(unit, before, after);
  const auto subject = subjectOf(kind);
  using Status = obs::label::ReminderStatus;
  switch (state) {
    case DeliveryState::kSent:
      parts_.probe.delivered(subject, channel.setting(), channel.name(), Status::kSent);
      break;
    case DeliveryState::kSkipped:
      parts_.probe.delivered(subject, channel.setting(), channel.name(), Status::kSkipped);
      break;
    default: parts_.probe.failed(subject, channel.setting(), channel.name(), after.error);
  }
}

Task<Result<void>> DeliveryJob::mark(const ReminderDelivery& before,
                                     const ReminderDelivery& after) {
  const auto unit = parts_.storage.begin();
  parts_.reminders.putDelivery(*unit, before, after);
  co_return co_await unit->commit();
}

Task<Result<Message>> DeliveryJob::messageOf(const ReminderDelivery& delivery,
                                             const std::vector<Reminder>& rows) {
  SW_CO_TRY(const Person person, co_await parts_.desk.personOf(delivery.userId));
  SW_CO_TRY(const auto user, co_await parts_.users.find(delivery.userId));
  Message message = toMessage(rows, person.zone, parts_.publicUrl);
  message.id = delivery.messageId.toString();
  if (user && user->emailVerified) message.email = user->email;
  co_return message;
}

Task<Result<void>> DeliveryJob::run(const jobs::Job& job, jobs::UnitOfWork& unit) {
  const auto order = DeliveryOrder::parse(job.payload);
  if (!order) co_return Error(Code::kCorrupted, "a delivery job's payload is damaged");
  SW_CO_TRY(const auto all, co_await parts_.reminders.deliveriesOf(order->messageId));
  const auto found = std::ranges::find(all, order->channel, &ReminderDelivery::channel);
  if (found == all.end() || !isOpen(*found)) co_return Result<void>();
  Channel* channel = channelCalled(order->channel);
  if (channel == nullptr) {  // no longer configured
    ReminderDelivery after = *found;
    after.state = DeliveryState::kSkipped;
    after.updated = parts_.clock.now();
    parts_.reminders.putDelivery(unit, *found, after);
    co_return Result<void>();
  }
  SW_CO_TRY(auto rows, co_await rowsOf(*order));
  const ResourceKind kind = rows.empty() ? ResourceKind::kHabit : rows.front().kind;
  if (found->state == DeliveryState::kAttempted && !channel->recognisesRepeats()) {
    end(unit, *channel, kind, *found, DeliveryState::kUncertain,
        "the process ended during the attempt");
    co_return Result<void>();
  }
  const base::Instant now = parts_.clock.now();
  const bool over =
      std::ranges::all_of(rows, [&](const Reminder& row) { return row.expires <= now; });
  if (rows.empty()) {
    end(unit, *channel, kind, *found, DeliveryState::kSkipped, "");
  } else if (over && found->attempts > 0) {
    end(unit, *channel, kind, *found, DeliveryState::kFailed,
        "the occasion was over: " + found->error);
  } else {
    co_return co_await attempt(job, unit, *channel, *found, std::move(rows));
  }
  co_return Result<void>();
}

Task<Result<void>> DeliveryJob::attempt(const jobs::Job& job, jobs::UnitOfWork& unit,
                                        Channel& channel, ReminderDelivery delivery,
                                        std::vector<Reminder> rows) {
  SW_CO_TRY(const Message message, co_await messageOf(delivery, rows));
  ReminderDelivery begun = delivery;
  begun.state = DeliveryState::kAttempted;
  ++begun.attempts;
  begun.updated = parts_.clock.now();
  SW_CO_CHECK(co_await mark(delivery, begun));
  const Result<Delivery> outcome = co_await channel.send(message);
  const ResourceKind kind = rows.front().kind;
  if (outcome.ok()) {
    const bool sent = *outcome == Delivery::kSent;
    end(unit, channel, kind, begun, sent ? DeliveryState::kSent : DeliveryState::kSkipped, "");
    co_return Result<void>();
  }
  std::string text = outcome.error().describe();
  if (text.size() > kMaxErrorBytes) text.resize(base::utf8Prefix(text, kMaxErrorBytes));
  const bool again =
      base::describe(outcome.error().code()).retryable && job.attempts < policy().attempts;
  if (!again) {
    end(unit, channel, kind, begun, DeliveryState::kFailed, std::move(text));
    co_return Result<void>();
  }
  ReminderDelivery waiting = begun;
  waiting.state = DeliveryState::kWaiting;
  waiting.error = std::move(text);
  waiting.updated = parts_.clock.now();
  SW_CO_CHECK(co_await mark(begun, waiting));
  parts_.probe.retried(channel.name(), outcome.error());
  co_return outcome.error();
}

}  // namespace sw::reminders
