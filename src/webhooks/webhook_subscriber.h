#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "jobs/change_subscriber.h"
#include "jobs/cloud_event.h"
#include "jobs/event_data.h"
#include "jobs/job_store.h"
#include "webhooks/webhook_store.h"

namespace sw::webhooks {

/// Turns changes into deliveries: for each webhook of the user that wants the event one, with the
/// job that sends it, in the relay's unit. The body is made now, so that every attempt sends the
/// same. See the port for threads; the stores and sources must outlive it.
class WebhookSubscriber final : public jobs::ChangeSubscriber {
 public:
  struct Parts {
    WebhookStore& webhooks;
    jobs::JobStore& jobs;
    const jobs::EventDataSources& sources;
  };
  WebhookSubscriber(Parts parts, jobs::CloudEventOptions options, const base::Clock& clock)
      : parts_(parts), options_(std::move(options)), clock_(clock) {}

  [[nodiscard]] std::string_view name() const override { return "webhooks"; }
  base::Task<base::Result<void>> take(const std::vector<jobs::Change>& changes,
                                      jobs::UnitOfWork& unit) override;

 private:
  void deliver(jobs::UnitOfWork& unit, const Webhook& webhook, const jobs::Change& change,
               const std::string& body);

  Parts parts_;
  jobs::CloudEventOptions options_;
  const base::Clock& clock_;
};

}  // namespace sw::webhooks
