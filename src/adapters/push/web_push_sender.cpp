#include "adapters/push/web_push_sender.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "adapters/push/message_encryption.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time_format.h"

namespace sw::adapters::push {

using base::Result;
using base::Task;
using reminders::Message;

namespace {

/// Longer than any service keeps a message.
constexpr std::chrono::seconds kLongestLife = std::chrono::days(28);
/// Bytes of the body that always fit, whatever escapes JSON needs.
constexpr std::size_t kBodyStep = 256;

std::string payloadWith(const Message& message, std::string_view body) {
  std::string out;
  base::json::Writer writer(out);
  writer.beginObject()
      .field("id", message.id)
      .field("title", message.title)
      .field("body", body)
      .field("kind", reminders::toString(message.kind))
      .field("resourceId", message.resourceId.toString())
      .field("occasion", base::formatInstant(message.occasion))
      .field("entries", std::int64_t{message.entries});
  if (!message.link.empty()) writer.field("link", message.link);
  writer.endObject();
  return out;
}

/// Seconds that the service shall keep the message for a browser that is offline.
std::chrono::seconds timeToLive(const Message& message, base::Instant now) {
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(message.expires - now);
  return std::clamp(left, std::chrono::seconds(0), kLongestLife);
}

/// At most 32 characters of base64url (RFC 8030, section 5.4): the digits of the id.
std::string topicOf(const Message& message) {
  constexpr std::size_t kLongest = 32;
  std::string topic;
  std::ranges::copy_if(message.id, std::back_inserter(topic), [](char c) { return c != '-'; });
  return topic.substr(0, kLongest);
}

}  // namespace

std::string webPushPayload(const Message& message) {
  std::string_view body = message.body;
  std::string out = payloadWith(message, body);
  while (out.size() > kMaxPlainBytes && !body.empty()) {
    const std::size_t excess = std::max(out.size() - kMaxPlainBytes, kBodyStep);
    body = body.substr(0, base::utf8Prefix(body, body.size() - std::min(excess, body.size())));
    out = payloadWith(message, std::string(body) + "…");
  }
  return out;
}

Task<Result<void>> WebPushSender::push(const reminders::PushAddress& address,
                                       const Message& message, std::chrono::milliseconds timeout) {
  SW_CO_TRY(webhooks::TargetUrl target, webhooks::TargetUrl::parse(address.url, allowHttp_));
  const Receiver receiver{.publicKey = address.p256dh, .secret = address.auth};
  SW_CO_TRY(std::string body, encryptMessage(webPushPayload(message), receiver));
  SW_CO_TRY(std::string authorization, vapid_.authorization(target.server()));
  PushCaller::Call call;
  call.headers = {
      {"Content-Type", "application/octet-stream"},
      {"Content-Encoding", "aes128gcm"},
      {"TTL", std::to_string(timeToLive(message, clock_.now()).count())},
      {"Urgency", "high"},  // it is of use now (RFC 8030, section 5.3)
      {"Topic", topicOf(message)},
      {"Authorization", std::move(authorization)},
  };
  call.target = std::move(target);
  call.body = std::move(body);
  call.timeout = timeout;
  call.goneWhenNotFound = true;
  co_return co_await caller_.post(std::move(call));
}

}  // namespace sw::adapters::push
