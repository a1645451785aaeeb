#include "adapters/http/url_key_source.h"

#include <pthread.h>

#include <string>
#include <utility>

namespace sw::adapters::http {

using base::Code;
using base::Error;
using base::Result;

/// Awaitable: hands the call to the thread; does not suspend when it cannot.
class UrlKeySource::Submit {
 public:
  Submit(UrlKeySource& source, Result<std::string>& outcome) : source_(source), outcome_(outcome) {}
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    context_.suspend();
    return source_.submit({base::Loop::current(), handle, &outcome_});
  }
  void await_resume() const noexcept { context_.resume(); }

 private:
  UrlKeySource& source_;
  Result<std::string>& outcome_;
  base::KeptContext context_;
};

UrlKeySource::UrlKeySource(std::string url, std::chrono::milliseconds deadline)
    : url_(std::move(url)), deadline_(deadline), client_({.maxAnswerBytes = kMaxBytes}) {}

UrlKeySource::~UrlKeySource() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  client_.abort();
  if (thread_.joinable()) thread_.join();
}

bool UrlKeySource::submit(Call call) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || waiting_.size() >= kMaxWaiting) return false;
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  waiting_.push_back(call);
  wake_.notify_one();
  return true;
}

base::Task<Result<std::string>> UrlKeySource::fetch() {
  Result<std::string> outcome = Error(Code::kUnavailable, "too many calls for the key set wait");
  Submit submit(*this, outcome);
  co_await submit;
  co_return outcome;
}

void UrlKeySource::run() {
  pthread_setname_np(pthread_self(), "jwks");
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const Call call = waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    *call.outcome = get();
    if (!stopping_) call.loop->post(call.handle);
    lock.lock();
  }
}

Result<std::string> UrlKeySource::get() {
  const ClientRequest request{.url = url_, .timeout = deadline_};
  auto answer = client_.send(request);
  if (!answer.ok()) {
    // That nobody can be asked there is the same to those who need the keys, whatever the reason.
    const Code code =
        answer.error().code() == Code::kInvalid ? Code::kUnavailable : answer.error().code();
    return answer.error().wrap(code, "cannot get the key set");
  }
  if (answer->status != 200) {
    return Error(Code::kUnavailable,
                 "the key set was answered with status " + std::to_string(answer->status));
  }
  return std::move(answer->body);
}

}  // namespace sw::adapters::http
