#include "webhooks/webhook_json.h"

#include <algorithm>

#include "base/time_format.h"
#include "calendar/entity_tag.h"
#include "webhooks/event_filter.h"
#include "webhooks/signature.h"
#include "webhooks/target_url.h"

namespace sw::webhooks {
namespace {

using base::json::ObjectReader;
using base::json::Problems;
using base::json::Value;
using base::json::Writer;

constexpr std::size_t kMaxDescription = 1024;
constexpr std::size_t kMaxPatterns = 64;
constexpr std::size_t kMaxPattern = 64;
constexpr std::size_t kMaxSecretText = 128;
constexpr std::size_t kMaxHistory = 20;

void readEvents(std::vector<std::string>& out, ObjectReader& reader) {
  const Value list = reader.value("events", Value::Type::kArray, ObjectReader::kRequired);
  if (list.isMissing()) return;
  if (list.size() == 0 || list.size() > kMaxPatterns) {
    reader.problem("events", "must hold 1 to 64 names of events or patterns such as goal.*");
    return;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto pattern = list.at(i).asString();
    if (!pattern || pattern->size() > kMaxPattern || !isEventPattern(*pattern)) {
      reader.problem("events[" + std::to_string(i) + "]",
                     "must be * or the name of an event, or its beginning with .* behind it, as "
                     "goal.*");
      continue;
    }
    if (std::ranges::find(out, *pattern) == out.end()) out.emplace_back(*pattern);
  }
}

void readSecret(std::string& out, ObjectReader& reader) {
  out = reader.text("secret", kMaxSecretText).value_or("");
  if (out.empty()) return;
  const auto key = keyOfSecret(out);
  if (!key.ok()) reader.problem("secret", key.error().message());
}

void writeContent(Writer& writer, const Webhook& webhook) {
  writer.field("url", webhook.url).field("description", webhook.description);
  writer.key("events").beginArray();
  for (const std::string& pattern : webhook.events) writer.string(pattern);
  writer.endArray().field("active", webhook.active);
}

std::optional<base::Instant> readInstant(ObjectReader& reader, std::string_view name) {
  const auto text = reader.text(name, 64);
  if (!text) return std::nullopt;
  const auto parsed = base::parseDateTime(*text);
  if (!parsed || !parsed->offset) {
    reader.problem(name, "must be an instant such as 2026-03-01T09:00:00Z");
    return std::nullopt;
  }
  const auto seconds = std::chrono::sys_seconds(parsed->local.time_since_epoch()) - *parsed->offset;
  return base::Instant(seconds) + parsed->fraction;
}

}  // namespace

WebhookContent readWebhookContent(Value body, bool withSecret, Problems& problems) {
  WebhookContent content;
  ObjectReader reader(body, "", problems);
  content.url = reader.text("url", TargetUrl::kMaxBytes, ObjectReader::kRequired).value_or("");
  content.description = reader.text("description", kMaxDescription).value_or("");
  readEvents(content.events, reader);
  content.active = reader.boolean("active").value_or(true);
  if (withSecret) {
    readSecret(content.secret, reader);
  } else if (reader.has("secret")) {
    reader.problem("secret", "is changed by POST /webhooks/{id}/rotate-secret");
  }
  reader.ignore({"id", "etag", "disabled", "oldSecretValidUntil", "created", "updated"});
  reader.finish();
  return content;
}

std::string readRotation(Value body, Problems& problems) {
  std::string secret;
  ObjectReader reader(body, "", problems);
  readSecret(secret, reader);
  reader.finish();
  return secret;
}

RedeliverRequest readRedeliver(Value body, Problems& problems) {
  RedeliverRequest request;
  ObjectReader reader(body, "", problems);
  const auto id = reader.text("deliveryId", 36);
  if (id) {
    const auto parsed = base::Uuid::parse(*id);
    if (!parsed) reader.problem("deliveryId", "must be the id of a delivery");
    request.deliveryId = parsed.value_or(base::Uuid{});
  }
  const auto state = reader.choice("status", {"parked", "delivered"});
  if (state == 1U) request.state = DeliveryState::kDelivered;
  request.from = readInstant(reader, "from");
  request.to = readInstant(reader, "to");
  if (id && (state || request.from || request.to)) {
    reader.problem("deliveryId", "stands alone: either one delivery or a range");
  }
  if (!id && !state && !request.from) {
    reader.problem("", "must name a deliveryId, a time from which on, or the status parked");
  }
  if (request.from && request.to && *request.from >= *request.to) {
    reader.problem("to", "must be after from");
  }
  reader.finish();
  return request;
}

std::string toContentJson(const Webhook& webhook) {
  std::string out;
  Writer writer(out);
  writer.beginObject();
  writeContent(writer, webhook);
  writer.endObject();
  return out;
}

void appendWebhookView(std::string& out, const Webhook& webhook, std::string_view secret,
                       base::Instant now) {
  Writer writer(out);
  writer.beginObject()
      .field("id", webhook.id.toString())
      .field("etag", calendar::etagOf(webhook.revision));
  writeContent(writer, webhook);
  if (webhook.disabled != Disabled::kNo) {
    writer.key("disabled").beginObject().field("reason", toString(webhook.disabled));
    if (webhook.disabledAt) writer.field("at", base::formatInstant(*webhook.disabledAt));
    writer.endObject();
  }
  if (!secret.empty()) writer.field("secret", secret);
  if (webhook.oldSecretUntil && *webhook.oldSecretUntil > now) {
    writer.field("oldSecretValidUntil", base::formatInstant(*webhook.oldSecretUntil));
  }
  writer.field("created", base::formatInstant(webhook.created))
      .field("updated", base::formatInstant(webhook.updated))
      .endObject();
}

void appendDeliveryView(std::string& out, const Delivery& delivery) {
  Writer writer(out);
  writer.beginObject()
      .field("id", delivery.id.toString())
      .field("webhookId", delivery.webhookId.toString())
      .field("eventType", delivery.eventType)
      .field("eventId", delivery.eventId)
      .field("status", toString(delivery.state))
      .field("attempts", std::int64_t{delivery.attempts})
      .field("created", base::formatInstant(delivery.created));
  if (delivery.nextAttempt) {
    writer.field("nextAttempt", base::formatInstant(*delivery.nextAttempt));
  }
  if (delivery.lastAttempt) {
    writer.field("lastAttempt", base::formatInstant(*delivery.lastAttempt));
  }
  if (delivery.lastStatus != 0) writer.field("lastStatus", std::int64_t{delivery.lastStatus});
  if (!delivery.lastError.empty()) writer.field("lastError", delivery.lastError);
  if (!delivery.lastAnswer.empty()) writer.field("lastAnswer", delivery.lastAnswer);
  if (!delivery.requestId.empty()) writer.field("requestId", delivery.requestId);
  writer.key("history").raw(delivery.history.empty() ? "[]" : delivery.history);
  writer.endObject();
}

std::string addToHistory(const std::string& history, base::Instant at, int status,
                         std::chrono::milliseconds took, std::string_view error) {
  std::string out;
  Writer writer(out);
  writer.beginArray();
  const auto former = base::json::Document::parse(history.empty() ? "[]" : history);
  if (former.ok()) {
    const Value list = former->root();
    for (std::size_t i = list.size() < kMaxHistory ? 0 : list.size() - kMaxHistory + 1;
         i < list.size(); ++i) {
      writer.raw(list.at(i).serialize());
    }
  }
  writer.beginObject().field("at", base::formatInstant(at));
  if (status != 0) writer.field("status", std::int64_t{status});
  writer.field("durationMs", std::int64_t{took.count()});
  if (!error.empty()) writer.field("error", error);
  writer.endObject().endArray();
  return out;
}

}  // namespace sw::webhooks
