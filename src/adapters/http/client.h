#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sw::adapters::http {

/// A call to another server.
struct ClientRequest {
  std::string_view method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string_view body{};                    // must live as long as the call
  std::chrono::milliseconds timeout{10'000};  // of the whole call, connecting included
};

/// What a server answered, whatever its status.
struct ClientResponse {
  int status = 0;
  std::string body;
  /// The value of a header by its name in lower case; of several the last. Empty when absent.
  [[nodiscard]] std::string_view header(std::string_view lowerCaseName) const;

  std::vector<std::pair<std::string, std::string>> headers{};  // names in lower case
};

struct ClientOptions {
  std::size_t maxAnswerBytes = std::size_t{1} << 20;
  /// A longer answer is cut there and good, where only its beginning is of interest.
  bool cutLongAnswers = false;
  /// Asked before each connection, with the address it goes to (4 or 16 bytes, network order),
  /// however that was found; where it says no, the call fails with `kForbidden`. Empty: all may be
  /// called. Called on the thread of the call.
  std::function<bool(std::span<const std::uint8_t> address)> mayConnect{};
  /// Addresses of names that are not looked up: "host:port:address".
  std::vector<std::string> knownHosts{};
};

/// Calls other servers over HTTP/1.1 and HTTPS (certificates are checked) and keeps connections
/// open between calls. Redirects are not followed, and no proxy of the environment is used.
/// Blocks: for threads of exporters and probes, never for an event loop. One thread's, but for
/// `abort`. The process must ignore SIGPIPE, which TLS on a broken connection raises.
class Client {
 public:
  explicit Client(ClientOptions options = {});
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  /// Blocks until the answer is there. `kUnavailable` when nobody answers, the connection breaks
  /// or `abort` was called; `kTimeout` past the deadline; `kIo` when the answer is too long;
  /// `kForbidden` when the address it leads to may not be called;
  /// `kInvalid` for an address that is none of http and https. No message holds the address's
  /// path, query or credentials, which may be secret.
  base::Result<ClientResponse> send(const ClientRequest& request);

  /// Ends the call that runs, within about 50 ms, and refuses later ones. Thread-safe.
  void abort() noexcept { aborted_.store(true, std::memory_order_release); }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::atomic<bool> aborted_{false};
};

}  // namespace sw::adapters::http
