#include "api/repeats.h"

#include <algorithm>
#include <utility>

#include "base/crypto.h"
#include "base/text.h"

namespace sw::api {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

namespace {

constexpr std::size_t kMaxKey = 255;
constexpr std::string_view kReplayed = "Idempotency-Replayed";
// Headers that a repeated answer carries again.
constexpr std::array<std::string_view, 2> kRepeatedHeaders = {"ETag", "Location"};
// Content types live in static storage; these are the ones that recorded answers have.
constexpr std::array<std::string_view, 1> kTypes = {kJsonType};

Response toResponse(const jobs::IdempotentAnswer& answer) {
  Response response;
  response.status = answer.status;
  for (const std::string_view type : kTypes) {
    if (type == answer.contentType) response.contentType = type;
  }
  response.body = answer.body;
  for (const std::string_view line : base::splitTrimmed(answer.headers, '\n')) {
    for (const std::string_view name : kRepeatedHeaders) {
      if (line.starts_with(name) && line.substr(name.size()).starts_with(": ")) {
        response.with(name, std::string(line.substr(name.size() + 2)));
      }
    }
  }
  response.with(kReplayed, "true");
  return response;
}

}  // namespace

Result<void> checkRepeatKey(std::string_view key) {
  const bool visible = std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7F; });
  if (!key.empty() && key.size() <= kMaxKey && visible) return {};
  return Error(Code::kInvalid, "the Idempotency-Key cannot be used",
               {{"Idempotency-Key", "must be 1 to 255 visible ASCII characters"}});
}

void recordAnswer(jobs::IdempotencyStore& store, jobs::UnitOfWork& unit, const Repeatable& request,
                  const Response& response, base::Instant now) {
  jobs::IdempotentAnswer answer;
  answer.requestHash = request.requestHash;
  answer.status = response.status;
  answer.contentType = response.contentType;
  if (const auto* body = std::get_if<std::string>(&response.body)) answer.body = *body;
  for (const auto& [name, value] : response.headers) {
    if (std::ranges::find(kRepeatedHeaders, name) == kRepeatedHeaders.end()) continue;
    answer.headers += name;
    answer.headers += ": " + value + "\n";
  }
  store.record(unit, request.key, answer, now);
}

Task<Result<std::optional<Response>>> findAnswer(jobs::IdempotencyStore& store,
                                                 const Repeatable& request) {
  SW_CO_TRY(const std::optional<jobs::IdempotentAnswer> answer, co_await store.find(request.key));
  if (!answer) co_return std::optional<Response>();
  if (!base::equalSecrets(answer->requestHash, request.requestHash)) {
    co_return Error(Code::kInvalid, "the Idempotency-Key was used for another request",
                    {{"Idempotency-Key", "was used before with another body"}});
  }
  co_return std::optional<Response>(toResponse(*answer));
}

RunningRequests::Running::~Running() {
  if (owner_ == nullptr) return;
  const std::lock_guard lock(owner_->mutex_);
  owner_->names_.erase(name_);
}

Result<RunningRequests::Running> RunningRequests::begin(const jobs::IdempotencyKey& key) {
  std::string name = key.userId.toString() + ' ' + key.scope + ' ' + key.key;
  {
    const std::lock_guard lock(mutex_);
    if (!names_.insert(name).second) {
      return Error(Code::kConflict, "the first request with this Idempotency-Key still runs");
    }
  }
  return Running(*this, std::move(name));
}

}  // namespace sw::api
