#include "adapters/sentry/outbox.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "obs/trace_context.h"

namespace sw::adapters::sentry {

using base::Result;
using http::ClientRequest;
using http::ClientResponse;
using DropReason = obs::label::DropReason;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kCategory = "error";
constexpr std::size_t kMaxEventBytes = std::size_t{1} << 20;  // Sentry's limit of an event
constexpr std::chrono::milliseconds kFirstPause{1000};

std::string clientName(const Origin& origin) {
  return std::string(kSdkName) + '/' + origin.release;
}

/// Between half and the whole of one, two, four … seconds.
std::chrono::nanoseconds pauseAfter(int attempts) {
  const std::chrono::nanoseconds whole = kFirstPause * (1 << std::min(attempts - 1, 6));
  const auto half = static_cast<std::uint64_t>(whole.count() / 2);
  return whole / 2 + std::chrono::nanoseconds(obs::newSpanId() % half);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out.append(part).push_back('\n');
  return out;
}

}  // namespace

Outbox::Outbox(OutboxOptions options, Transport& transport, const obs::TraceMask& mask,
               obs::MetricCatalog& catalog, obs::Log& log, const base::Clock& clock)
    : options_(std::move(options)),
      url_(options_.dsn.envelopeUrl()),
      auth_(options_.dsn.authHeader(clientName(options_.origin))),
      transport_(transport),
      mask_(mask),
      logger_(log.logger("error-tracking")),
      clock_(clock),
      emitted_(catalog.telemetryEmitted.handle(obs::label::Signal::kSentry)),
      exported_(catalog.telemetryExported.handle(obs::label::Signal::kSentry)),
      limits_(clock),
      reported_(clock.monotonic()),
      repeats_(clock) {
  for (std::size_t i = 0; i < dropped_.size(); ++i) {
    dropped_.at(i) =
        catalog.telemetryDropped.handle(obs::label::Signal::kSentry, static_cast<Drop>(i));
  }
}

bool Outbox::take(obs::ErrorReport report) {
  emitted_.increment();
  {
    const std::lock_guard lock(mutex_);
    // Crash reports are few by themselves, and each belongs to a file.
    const auto heldBack =
        report.crash ? std::optional<std::uint64_t>(0) : repeats_.pass(joined(report.fingerprint));
    if (heldBack && waiting_.size() < options_.maxWaiting) {
      if (*heldBack > 0) report.details.emplace_back("repeatsBefore", std::to_string(*heldBack));
      waiting_.push_back({std::move(report)});
      return true;
    }
    dropped_.at(heldBack ? DropReason::kQueueFull : DropReason::kRateLimited).increment();
    ++discarded_[heldBack ? "queue_overflow" : "event_processor"];
  }
  if (report.settled) report.settled(false);
  return false;
}

bool Outbox::empty() const {
  const std::lock_guard lock(mutex_);
  return waiting_.empty();
}

void Outbox::drop(const obs::ErrorReport& report, Drop metric, std::string_view reason) {
  dropped_.at(metric).increment();
  if (!reason.empty()) {
    const std::lock_guard lock(mutex_);
    ++discarded_[std::string(reason)];
  }
  if (report.settled) report.settled(false);
}

std::optional<Outbox::Waiting> Outbox::next(std::chrono::nanoseconds& pause, bool last) {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  const auto left = notBefore_ - clock_.monotonic();
  if (left > 0ns && !last) {
    pause = left;
    return std::nullopt;
  }
  Waiting first = std::move(waiting_.front());
  waiting_.pop_front();
  return first;
}

std::chrono::nanoseconds Outbox::step(bool last) {
  std::chrono::nanoseconds pause = kIdle;
  if (auto waiting = next(pause, last)) {
    send(*std::move(waiting), last);
    if (empty()) return kIdle;
    return std::max<std::chrono::nanoseconds>(notBefore_ - clock_.monotonic(), 0ns);
  }
  if (pause == kIdle) sendReportAlone();
  return pause;
}

