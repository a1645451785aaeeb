#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "jobs/job_handler.h"
#include "jobs/job_store.h"
#include "obs/redact.h"
#include "webhooks/lanes.h"
#include "webhooks/signature.h"
#include "webhooks/transport.h"
#include "webhooks/webhook_probe.h"
#include "webhooks/webhook_store.h"

namespace sw::webhooks {

/// Makes one attempt at a delivery a job, by the Standard Webhooks specification. What becomes of
/// it is written with the job's end:
/// - 2xx: delivered.
/// - 410: parked, and the webhook is switched off.
/// - everything else, redirects and all other refusals among it, and no answer at all: tried again
///   by `RetrySchedule`, not before a `Retry-After` is over, and parked at the end of the window.
///   A 4xx is no exception: it is most often a receiver that is being set up or was deployed
///   wrong, and the specification takes every answer but 2xx for a failure alike.
/// A webhook that nothing has got through to for `RetrySchedule::kPatience` is switched off.
///
/// The next attempt is a job of its own rather than a retry of the scheduler's, whose policy knows
/// neither the window nor what the target asks for. See the port for threads.
class DeliveryHandler final : public jobs::JobHandler {
 public:
  struct Options {
    std::chrono::milliseconds timeout{std::chrono::seconds(10)};
    std::string userAgent = "scheduling-worker";
    int concurrency = 32;
    Lanes::Options lanes{};
  };
  struct Parts {
    jobs::Storage& storage;
    WebhookStore& webhooks;
    jobs::JobStore& jobs;
    Transport& transport;
    const WebhookProbe& probe;
    const obs::Redactor& redactor;
    const base::Clock& clock;
  };

  DeliveryHandler(Parts parts, SecretKeeper secrets, Options options)
      : parts_(parts),
        secrets_(std::move(secrets)),
        options_(std::move(options)),
        lanes_(options_.lanes) {}

  [[nodiscard]] jobs::JobPolicy policy() const override;
  base::Task<base::Result<void>> run(const jobs::Job& job, jobs::UnitOfWork& unit) override;
  void buried(const jobs::Job& job, const base::Error& error, jobs::UnitOfWork& unit) override;

 private:
  /// What became of one attempt.
  struct Attempt {
    base::Result<Transport::Answer> answer;
    base::Instant at{};
    std::chrono::nanoseconds took{};
    std::string server{};

    [[nodiscard]] bool delivered() const {
      return answer.ok() && answer->status >= 200 && answer->status < 300;
    }
    [[nodiscard]] bool untried() const {
      return !answer.ok() && Transport::isUntried(answer.error());
    }
    [[nodiscard]] bool gone() const { return answer.ok() && answer->status == 410; }
  };

  base::Task<base::Result<Attempt>> attempt(const Webhook& webhook, const Delivery& delivery);
  base::Result<Transport::Message> messageFor(const Webhook& webhook, const Delivery& delivery,
                                              base::Instant now) const;
  base::Task<base::Result<void>> settle(const Webhook& webhook, Delivery delivery,
                                        const Attempt& attempt, jobs::UnitOfWork& unit);
  base::Task<base::Result<void>> disable(Webhook webhook, Disabled reason);
  void describe(Delivery& delivery, const Attempt& attempt) const;
  void park(jobs::UnitOfWork& unit, Delivery delivery, std::string reason);
  void postpone(jobs::UnitOfWork& unit, const jobs::Job& job, base::Instant due);
  void schedule(jobs::UnitOfWork& unit, const Delivery& delivery);

  Parts parts_;
  SecretKeeper secrets_;
  Options options_;
  Lanes lanes_;
};

}  // namespace sw::webhooks
