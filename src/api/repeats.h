#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>

#include "api/http.h"
#include "base/result.h"
#include "base/task.h"
#include "jobs/idempotency.h"

/// Requests that may come again (header Idempotency-Key): the first one's answer is recorded with
/// what it wrote, and repeats get it without doing anything.
namespace sw::api {

/// The key of a request, with the hash of its body.
struct Repeatable {
  jobs::IdempotencyKey key;
  std::array<std::uint8_t, 32> requestHash{};
};

/// `kInvalid` when the header is no key: 1 to 255 visible ASCII characters.
base::Result<void> checkRepeatKey(std::string_view key);

/// Adds to `unit` what a repeat of the request will be answered.
void recordAnswer(jobs::IdempotencyStore& store, jobs::UnitOfWork& unit, const Repeatable& request,
                  const Response& response, base::Instant now);

/// The answer to the first request with this key, or nothing when there was none. `kInvalid` when
/// that request had another body; else fails as the store does.
base::Task<base::Result<std::optional<Response>>> findAnswer(jobs::IdempotencyStore& store,
                                                             const Repeatable& request);

/// The keys whose first request is still running in this process. Thread-safe.
class RunningRequests {
 public:
  /// A request that runs until this is destroyed.
  class Running {
   public:
    Running(RunningRequests& owner, std::string name) : owner_(&owner), name_(std::move(name)) {}
    Running(Running&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)), name_(std::move(other.name_)) {}
    Running& operator=(Running&&) = delete;
    ~Running();

   private:
    RunningRequests* owner_;
    std::string name_;
  };

  /// `kConflict` when one with this key runs already.
  base::Result<Running> begin(const jobs::IdempotencyKey& key);

 private:
  std::mutex mutex_;
  std::unordered_set<std::string> names_;
};

}  // namespace sw::api
