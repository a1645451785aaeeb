#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sw::adapters::mail {

/// Where mail is handed over.
struct SmtpServer {
  enum class Security {
    kWhenOffered,  // smtp://: STARTTLS where the server offers it
    kStartTls,     // smtp+starttls://: never without it
    kTls,          // smtps://: from the first byte
  };
  Security security = Security::kWhenOffered;
  std::string host{};
  std::uint16_t port = 0;
  std::string user{};  // empty: without authentication
  std::string password{};
  std::string caFile{};  // certificates to trust; empty: the system's

  /// "mail.company.com:587", all of it that may be told.
  [[nodiscard]] std::string address() const { return host + ':' + std::to_string(port); }
};

/// Reads `smtp://`, `smtp+starttls://` (port 587 where none is given) and `smtps://` addresses with
/// user and password in them (percent-encoded). `kConfiguration` for another address; the message
/// repeats nothing of it.
base::Result<SmtpServer> parseSmtpUrl(const std::string& url);

/// Hands mail to a server (RFC 5321) over libcurl. TLS is used whenever it is offered, and its
/// certificate checked; credentials are sent without TLS to this machine alone. Blocks. One
/// thread's, but for `abort`.
class SmtpClient {
 public:
  explicit SmtpClient(SmtpServer server);
  SmtpClient(const SmtpClient&) = delete;
  SmtpClient& operator=(const SmtpClient&) = delete;
  ~SmtpClient();

  /// Hands over `content` (a whole mail). `kUnavailable` when the server cannot be reached or
  /// asks to come back (4yz), `kTimeout` past the time, `kForbidden` when it refuses credentials,
  /// `kInvalid` when it refuses the mail (5yz). No message holds a secret.
  base::Result<void> send(std::string_view from, const std::vector<std::string>& to,
                          std::string_view content, std::chrono::milliseconds timeout);
  /// Connects, greets, signs in and leaves, without a mail. Fails as `send`.
  base::Result<void> probe(std::chrono::milliseconds timeout);

  /// Whether the server may have taken the mail of the last `send` although that failed: all of it
  /// was on its way, and no answer came.
  [[nodiscard]] bool mayHaveBeenTaken() const { return mayHaveBeenTaken_; }

  [[nodiscard]] const SmtpServer& server() const { return server_; }
  /// Ends the call that runs, within a second, and refuses later ones. Thread-safe.
  void abort() noexcept { aborted_.store(true, std::memory_order_release); }

 private:
  struct Call;
  base::Result<void> run(Call& call);
  base::Result<void> attempt(Call& call, bool withTls, bool& offered);

  const SmtpServer server_;
  bool mayHaveBeenTaken_ = false;
  std::atomic<bool> aborted_{false};
};

}  // namespace sw::adapters::mail
