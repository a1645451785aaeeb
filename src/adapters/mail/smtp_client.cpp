#include "adapters/mail/smtp_client.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "adapters/http/curl_client_handle.h"
#include "base/text.h"

namespace sw::adapters::mail {
namespace {

using base::Code;
using base::Error;
using base::Result;
namespace curl = http::curl;

constexpr std::uint16_t kSubmissionPort = 587;  // RFC 6409
constexpr std::uint16_t kRelayPort = 25;
constexpr std::uint16_t kTlsPort = 465;  // RFC 8314
constexpr std::string_view kStartTlsScheme = "smtp+starttls://";

bool isThisMachine(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

/// An address that cannot end its command's line (RFC 5321, section 4.1.2).
bool fitsInCommand(std::string_view address) {
  return !address.empty() && std::ranges::all_of(address, [](char c) {
    return c > ' ' && c <= '~' && c != '<' && c != '>';
  });
}

struct Reader {
  std::string_view left;
  bool ended = false;  // libcurl knows that there is no more
};

std::size_t onRead(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& reader = *static_cast<Reader*>(user);
  const std::size_t take = std::min(reader.left.size(), size * count);
  std::memcpy(buffer, reader.left.data(), take);
  reader.left.remove_prefix(take);
  reader.ended = take == 0;
  return take;
}
std::size_t onAnswer(char*, std::size_t size, std::size_t count, void*) { return size * count; }
/// Sees every line of the server's: whether the answer to EHLO offers STARTTLS (RFC 3207).
std::size_t onLine(char* bytes, std::size_t size, std::size_t count, void* user) {
  const std::string_view line(bytes, size * count);
  if (line.starts_with("250") && line.size() > 4 &&
      base::equalsIgnoringCase(base::trim(line.substr(4)), "STARTTLS")) {
    *static_cast<bool*>(user) = true;
  }
  return size * count;
}

}  // namespace

Result<SmtpServer> parseSmtpUrl(const std::string& url) {
  SmtpServer server;
  std::string plain = url;
  const bool startTls =
      plain.size() > kStartTlsScheme.size() &&
      base::equalsIgnoringCase(plain.substr(0, kStartTlsScheme.size()), kStartTlsScheme);
  if (startTls) plain = "smtp://" + plain.substr(kStartTlsScheme.size());
  const curl::Address address(curl_url());
  const bool readable = plain.find('\0') == plain.npos &&
                        curl_url_set(address.get(), CURLUPART_URL, plain.c_str(), 0) == CURLUE_OK;
  const std::string scheme =
      readable ? curl::partOf(address.get(), CURLUPART_SCHEME) : std::string();
  server.host = curl::partOf(address.get(), CURLUPART_HOST);
  if ((scheme != "smtp" && scheme != "smtps") || server.host.empty()) {
    return Error(Code::kConfiguration,
                 "SMTP_URL: expected smtp://, smtp+starttls:// or smtps:// with a host");
  }
  server.security = scheme == "smtps" ? SmtpServer::Security::kTls
                    : startTls        ? SmtpServer::Security::kStartTls
                                      : SmtpServer::Security::kWhenOffered;
  const std::string port = curl::partOf(address.get(), CURLUPART_PORT);
  server.port = !port.empty() ? static_cast<std::uint16_t>(std::stoul(port))
                : startTls    ? kSubmissionPort
                : server.security == SmtpServer::Security::kTls ? kTlsPort
                                                                : kRelayPort;
  server.user = curl::partOf(address.get(), CURLUPART_USER, CURLU_URLDECODE);
  server.password = curl::partOf(address.get(), CURLUPART_PASSWORD, CURLU_URLDECODE);
  return server;
}

struct SmtpClient::Call {
  std::string from{};  // empty: a probe
  std::vector<std::string> to{};
  std::string_view content{};
  std::chrono::steady_clock::time_point deadline{};
};

SmtpClient::SmtpClient(SmtpServer server) : server_(std::move(server)) {}

SmtpClient::~SmtpClient() = default;

Result<void> SmtpClient::send(std::string_view from, const std::vector<std::string>& to,
                              std::string_view content, std::chrono::milliseconds timeout) {
  if (!fitsInCommand(from) || to.empty() || !std::ranges::all_of(to, fitsInCommand)) {
    return Error(Code::kInvalid, "a mail address holds what no address may hold");
  }
  Call call{.from = std::string(from),
            .to = to,
            .content = content,
            .deadline = std::chrono::steady_clock::now() + timeout};
  return run(call);
}

Result<void> SmtpClient::probe(std::chrono::milliseconds timeout) {
  Call call{.deadline = std::chrono::steady_clock::now() + timeout};
  return run(call);
}

/// With TLS first; without it only where the server does not offer it and nobody asked for it.
Result<void> SmtpClient::run(Call& call) {
  bool offered = false;
  Result<void> outcome = attempt(call, true, offered);
  const bool mayBePlain = server_.security == SmtpServer::Security::kWhenOffered && !offered;
  if (outcome.ok() || outcome.error().code() != Code::kPreconditionFailed) return outcome;
  if (!mayBePlain) {
    return Error(Code::kUnavailable, server_.address() + " does not begin TLS");
  }
  if (!server_.user.empty() && !isThisMachine(server_.host)) {
    return Error(Code::kForbidden,
                 server_.address() + " offers no TLS, and credentials are not sent without it");
  }
  return attempt(call, false, offered);
}

Result<void> SmtpClient::attempt(Call& call, bool withTls, bool& offered) {
  const curl::Easy easy(curl::initialised() ? curl_easy_init() : nullptr);
  if (!easy) return Error(Code::kInternal, "libcurl cannot be used");
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      call.deadline - std::chrono::steady_clock::now());
  if (left.count() <= 0) return Error(Code::kTimeout, "no time is left for " + server_.address());
  CURL* const curl = easy.get();
  const bool tls = server_.security == SmtpServer::Security::kTls;
  const std::string url = (tls ? "smtps://" : "smtp://") + server_.address() + '/';
  char reason[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_USE_SSL,
                   static_cast<long>(withTls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (!server_.caFile.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, server_.caFile.c_str());
  if (!server_.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, server_.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, server_.password.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, onAnswer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, onLine);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &offered);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, curl::endWhenRaised);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &aborted_);
  curl::List recipients;
  mayHaveBeenTaken_ = false;
  Reader reader{.left = call.content};
  const std::string sender = '<' + call.from + '>';
  if (call.from.empty()) {
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "NOOP");
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  } else {
    for (const std::string& address : call.to) {
      if (!curl::append(recipients, '<' + address + '>')) {
        return Error(Code::kInternal, "no memory for a mail's recipients");
      }
    }
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender.c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, onRead);
    curl_easy_setopt(curl, CURLOPT_READDATA, &reader);
  }
  const CURLcode outcome = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (outcome == CURLE_OK) return {};
  mayHaveBeenTaken_ = reader.ended && status < 400;
  if (aborted_.load(std::memory_order_acquire)) {
    return Error(Code::kUnavailable, "the call to " + server_.address() + " was ended");
  }
  switch (outcome) {
    case CURLE_USE_SSL_FAILED:
      return Error(Code::kPreconditionFailed, server_.address() + " does not begin TLS");
    case CURLE_LOGIN_DENIED:
      return Error(Code::kForbidden, server_.address() + " refuses the credentials");
    case CURLE_OPERATION_TIMEDOUT:
      return Error(Code::kTimeout, server_.address() + " did not answer in time");
    default: break;
  }
  const std::string answered = " (status " + std::to_string(status) + ')';
  if (status >= 500)
    return Error(Code::kInvalid, server_.address() + " refuses the mail" + answered);
  if (status >= 400) {
    return Error(Code::kUnavailable, server_.address() + " cannot take the mail" + answered);
  }
  return Error(Code::kUnavailable, "cannot hand mail to " + server_.address() + ": " +
                                       (reason[0] != '\0' ? reason : curl_easy_strerror(outcome)));
}

}  // namespace sw::adapters::mail
