#pragma once

#include "api/webhook_routes.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_job_store.h"
#include "fakes/fake_storage.h"
#include "fakes/fake_webhook_network.h"
#include "fakes/fake_webhook_store.h"

namespace sw::api {

/// Webhooks on fakes, with one host that may be told.
struct WebhookParts {
  WebhookParts(fakes::FakeStorage& storage, const base::Clock& clock)
      : store(storage),
        jobs(storage),
        changes(storage),
        editor({store, jobs, changes}, webhooks::SecretKeeper("a key of 32 bytes for the tests"),
               "https://plan.example.org", clock) {
    resolver.set("hooks.example.com", {"93.184.216.34"});
    resolver.set("inside.example.com", {"10.0.0.7"});
  }

  fakes::FakeWebhookStore store;
  fakes::FakeJobStore jobs;
  fakes::FakeChangeLog changes;
  fakes::FakeResolver resolver;
  webhooks::WebhookEditor editor;
  webhooks::TargetGuard guard{{}, resolver};
  WebhookRoutes routes{{store, editor, guard}};
};

}  // namespace sw::api
