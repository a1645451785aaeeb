#pragma once

#include <string>

#include "api/request_scope.h"
#include "api/router.h"
#include "reminders/push_channel.h"
#include "reminders/push_targets.h"
#include "webhooks/target_guard.h"

namespace sw::api {

/// What the routes of push targets work with. All outlive the routes.
struct PushServices {
  reminders::PushTargets& targets;
  /// What addresses may be called.
  webhooks::TargetGuard& guard;
  reminders::PushChannel& webPush;
  reminders::PushChannel& ntfy;
  /// What browsers register with: the public key in base64url.
  std::string publicKey;
};

/// The devices on which people are reminded. Called by many threads; must outlive the router.
class PushRoutes {
 public:
  explicit PushRoutes(PushServices services) : services_(std::move(services)) {}

  void addTo(Router& router);

 private:
  base::Task<base::Result<Response>> key(RequestScope& scope);
  base::Task<base::Result<Response>> list(RequestScope& scope);
  base::Task<base::Result<Response>> create(RequestScope& scope);
  base::Task<base::Result<Response>> remove(RequestScope& scope);
  base::Task<base::Result<Response>> test(RequestScope& scope);

  base::Task<base::Result<Response>> tryCreate(RequestScope& scope,
                                               const reminders::PushTargetRequest& request,
                                               const std::string& server);
  base::Task<base::Result<webhooks::TargetUrl>> check(const reminders::PushAddress& address);

  const PushServices services_;
};

}  // namespace sw::api
