#include "accounts/key_ring.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "base/context.h"

namespace sw::accounts {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

Task<Result<std::string>> FileKeySource::fetch() {
  constexpr std::size_t kMaxBytes = 1U << 20U;
  std::ifstream file(path_, std::ios::binary);
  std::string text(kMaxBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  const auto got = static_cast<std::size_t>(file.gcount());
  if (!file.is_open() || file.bad()) co_return Error(Code::kIo, path_ + " cannot be read");
  if (got > kMaxBytes) co_return Error(Code::kIo, path_ + " is longer than 1 MiB");
  text.resize(got);
  co_return text;
}

/// Awaitable: goes on at once when nobody asks the source, else when whoever does has finished.
/// The outcome says whether the awaiter is now the one who asks.
class PublishedKeys::Turn {
 public:
  explicit Turn(PublishedKeys& keys) : keys_(keys) {}

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    const std::lock_guard lock(keys_.mutex_);
    base::Loop* const loop = base::Loop::current();
    if (!keys_.asking_) {
      keys_.asking_ = true;
      mine_ = true;
      return false;
    }
    if (loop == nullptr) return false;
    suspended_ = true;
    context_.suspend();
    keys_.waiters_.push_back({loop, handle});
    return true;
  }
  [[nodiscard]] bool await_resume() noexcept {
    if (suspended_) context_.resume();
    return mine_;
  }

 private:
  PublishedKeys& keys_;
  base::KeptContext context_;
  bool suspended_ = false;
  bool mine_ = false;
};

std::optional<base::JwsKey> PublishedKeys::known(const base::JwsHeader& header) {
  std::shared_ptr<const base::JwsKeySet> keys;
  {
    const std::lock_guard lock(mutex_);
    keys = keys_;
  }
  const base::JwsKey* const key = keys ? keys->find(header.algorithm, header.keyId) : nullptr;
  if (key == nullptr) return std::nullopt;
  return *key;
}

bool PublishedKeys::mayAsk() {
  const std::lock_guard lock(mutex_);
  return !asked_ || clock_.monotonic() - *asked_ >= kMinInterval;
}

Task<Result<base::JwsKey>> PublishedKeys::find(base::JwsHeader header) {
  bool stale = false;
  {
    const std::lock_guard lock(mutex_);
    // Others go on with the old set while one asks for a new one.
    stale = fetched_ && !asking_ && clock_.monotonic() - *fetched_ >= kMaxAge;
  }
  if (stale && mayAsk()) static_cast<void>(co_await refresh());
  auto key = known(header);
  if (!key && mayAsk()) {
    static_cast<void>(co_await refresh());
    key = known(header);
  }
  if (key) co_return *std::move(key);
  const std::lock_guard lock(mutex_);
  if (!keys_) co_return Error(Code::kUnavailable, "the issuer's keys could not be read");
  co_return Error(Code::kUnauthenticated, "the token is signed with a key that is not known");
}

Task<Result<void>> PublishedKeys::refresh() {
  const bool mine = co_await Turn(*this);
  if (!mine) co_return Result<void>();  // somebody else has just asked
  auto text = co_await source_.fetch();
  Result<base::JwsKeySet> set = text.ok() ? base::JwsKeySet::parse(*text) : text.error();
  Result<void> outcome = set.ok() ? Result<void>() : set.error();
  std::vector<Waiter> waiters;
  {
    const std::lock_guard lock(mutex_);
    asking_ = false;
    asked_ = clock_.monotonic();
    if (set.ok()) {
      fetched_ = asked_;
      keys_ = std::make_shared<const base::JwsKeySet>(*std::move(set));
    }
    waiters.swap(waiters_);
  }
  for (const Waiter& waiter : waiters) waiter.loop->post(waiter.handle);
  co_return outcome;
}

}  // namespace sw::accounts
