#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "webhooks/webhook.h"

/// Webhooks and their deliveries as JSON.
namespace sw::webhooks {

/// What a person may set of a webhook.
struct WebhookContent {
  std::string url;  // as written; `TargetGuard` checks it
  std::string description;
  std::vector<std::string> events;
  bool active = true;
  /// A secret of the person's own making, for a new webhook only; empty: one is made.
  std::string secret;
};

/// Reads a whole webhook body; everything wrong goes to `problems`. `withSecret` tells a new
/// webhook, which may bring its secret, from a change, which may not.
WebhookContent readWebhookContent(base::json::Value body, bool withSecret,
                                  base::json::Problems& problems);
/// Reads the body of a rotation: the new secret, or empty where one is to be made.
std::string readRotation(base::json::Value body, base::json::Problems& problems);

/// Which deliveries are to be sent again: one, or those parked (or of another state) in a range of
/// the time when they were created.
struct RedeliverRequest {
  base::Uuid deliveryId;  // nil: by what follows
  DeliveryState state = DeliveryState::kParked;
  std::optional<base::Instant> from;
  std::optional<base::Instant> to;
};
RedeliverRequest readRedeliver(base::json::Value body, base::json::Problems& problems);

/// The content of a webhook as the JSON object that a merge patch applies to.
std::string toContentJson(const Webhook& webhook);
/// Appends the webhook as answers show it; `secret` only where it is shown, else empty.
void appendWebhookView(std::string& out, const Webhook& webhook, std::string_view secret,
                       base::Instant now);
void appendDeliveryView(std::string& out, const Delivery& delivery);

/// Appends an attempt to the history of a delivery (a JSON array), of which the last ones are
/// kept; the answer is its new text.
std::string addToHistory(const std::string& history, base::Instant at, int status,
                         std::chrono::milliseconds took, std::string_view error);

}  // namespace sw::webhooks
