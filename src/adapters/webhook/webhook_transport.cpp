#include "adapters/webhook/webhook_transport.h"

#include <functional>
#include <utility>

namespace sw::adapters::webhook {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

namespace {

constexpr std::size_t kKeptBytes = 1024;

}  // namespace

WebhookTransport::WebhookTransport(Options options)
    : options_(std::move(options)),
      pool_({.name = "webhook", .threads = options_.threads, .queueLimit = options_.queueLimit}) {}

WebhookTransport::~WebhookTransport() { stop(); }

void WebhookTransport::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& client : clients_) client->abort();
  }
  pool_.stop();
}

Task<Result<webhooks::Transport::Answer>> WebhookTransport::send(Message message) {
  bool begun = false;
  std::function<Result<Answer>()> work = [this, &message, &begun] {
    begun = true;
    return call(message);
  };
  auto answer = co_await pool_.run(work);
  if (begun || answer.ok()) co_return answer;
  if (pool_.stopping()) co_return Error(Code::kCancelled, "the service stops");
  co_return Error(Code::kTooManyRequests, "this copy of the program has too much to send");
}

/// Null when calls are to end.
http::Client* WebhookTransport::take() {
  const std::lock_guard lock(mutex_);
  if (stopping_) return nullptr;
  if (!idle_.empty()) {
    http::Client* const client = idle_.back();
    idle_.pop_back();
    return client;
  }
  http::ClientOptions options;
  options.maxAnswerBytes = kKeptBytes;
  options.cutLongAnswers = true;
  options.knownHosts = options_.knownHosts;
  options.mayConnect = [this](std::span<const std::uint8_t> bytes) {
    const auto address = webhooks::IpAddress::fromBytes(bytes);
    return address && options_.policy.refusal(*address).empty();
  };
  clients_.push_back(std::make_unique<http::Client>(std::move(options)));
  return clients_.back().get();
}

void WebhookTransport::give(http::Client* client) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(client);
}

Result<webhooks::Transport::Answer> WebhookTransport::call(const Message& message) {
  // Registered when the configuration was another one.
  if (!options_.allowHttp && !message.url.starts_with("https://")) {
    return Error(Code::kForbidden, "the target has no TLS and may not be called");
  }
  http::Client* const client = take();
  if (client == nullptr) return Error(Code::kCancelled, "the service stops");
  http::ClientRequest request;
  request.method = "POST";
  request.url = message.url;
  request.headers = message.headers;
  request.body = message.body;
  request.timeout = message.timeout;
  auto answer = client->send(request);
  give(client);
  if (!answer.ok()) return answer.error();
  Answer out;
  out.status = answer->status;
  out.retryAfter = answer->header("retry-after");
  out.body = std::move(answer->body);
  return out;
}

}  // namespace sw::adapters::webhook
