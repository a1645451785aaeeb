#include "adapters/otlp/trace_sender.h"

#include <zlib.h>

#include <charconv>
#include <ctime>
#include <optional>

#include "adapters/otlp/jaeger_encoder.h"
#include "adapters/otlp/otlp_encoder.h"
#include "base/text.h"

namespace sw::otlp {
namespace {

using obs::ExportOutcome;
using std::chrono::milliseconds;

constexpr std::string_view kOtlpType = "application/x-protobuf";
constexpr std::string_view kThriftType = "application/vnd.apache.thrift.binary";

/// The bytes as a gzip file (RFC 1952); nothing when zlib has no memory.
std::optional<std::string> gzipped(const std::string& plain) {
  constexpr int kGzipWindow = 15 + 16;
  constexpr int kMemory = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return std::nullopt;
  }
  std::string out(deflateBound(&stream, plain.size()), '\0');
  // zlib declares what it reads without const but does not write to it.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int end = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (end != Z_STREAM_END) return std::nullopt;
  return out;
}

ExportOutcome::Kind kindOf(int status) {
  if (status >= 200 && status < 300) return ExportOutcome::Kind::kAccepted;
  if (status == 429) return ExportOutcome::Kind::kLimited;
  const bool passing = status == 502 || status == 503 || status == 504;
  return passing ? ExportOutcome::Kind::kAgain : ExportOutcome::Kind::kRefused;
}

class OtlpSender final : public TraceSender {
 public:
  OtlpSender(Receiver receiver, Resource resource, const base::Clock& clock)
      : resource_(std::move(resource)), poster_(std::move(receiver), kOtlpType, clock) {}

  Poster::Answer post(std::span<const std::shared_ptr<obs::KeptTrace>> batch,
                      milliseconds timeout) override {
    Poster::Answer answer = poster_.post(encodeOtlp(resource_, batch), timeout);
    if (answer.outcome.kind == ExportOutcome::Kind::kAccepted) {
      answer.outcome.rejected = rejectedSpans(answer.body);
    }
    return answer;
  }
  void abort() noexcept override { poster_.abort(); }

 private:
  const Resource resource_;
  Poster poster_;
};

class JaegerSender final : public TraceSender {
 public:
  JaegerSender(Receiver receiver, Resource resource, const base::Clock& clock)
      : resource_(std::move(resource)), poster_(std::move(receiver), kThriftType, clock) {}

  Poster::Answer post(std::span<const std::shared_ptr<obs::KeptTrace>> batch,
                      milliseconds timeout) override {
    return poster_.post(encodeJaeger(resource_, batch), timeout);
  }
  void abort() noexcept override { poster_.abort(); }

 private:
  const Resource resource_;
  Poster poster_;
};

}  // namespace

std::optional<milliseconds> readRetryAfter(std::string_view text, base::Instant now) {
  constexpr std::int64_t kMostSeconds = 86'400;
  text = base::trim(text);
  std::int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, seconds);
      read.ec == std::errc() && read.ptr == end) {
    if (seconds < 0) return std::nullopt;
    return std::chrono::seconds(std::min(seconds, kMostSeconds));
  }
  std::tm date{};
  const std::string owned(text);
  const char* const rest = strptime(owned.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  const auto when = std::chrono::sys_seconds(std::chrono::seconds(timegm(&date)));
  const auto wait = std::chrono::ceil<milliseconds>(when - now);
  return std::clamp<milliseconds>(wait, milliseconds(0), std::chrono::seconds(kMostSeconds));
}

Poster::Poster(Receiver receiver, std::string_view contentType, const base::Clock& clock)
    : receiver_(std::move(receiver)), clock_(clock), headers_(receiver_.headers) {
  headers_.emplace_back("Content-Type", contentType);
  headers_.emplace_back("User-Agent", "scheduling-worker");
}

Poster::Answer Poster::post(std::string body, milliseconds timeout) {
  adapters::http::ClientRequest request;
  request.method = "POST";
  request.url = receiver_.url;
  request.headers = headers_;
  request.timeout = timeout;
  if (receiver_.gzip) {
    if (auto packed = gzipped(body)) {
      body = *std::move(packed);
      request.headers.emplace_back("Content-Encoding", "gzip");
    }
  }
  request.body = body;
  Answer answer;
  auto response = client_.send(request);
  if (!response.ok()) {
    const base::Code code = response.error().code();
    const bool passing = code == base::Code::kUnavailable || code == base::Code::kTimeout;
    answer.outcome.kind = passing ? ExportOutcome::Kind::kAgain : ExportOutcome::Kind::kRefused;
    answer.outcome.reason = response.error().describe();
    return answer;
  }
  answer.status = response->status;
  answer.outcome.kind = kindOf(response->status);
  if (answer.outcome.kind != ExportOutcome::Kind::kAccepted) {
    answer.outcome.reason = "it answered " + std::to_string(response->status);
    answer.outcome.retryAfter = readRetryAfter(response->header("retry-after"), clock_.now());
  }
  answer.body = std::move(response->body);
  return answer;
}

std::unique_ptr<TraceSender> makeOtlpSender(Receiver receiver, Resource resource,
                                            const base::Clock& clock) {
  return std::make_unique<OtlpSender>(std::move(receiver), std::move(resource), clock);
}

std::unique_ptr<TraceSender> makeJaegerSender(Receiver receiver, Resource resource,
                                              const base::Clock& clock) {
  return std::make_unique<JaegerSender>(std::move(receiver), std::move(resource), clock);
}

}  // namespace sw::otlp
