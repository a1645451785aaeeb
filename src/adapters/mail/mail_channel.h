#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "adapters/mail/mail_message.h"
#include "adapters/mail/smtp_client.h"
#include "base/clock.h"
#include "base/worker_pool.h"
#include "reminders/channel.h"
#include "reminders/channel_probe.h"
#include "reminders/server_breaker.h"

namespace sw::adapters::mail {

/// How reminders by mail look. Both may be empty where nothing is known.
struct MailChannelOptions {
  std::optional<SmtpServer> server;  // nothing: no mail is sent
  std::string from;                  // address
  std::string page;  // absolute address where people choose their channels; empty for none
};

/// The mail that reminds a person. Its id follows from the message's, so that every attempt has
/// the same.
Mail reminderMail(const reminders::Message& message, const MailChannelOptions& options,
                  base::Instant now);

/// Sends reminders by mail, to verified addresses alone. The pool, where calls block, and the
/// other parts outlive it. See the port for threads.
class MailChannel final : public reminders::Channel {
 public:
  struct Parts {
    base::WorkerPool& pool;
    const reminders::ChannelProbe& probe;
    const base::Clock& clock;
  };
  MailChannel(MailChannelOptions options, Parts parts)
      : options_(std::move(options)), parts_(parts), breaker_(parts.clock) {}

  [[nodiscard]] std::string_view name() const override { return "email"; }
  [[nodiscard]] std::string_view setting() const override { return "email"; }
  /// A mail that comes twice is two mails.
  [[nodiscard]] bool recognisesRepeats() const override { return false; }
  base::Task<base::Result<reminders::Delivery>> send(const reminders::Message& message) override;

  /// Ends the calls that run, within a second, and refuses later ones. Thread-safe.
  void abort() noexcept;

 private:
  base::Result<void> handOver(const reminders::Message& message);
  base::Task<base::Result<void>> attempt(const reminders::Message& message);

  const MailChannelOptions options_;
  const Parts parts_;
  reminders::ServerBreaker breaker_;
  std::mutex mutex_;  // guards what follows
  std::set<SmtpClient*> running_;
  bool aborted_ = false;
};

}  // namespace sw::adapters::mail
