#pragma once

#include "api/request_scope.h"
#include "api/router.h"
#include "webhooks/target_guard.h"
#include "webhooks/webhook_editor.h"
#include "webhooks/webhook_store.h"

namespace sw::api {

/// Webhooks of the caller, and what became of their deliveries. Called by many threads; must
/// outlive the router.
class WebhookRoutes {
 public:
  struct Parts {
    webhooks::WebhookStore& store;
    webhooks::WebhookEditor& editor;
    webhooks::TargetGuard& guard;
  };
  explicit WebhookRoutes(Parts parts) : parts_(parts) {}

  void addTo(Router& router);

 private:
  using Answer = base::Task<base::Result<Response>>;

  Answer list(RequestScope& scope);
  Answer create(RequestScope& scope);
  Answer get(RequestScope& scope);
  Answer patch(RequestScope& scope);
  Answer remove(RequestScope& scope);
  Answer rotate(RequestScope& scope);
  Answer ping(RequestScope& scope);
  Answer deliveries(RequestScope& scope);
  Answer redeliver(RequestScope& scope);

  /// The webhook that the path names; `kNotFound` when the caller has none such.
  base::Task<base::Result<webhooks::Webhook>> find(RequestScope& scope);
  /// The address in its one spelling. What is wrong with it is a problem of the field `url`.
  base::Task<base::Result<std::string>> checkedUrl(std::string url, base::json::Problems& problems);
  Answer redeliverOne(RequestScope& scope, const webhooks::Webhook& webhook, base::Uuid id);
  Answer redeliverMany(RequestScope& scope, const webhooks::Webhook& webhook,
                       const webhooks::RedeliverRequest& request);

  Parts parts_;
};

}  // namespace sw::api
