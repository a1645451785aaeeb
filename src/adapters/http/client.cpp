#include "adapters/http/client.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>
#include <utility>

#include "adapters/http/curl_client_handle.h"
#include "base/text.h"

namespace sw::adapters::http {

using base::Code;
using base::Error;
using base::Result;

namespace {

/// How long a call may go on after `abort`.
constexpr std::chrono::milliseconds kAbortCheck{50};
constexpr std::size_t kMaxHeadBytes = 64 * 1024;

/// "https://host:port" of an address, all of it that may be told; `kInvalid` for one of another
/// kind.
Result<std::string> serverOf(const std::string& url) {
  const curl::Address address(curl_url());
  const bool whole =
      url.find('\0') == url.npos && curl_url_set(address.get(), CURLUPART_URL, url.c_str(),
                                                 CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  if (!whole) return Error(Code::kInvalid, "not an address that can be called");
  const std::string scheme = curl::partOf(address.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return Error(Code::kInvalid, "an address must begin with http:// or https://");
  }
  std::string server = scheme + "://" + curl::partOf(address.get(), CURLUPART_HOST);
  const std::string port = curl::partOf(address.get(), CURLUPART_PORT);
  if (!port.empty()) server += ':' + port;
  return server;
}

bool fitsInLine(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos;
}

/// What a call has received, while it runs.
struct Received {
  explicit Received(const ClientOptions& options)
      : maxBytes(options.maxAnswerBytes), cuts(options.cutLongAnswers) {}

  bool takeBody(std::string_view bytes) {
    const bool fits = response.body.size() + bytes.size() <= maxBytes;
    if (!fits && cuts) {
      response.body.append(bytes.substr(0, maxBytes - response.body.size()));
      cut = true;
      return false;
    }
    tooLong = tooLong || !fits;
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
  const bool cuts;
  ClientResponse response{};
  std::size_t headBytes = 0;
  bool tooLong = false;
  bool cut = false;
};

// A callback that takes fewer bytes than it was given ends the transfer.
std::size_t onBody(char* bytes, std::size_t size, std::size_t count, void* user) {
  return static_cast<Received*>(user)->takeBody({bytes, size * count}) ? size * count : 0;
}
std::size_t onHeader(char* bytes, std::size_t size, std::size_t count, void* user) {
  return static_cast<Received*>(user)->takeHeader({bytes, size * count}) ? size * count : 0;
}

/// The connections of one call, and who decides about them.
struct Gate {
  const std::function<bool(std::span<const std::uint8_t>)>& mayConnect;
  bool refused = false;

  bool lets(const sockaddr& address) const {
    if (address.sa_family == AF_INET) {
      const auto& four = reinterpret_cast<const sockaddr_in&>(address);
      return mayConnect({reinterpret_cast<const std::uint8_t*>(&four.sin_addr), 4});
    }
    if (address.sa_family != AF_INET6) return false;
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
    return mayConnect({reinterpret_cast<const std::uint8_t*>(&six.sin6_addr), 16});
  }
};

// The address here is the one that will be connected to, whatever the name led to before.
curl_socket_t onSocket(void* user, curlsocktype, curl_sockaddr* address) {
  Gate& gate = *static_cast<Gate*>(user);
  if (!gate.lets(address->addr)) {
    gate.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// The request's header fields for libcurl, which removes those of its own that have no value
/// here. `kInvalid` when one would break out of its line.
Result<curl::List> headerList(const ClientRequest& request) {
  curl::List list;
  bool whole = curl::append(list, "Expect:");
  bool typed = false;
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || !fitsInLine(name) || !fitsInLine(value)) {
      return Error(Code::kInvalid, "a header field to send holds a line break or has no name");
    }
    typed = typed || base::equalsIgnoringCase(name, "Content-Type");
    whole = whole && curl::append(list, value.empty() ? name + ';' : name + ": " + value);
  }
  if (!typed) whole = whole && curl::append(list, "Content-Type:");
  if (!whole) return Error(Code::kInternal, "no memory for the header fields of a call");
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
  explicit Impl(ClientOptions given) : options(std::move(given)) {}

  bool open() {
    if (!curl::initialised()) return false;
    if (!multi) multi.reset(curl_multi_init());
    if (!easy) easy.reset(curl_easy_init());
    if (!known && !options.knownHosts.empty()) {
      for (const std::string& host : options.knownHosts) {
        if (!curl::append(known, host)) return false;
      }
    }
    return multi && easy;
  }
  CURLcode run(const std::atomic<bool>& aborted);

  const ClientOptions options;
  curl::Multi multi;  // owns the connections
  curl::Easy easy;    // goes before it
  curl::List known;
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

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Client::~Client() = default;

Result<ClientResponse> Client::send(const ClientRequest& request) {
  SW_TRY(const std::string server, serverOf(request.url));
  const std::string method(request.method);
  if (method.empty() || !fitsInLine(method) || method.find(' ') != method.npos) {
    return Error(Code::kInvalid, "not a method of HTTP");
  }
  SW_TRY(const curl::List headers, headerList(request));
  if (request.timeout <= std::chrono::milliseconds(0)) {
    return Error(Code::kTimeout, "no time is left to call " + server);
  }
  if (!impl_->open()) return Error(Code::kInternal, "libcurl cannot be used");

  CURL* const curl = impl_->easy.get();
  Received received(impl_->options);
  Gate gate{impl_->options.mayConnect};
  char reason[CURL_ERROR_SIZE] = "";
  setUp(curl, request, method);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  if (gate.mayConnect) {
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, onSocket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &gate);
  }
  if (impl_->known) curl_easy_setopt(curl, CURLOPT_RESOLVE, impl_->known.get());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, onBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, onHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &received);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, curl::endWhenRaised);
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
  if (outcome != CURLE_OK && gate.refused) {
    return Error(Code::kForbidden, server + " leads to an address that may not be called");
  }
  if (outcome != CURLE_OK && !received.cut) {
    return Error(Code::kUnavailable, "cannot call " + server + ": " + why);
  }
  received.response.status = static_cast<int>(status);
  return std::move(received.response);
}

}  // namespace sw::adapters::http
