#include "adapters/http/url_key_source.h"

#include <curl/curl.h>
#include <pthread.h>

#include <memory>
#include <utility>

namespace sw::adapters::http {

using base::Code;
using base::Error;
using base::Result;

namespace {

struct CleanUp {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, CleanUp>;

/// What one call has received.
struct Received {
  std::string text;
  bool tooLong = false;
};

std::size_t receive(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& received = *static_cast<Received*>(user);
  if (received.text.size() + size * count > UrlKeySource::kMaxBytes) {
    received.tooLong = true;
    return 0;  // ends the transfer
  }
  received.text.append(bytes, size * count);
  return size * count;
}

int abortWhenStopping(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<std::atomic<bool>*>(user)->load() ? 1 : 0;
}

Handle newHandle() {
  // Once a process, before any other use; thread-safe as a local static.
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  return Handle(initialised == CURLE_OK ? curl_easy_init() : nullptr);
}

}  // namespace

/// Awaitable: hands the call to the thread; does not suspend when it cannot.
class UrlKeySource::Submit {
 public:
  Submit(UrlKeySource& source, Result<std::string>& outcome) : source_(source), outcome_(outcome) {}
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    return source_.submit({base::Loop::current(), handle, &outcome_});
  }
  void await_resume() const noexcept {}

 private:
  UrlKeySource& source_;
  Result<std::string>& outcome_;
};

UrlKeySource::UrlKeySource(std::string url, std::chrono::milliseconds deadline)
    : url_(std::move(url)), deadline_(deadline) {}

UrlKeySource::~UrlKeySource() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
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
  const Handle handle = newHandle();
  if (!handle) return Error(Code::kInternal, "libcurl cannot be used");
  Received received;
  char reason[CURL_ERROR_SIZE] = "";
  CURL* const curl = handle.get();
  curl_easy_setopt(curl, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);  // other threads run
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(deadline_.count()));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "scheduling-worker");
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, abortWhenStopping);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stopping_);
  const CURLcode code = curl_easy_perform(curl);
  if (received.tooLong) return Error(Code::kIo, "the key set at " + url_ + " is over 1 MiB");
  if (code != CURLE_OK) {
    const std::string why = reason[0] != '\0' ? reason : curl_easy_strerror(code);
    return Error(code == CURLE_OPERATION_TIMEDOUT ? Code::kTimeout : Code::kUnavailable,
                 "cannot get the key set at " + url_ + ": " + why);
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) {
    return Error(Code::kUnavailable,
                 "the key set at " + url_ + " was answered with status " + std::to_string(status));
  }
  return std::move(received.text);
}

}  // namespace sw::adapters::http
