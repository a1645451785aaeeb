#include "adapters/push/push_caller.h"

#include <utility>

namespace sw::adapters::push {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using webhooks::Transport;

namespace {

/// What a status means (RFC 8030, sections 5 and 7; docs.ntfy.sh/publish).
Code codeOf(int status, bool goneWhenNotFound) {
  if (goneWhenNotFound && (status == 404 || status == 410)) return Code::kGone;
  if (status == 429) return Code::kTooManyRequests;
  if (status >= 500 || status == 408) return Code::kUnavailable;
  if (status == 401 || status == 403) return Code::kForbidden;
  return Code::kInvalid;
}

bool isServersFault(Code code) {
  return code == Code::kTooManyRequests || code == Code::kUnavailable || code == Code::kTimeout;
}

}  // namespace

Result<void> PushCaller::verdictOn(const Result<Transport::Answer>& answer,
                                   const std::string& server, bool goneWhenNotFound) {
  if (!answer.ok()) return answer.error();
  const int status = answer->status;
  if (status >= 200 && status < 300) return {};
  return Error(codeOf(status, goneWhenNotFound),
               server + " answered with status " + std::to_string(status));
}

Task<Result<void>> PushCaller::post(Call call) {
  const std::string server = call.target.server();
  if (!breaker_.allows(server)) {
    parts_.probe.attemptHeld(sender_, server);
    co_return Error(Code::kUnavailable,
                    server + " has failed lately and is not called for a while");
  }
  reminders::ChannelProbe::Attempt attempt;
  attempt.sender = sender_;
  attempt.server = server;
  attempt.begun = parts_.clock.monotonic();
  Transport::Message message{.url = call.target.toString(),
                             .headers = std::move(call.headers),
                             .body = std::move(call.body),
                             .timeout = call.timeout};
  const Result<Transport::Answer> answer = co_await parts_.transport.send(std::move(message));
  const Result<void> verdict = verdictOn(answer, server, call.goneWhenNotFound);
  attempt.ended = parts_.clock.monotonic();
  if (answer.ok()) attempt.status = answer->status;
  if (!verdict.ok()) attempt.error = &verdict.error();
  if (!verdict.ok() && isServersFault(verdict.error().code())) {
    breaker_.failed(server,
                    answer.ok() ? reminders::readRetryAfter(answer->retryAfter) : std::nullopt);
  } else {
    attempt.recovered = breaker_.succeeded(server);  // it answers, whatever it says
  }
  parts_.probe.attemptEnded(attempt);
  parts_.probe.circuitsOpen(sender_, breaker_.open());
  co_return verdict;
}

}  // namespace sw::adapters::push
