#include "adapters/webhook/webhook_alert_sink.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace sw::adapters::webhook {
namespace {

using Outcome = obs::AlertDelivery::Outcome;

constexpr std::size_t kMaxAnswerBytes = std::size_t{64} << 10;
constexpr std::string_view kSlackHost = "hooks.slack.com";
constexpr std::chrono::seconds kLongestRetryAfter{3600};

/// The authority of an address without user and password (RFC 3986, section 3.2).
std::string_view authorityOf(std::string_view url) {
  const std::size_t begin = url.find("://");
  if (begin == url.npos) return {};
  url.remove_prefix(begin + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const std::size_t at = url.rfind('@'); at != url.npos) url.remove_prefix(at + 1);
  return url;
}

/// Retry-After: seconds or a date (RFC 9110, section 10.2.3).
std::optional<std::chrono::seconds> retryAfter(std::string_view header, base::Instant now) {
  if (header.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const char* const end = header.data() + header.size();
  const auto [stop, failure] = std::from_chars(header.data(), end, seconds);
  if (failure != std::errc{} || stop != end) {
    const std::time_t date = curl_getdate(std::string(header).c_str(), nullptr);
    if (date < 0) return std::nullopt;
    seconds = std::int64_t{date} -
              std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  }
  return std::clamp(std::chrono::seconds(seconds), std::chrono::seconds(0), kLongestRetryAfter);
}

bool mayWorkLater(int status) {
  return status >= 500 || status == 408 || status == 425 || status == 429;
}

}  // namespace

AlertFormat formatFor(const std::string& url, const std::string& configured) {
  if (configured == "slack") return AlertFormat::kSlack;
  if (configured == "alertmanager") return AlertFormat::kAlertmanager;
  std::string_view host = authorityOf(url);
  host = host.substr(0, host.find(':'));
  return base::equalsIgnoringCase(host, kSlackHost) ? AlertFormat::kSlack
                                                    : AlertFormat::kAlertmanager;
}

WebhookAlertSink::WebhookAlertSink(std::string url, AlertFormat format, const base::Clock& clock)
    : url_(std::move(url)),
      destination_(authorityOf(url_)),
      format_(format),
      clock_(clock),
      client_({.maxAnswerBytes = kMaxAnswerBytes}) {}

obs::AlertDelivery WebhookAlertSink::send(const obs::AlertMessage& message,
                                          std::chrono::milliseconds timeout) {
  const std::string body =
      format_ == AlertFormat::kSlack ? slackPayload(message) : alertmanagerPayload(message);
  http::ClientRequest request;
  request.method = "POST";
  request.url = url_;
  request.headers = {{"Content-Type", "application/json; charset=utf-8"}};
  request.body = body;
  request.timeout = timeout;
  const auto answer = client_.send(request);
  obs::AlertDelivery delivery;
  if (!answer.ok()) {
    delivery.outcome =
        base::describe(answer.error().code()).retryable || answer.error().code() == base::Code::kIo
            ? Outcome::kAgain
            : Outcome::kRefused;
    delivery.problem = answer.error().message();
    return delivery;
  }
  if (answer->status >= 200 && answer->status < 300) return delivery;
  // What the receiver says is not repeated: it may quote the address.
  delivery.problem = destination_ + " answered " + std::to_string(answer->status);
  delivery.outcome = answer->status == 429          ? Outcome::kRateLimited
                     : mayWorkLater(answer->status) ? Outcome::kAgain
                                                    : Outcome::kRefused;
  delivery.retryAfter = retryAfter(answer->header("retry-after"), clock_.now());
  return delivery;
}

}  // namespace sw::adapters::webhook
