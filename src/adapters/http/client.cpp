#include "adapters/http/client.h"

#include <curl/curl.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"

namespace sw::adapters::http {

using base::Code;
using base::Error;
using base::Result;

namespace {

template <auto Release>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    Release(pointer);
  }
};
using Easy = std::unique_ptr<CURL, Free<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, Free<curl_multi_cleanup>>;
using Address = std::unique_ptr<CURLU, Free<curl_url_cleanup>>;
using HeaderList = std::unique_ptr<curl_slist, Free<curl_slist_free_all>>;

/// How long a call may go on after `abort`.
constexpr std::chrono::milliseconds kAbortCheck{50};
constexpr std::size_t kMaxHeadBytes = 64 * 1024;

bool initialised() {
  // Once a process, before any other use; thread-safe as a local static.
  static const CURLcode outcome = curl_global_init(CURL_GLOBAL_DEFAULT);
  return outcome == CURLE_OK;
}

std::string partOf(CURLU* address, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(address, part, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

/// "https://host:port" of an address, all of it that may be told; `kInvalid` for one of another
/// kind.
Result<std::string> serverOf(const std::string& url) {
  const Address address(curl_url());
  const bool whole =
      url.find('\0') == url.npos && curl_url_set(address.get(), CURLUPART_URL, url.c_str(),
                                                 CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  if (!whole) return Error(Code::kInvalid, "not an address that can be called");
  const std::string scheme = partOf(address.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return Error(Code::kInvalid, "an address must begin with http:// or https://");
  }
  std::string server = scheme + "://" + partOf(address.get(), CURLUPART_HOST);
  const std::string port = partOf(address.get(), CURLUPART_PORT);
  if (!port.empty()) server += ':' + port;
  return server;
}

bool fitsInLine(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos;
}

/// What a call has received, while it runs.
struct Received {
  explicit Received(std::size_t most) : maxBytes(most) {}

  bool takeBody(std::string_view bytes) {
    tooLong = tooLong || response.body.size() + bytes.size() > maxBytes;
    if (!tooLong) response.body.append(bytes);
    return !tooLong;
  }
  bool takeHeader(std::string_view line) {
    headBytes += line.size();
    tooLong = tooLong || headBytes > kMaxHeadBytes;
    if (tooLong) return false;
    if (line.starts_with("HTTP/")) response.headers.clear();  // after an interim answer
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return true;
    response.headers.emplace_back(base::toLowerAscii(line.substr(0, colon)),
                                  base::trim(line.substr(colon + 1)));
    return true;
  }

  const std::size_t maxBytes;
  ClientResponse response{};
  std::size_t headBytes = 0;
  bool tooLong = false;
};

// A callback that takes fewer bytes than it was given ends the transfer.
std::size_t onBody(char* bytes, std::size_t size, std::size_t count, void* user) {
  return static_cast<Received*>(user)->takeBody({bytes, size * count}) ? size * count : 0;
}
std::size_t onHeader(char* bytes, std::size_t size, std::size_t count, void* user) {
  return static_cast<Received*>(user)->takeHeader({bytes, size * count}) ? size * count : 0;
}
int onProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(user)->load(std::memory_order_acquire) ? 1 : 0;
}

/// The request's header fields for libcurl, which removes those of its own that have no value
/// here. `kInvalid` when one would break out of its line.
Result<HeaderList> headerList(const ClientRequest& request) {
  HeaderList list;
  const auto add = [&list](const std::string& line) {
    curl_slist* const first = curl_slist_append(list.get(), line.c_str());
    if (!list) list.reset(first);  // it stays the first from then on
  };
  add("Expect:");
  bool typed = false;
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || !fitsInLine(name) || !fitsInLine(value)) {
      return Error(Code::kInvalid, "a header field to send holds a line break or has no name");
    }
    typed = typed || base::equalsIgnoringCase(name, "Content-Type");
    add(value.empty() ? name + ';' : name + ": " + value);
  }
  if (!typed) add("Content-Type:");
  return list;
}

