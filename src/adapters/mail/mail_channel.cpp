#include "adapters/mail/mail_channel.h"

#include <chrono>
#include <functional>
#include <utility>

namespace sw::adapters::mail {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using reminders::Delivery;
using reminders::Message;
using namespace std::chrono_literals;

namespace {

/// Of one mail; the port allows 30 s.
constexpr std::chrono::milliseconds kTimeout = 20s;
constexpr const char* kSender = "Scheduling";

}  // namespace

Mail reminderMail(const Message& message, const MailChannelOptions& options, base::Instant now) {
  Mail mail;
  mail.from = options.from;
  mail.fromName = kSender;
  mail.to = {message.email};
  mail.subject = message.title;
  mail.text = message.body.empty() ? message.title : message.body;
  if (!message.link.empty()) mail.text += "\n\n" + message.link;
  mail.text += "\n\n-- \nYou get this mail since you have asked to be reminded by e-mail.\n";
  if (!options.page.empty()) mail.text += "Change that in your settings: " + options.page + "\n";
  mail.messageId = "reminder." + message.id + '@' + std::string(domainOf(options.from));
  mail.unsubscribe = options.page;
  mail.date = now;
  return mail;
}

/// Blocks.
Result<void> MailChannel::handOver(const Message& message) {
  SmtpClient client(*options_.server);
  {
    const std::lock_guard lock(mutex_);
    if (aborted_) return Error(Code::kUnavailable, "the service stops");
    running_.insert(&client);
  }
  const Mail mail = reminderMail(message, options_, parts_.clock.now());
  auto outcome = client.send(options_.from, mail.to, renderMail(mail, {}), kTimeout);
  {
    const std::lock_guard lock(mutex_);
    running_.erase(&client);
  }
  if (outcome.ok()) return outcome;
  if (client.mayHaveBeenTaken()) {
    return outcome.error().wrap(Code::kInvalid,
                                "the mail may have been taken, and is not sent again");
  }
  // Credentials that are refused say nothing about the mail: the operator has to mend them.
  if (outcome.error().code() == Code::kForbidden) {
    return outcome.error().wrap(Code::kUnavailable, outcome.error().message());
  }
  return outcome;
}

Task<Result<void>> MailChannel::attempt(const Message& message) {
  const std::string server = options_.server->address();
  reminders::ChannelProbe::Attempt told;
  told.sender = obs::label::Sender::kEmail;
  told.server = server;
  std::optional<base::Monotonic> begun;
  std::function<Result<void>()> work = [&] {
    begun = parts_.clock.monotonic();
    return handOver(message);
  };
  auto outcome = co_await parts_.pool.run(work);
  if (!begun) co_return outcome;  // refused by a full queue, which is told by its metric
  told.begun = *begun;
  told.ended = parts_.clock.monotonic();
  if (!outcome.ok()) told.error = &outcome.error();
  if (!outcome.ok() && base::describe(outcome.error().code()).retryable) {
    breaker_.failed(server, std::nullopt);
  } else {
    told.recovered = breaker_.succeeded(server);
  }
  parts_.probe.attemptEnded(told);
  parts_.probe.circuitsOpen(told.sender, breaker_.open());
  co_return outcome;
}

Task<Result<Delivery>> MailChannel::send(const Message& message) {
  if (!options_.server || message.email.empty()) co_return Delivery::kSkipped;
  const std::string server = options_.server->address();
  if (!breaker_.allows(server)) {
    parts_.probe.attemptHeld(obs::label::Sender::kEmail, server);
    co_return Error(Code::kUnavailable,
                    server + " has failed lately and is not called for a while");
  }
  SW_CO_CHECK(co_await attempt(message));
  co_return Delivery::kSent;
}

void MailChannel::abort() noexcept {
  const std::lock_guard lock(mutex_);
  aborted_ = true;
  for (SmtpClient* const client : running_) client->abort();
}

}  // namespace sw::adapters::mail
