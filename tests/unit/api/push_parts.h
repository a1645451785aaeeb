#pragma once

#include "api/push_routes.h"
#include "fakes/fake_push_sender.h"
#include "fakes/fake_push_store.h"
#include "fakes/fake_webhook_network.h"

namespace sw::api {

/// Push targets as the API has them, over fakes of the network.
struct PushParts {
  PushParts(fakes::FakeStorage& memory, const base::Clock& time) : storage(memory), clock(time) {
    resolver.set("push.example.com", {"93.184.216.34"});
    resolver.set("ntfy.example.com", {"93.184.216.35"});
    resolver.set("inside.example.com", {"10.0.0.7"});
  }

  fakes::FakeStorage& storage;
  const base::Clock& clock;
  fakes::FakeResolver resolver;
  webhooks::TargetGuard guard{{}, resolver};
  fakes::FakePushStore store{storage};
  reminders::PushKeeper keeper{"a secret of 32 bytes for the tests"};
  reminders::PushTargets targets{store, keeper, clock};
  fakes::FakePushSender webPushSender{reminders::PushKind::kWebPush};
  fakes::FakePushSender ntfySender{reminders::PushKind::kNtfy};
  reminders::PushChannel webPush{"web_push", {storage, store, keeper, webPushSender}, clock};
  reminders::PushChannel ntfy{"ntfy", {storage, store, keeper, ntfySender}, clock};
  PushRoutes routes{
      {targets, guard, webPush, ntfy,
       "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6P"
       "Bru3jl7A8"}};
};

}  // namespace sw::api