void setUp(CURL* curl, const ClientRequest& request, const std::string& method) {
  curl_easy_reset(curl);  // keeps connections and TLS sessions
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_HTTP09_ALLOWED, 0L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);  // other threads run
  // A look-up that hangs in the system's resolver must hold up neither a deadline nor a stop.
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "scheduling-worker");
  if (method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  } else if (!request.body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data() ? request.body.data() : "");
  }
  if (method != "HEAD") curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
}

}  // namespace

std::string_view ClientResponse::header(std::string_view lowerCaseName) const {
  const auto found = std::find_if(headers.rbegin(), headers.rend(),
                                  [&](const auto& field) { return field.first == lowerCaseName; });
  return found == headers.rend() ? std::string_view() : std::string_view(found->second);
}

struct Client::Impl {
  explicit Impl(ClientOptions given) : options(given) {}

  bool open() {
    if (!initialised()) return false;
    if (!multi) multi.reset(curl_multi_init());
    if (!easy) easy.reset(curl_easy_init());
    return multi && easy;
  }
  CURLcode run(const std::atomic<bool>& aborted);

  const ClientOptions options;
  Multi multi;  // owns the connections
  Easy easy;    // goes before it
};

/// Takes the transfer to its end, looking every `kAbortCheck` whether it still should.
CURLcode Client::Impl::run(const std::atomic<bool>& aborted) {
  if (curl_multi_add_handle(multi.get(), easy.get()) != CURLM_OK) return CURLE_FAILED_INIT;
  CURLcode outcome = CURLE_ABORTED_BY_CALLBACK;
  int running = 1;
  while (!aborted.load(std::memory_order_acquire)) {
    CURLMcode state = curl_multi_perform(multi.get(), &running);
    if (state == CURLM_OK && running > 0) {
      state =
          curl_multi_poll(multi.get(), nullptr, 0, static_cast<int>(kAbortCheck.count()), nullptr);
    }
    if (state != CURLM_OK) {
      outcome = CURLE_OUT_OF_MEMORY;
      break;
    }
    if (running > 0) continue;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
      if (message->msg == CURLMSG_DONE) outcome = message->data.result;
    }
    break;
  }
  curl_multi_remove_handle(multi.get(), easy.get());
  return outcome;
}

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>(options)) {}

Client::~Client() = default;

Result<ClientResponse> Client::send(const ClientRequest& request) {
  SW_TRY(const std::string server, serverOf(request.url));
  const std::string method(request.method);
  if (method.empty() || !fitsInLine(method) || method.find(' ') != method.npos) {
    return Error(Code::kInvalid, "not a method of HTTP");
  }
  SW_TRY(const HeaderList headers, headerList(request));
  if (request.timeout <= std::chrono::milliseconds(0)) {
    return Error(Code::kTimeout, "no time is left to call " + server);
  }
  if (!impl_->open()) return Error(Code::kInternal, "libcurl cannot be used");

  CURL* const curl = impl_->easy.get();
  Received received(impl_->options.maxAnswerBytes);
  char reason[CURL_ERROR_SIZE] = "";
  setUp(curl, request, method);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, onBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, onHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &received);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, onProgress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &aborted_);
  const CURLcode outcome = impl_->run(aborted_);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  const std::string why = reason[0] != '\0' ? reason : curl_easy_strerror(outcome);
  curl_easy_reset(curl);  // nothing of this call's stack stays behind

  if (received.tooLong) {
    return Error(Code::kIo, "the answer of " + server + " is too long");
  }
  if (outcome == CURLE_ABORTED_BY_CALLBACK || aborted_.load(std::memory_order_acquire)) {
    return Error(Code::kUnavailable, "the call to " + server + " was ended");
  }
  if (outcome == CURLE_OPERATION_TIMEDOUT) {
    return Error(Code::kTimeout, server + " did not answer in time");
  }
  if (outcome != CURLE_OK) {
    return Error(Code::kUnavailable, "cannot call " + server + ": " + why);
  }
  received.response.status = static_cast<int>(status);
  return std::move(received.response);
}

}  // namespace sw::adapters::http