Result<ClientResponse> Outbox::post(const Envelope& envelope) {
  const ClientRequest request{.method = "POST",
                              .url = url_,
                              .headers = {{"Content-Type", "application/x-sentry-envelope"},
                                          {"X-Sentry-Auth", auth_},
                                          {"User-Agent", clientName(options_.origin)}},
                              .body = envelope.text(),
                              .timeout = options_.timeout};
  auto answer = transport_.send(request);
  if (answer.ok()) limits_.update(*answer);
  return answer;
}

Discarded Outbox::takeDiscarded(Envelope& envelope) {
  Discarded taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(discarded_);
  }
  reported_ = clock_.monotonic();
  if (!taken.empty()) {
    envelope.add("client_report", clientReportPayload(taken, clock_.now()));
  }
  return taken;
}

void Outbox::giveBack(const Discarded& discarded) {
  const std::lock_guard lock(mutex_);
  for (const auto& [reason, quantity] : discarded) discarded_[reason] += quantity;
}

void Outbox::send(Waiting waiting, bool last) {
  if (limits_.wait(kCategory) > 0ns) {
    drop(waiting.report, DropReason::kRateLimited, "ratelimit_backoff");
    return;
  }
  const std::string id = obs::toHex(obs::newTraceId());
  const std::string payload = eventPayload(waiting.report, id, options_.origin, mask_);
  if (payload.size() > kMaxEventBytes) {
    drop(waiting.report, DropReason::kTooLarge, "event_processor");
    return;
  }
  Envelope envelope(id, options_.origin.release, clock_.now());
  envelope.add("event", payload);
  const Discarded told = takeDiscarded(envelope);
  const auto answer = post(envelope);
  if (!answer.ok()) {
    giveBack(told);
    failed(answer.error().describe());
    if (++waiting.attempts < options_.attempts && !last) {
      tryAgain(std::move(waiting));
    } else {
      drop(waiting.report, DropReason::kExportFailed, "network_error");
    }
    return;
  }
  if (answer->status >= 200 && answer->status < 300) {
    worked();
    exported_.increment();
    if (waiting.report.settled) waiting.report.settled(true);
    return;
  }
  giveBack(told);
  failed("status " + std::to_string(answer->status));
  // Of a 429 the receiver has counted the loss itself.
  if (answer->status == 429) {
    drop(waiting.report, DropReason::kRateLimited, "");
  } else if (answer->status == 413) {
    drop(waiting.report, DropReason::kTooLarge, "send_error");
  } else {
    drop(waiting.report, DropReason::kExportFailed, "send_error");
  }
}

void Outbox::tryAgain(Waiting waiting) {
  notBefore_ = clock_.monotonic() + pauseAfter(waiting.attempts);
  const std::lock_guard lock(mutex_);
  waiting_.push_front(std::move(waiting));
}

void Outbox::sendReportAlone() {
  if (clock_.monotonic() - reported_ < kIdle || limits_.wait("internal") > 0ns) return;
  {
    const std::lock_guard lock(mutex_);
    if (discarded_.empty()) return;
  }
  Envelope envelope("", options_.origin.release, clock_.now());
  const Discarded told = takeDiscarded(envelope);
  const auto answer = post(envelope);
  const bool accepted = answer.ok() && answer->status >= 200 && answer->status < 300;
  if (!accepted) giveBack(told);
}

void Outbox::failed(std::string_view why) {
  if (std::exchange(failing_, true)) return;
  logger_.warn("Errors cannot be reported; what is lost is counted until it works again",
               {obs::field("error", why)});
}

void Outbox::worked() {
  if (std::exchange(failing_, false)) logger_.info("Errors are reported again");
}

void Outbox::dropAll() {
  std::deque<Waiting> left;
  {
    const std::lock_guard lock(mutex_);
    left.swap(waiting_);
  }
  for (const Waiting& waiting : left) drop(waiting.report, DropReason::kShutdown, "");
}

}  // namespace sw::adapters::sentry
