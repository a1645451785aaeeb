#include "webhooks/target_url.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace sw::webhooks {
namespace {

using base::Code;
using base::Error;
using base::Result;

// fetch.spec.whatwg.org, "bad port", those from 1024 on.
constexpr std::array<std::uint16_t, 17> kForeignPorts = {1719, 1720, 1723, 2049, 3659, 4045,
                                                         4190, 5060, 5061, 6000, 6566, 6665,
                                                         6666, 6667, 6668, 6669, 6697};
constexpr std::uint16_t kFirstFreePort = 1024;

Error invalid(std::string message) { return {Code::kInvalid, std::move(message)}; }

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetterOrDigit(char c) { return isDigit(c) || (c >= 'a' && c <= 'z'); }

bool isForbiddenByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte >= 0x7F || c == '\\' || c == '"' || c == '<' || c == '>' ||
         c == '^' || c == '`' || c == '{' || c == '|' || c == '}';
}

/// Whether every '%' begins an escape (RFC 3986, section 2.1).
bool escapesAreWhole(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdefABCDEF";
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    const std::string_view digits = text.substr(at + 1, 2);
    if (digits.size() < 2 || digits.find_first_not_of(kHex) != digits.npos) return false;
  }
  return true;
}

/// Labels of letters, digits and inner hyphens, 63 bytes each, 253 in all.
bool isHostName(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  while (true) {
    const std::string_view label = host.substr(0, host.find('.'));
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-' ||
        !std::ranges::all_of(label, [](char c) { return isLetterOrDigit(c) || c == '-'; })) {
      return false;
    }
    if (label.size() == host.size()) return true;
    host.remove_prefix(label.size() + 1);
  }
}

/// Whether readers of the C library's kind take the name for a number: its last part is decimal,
/// or hexadecimal after "0x" (url.spec.whatwg.org, "ends in a number").
bool endsInNumber(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);  // npos + 1 is 0
  if (last.starts_with("0x")) {
    return last.find_first_not_of("0123456789abcdef", 2) == last.npos;
  }
  return !last.empty() && std::ranges::all_of(last, isDigit);
}

Result<void> readHost(TargetUrl& out, std::string_view text) {
  if (text.starts_with('[')) {
    const std::string_view inside = text.substr(1, text.size() - 2);
    out.literal = text.ends_with(']') ? IpAddress::parse(inside) : std::nullopt;
    if (!out.literal || !out.literal->six) {
      return invalid("must have an IPv6 address without a zone in its brackets");
    }
    out.host = out.literal->toString();
    return {};
  }
  out.host = base::toLowerAscii(text);
  if (out.host.empty()) return invalid("must name a host");
  if (out.host.ends_with('.')) return invalid("must name a host without a dot at its end");
  if (endsInNumber(out.host)) {
    out.literal = IpAddress::parse(out.host);
    if (!out.literal || out.literal->toString() != out.host) {
      return invalid("must write a number as a host in four decimal parts, as 192.0.2.1");
    }
    return {};
  }
  if (!isHostName(out.host)) {
    return invalid("must name a host of letters, digits and hyphens between dots");
  }
  return {};
}

Result<void> readPort(TargetUrl& out, std::string_view text) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out.port);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size() ||
      out.port == 0) {
    return invalid("must have a port from 1 to 65535, or none");
  }
  const bool usual = out.port == 80 || out.port == 443;
  if (!usual && (out.port < kFirstFreePort ||
                 std::ranges::find(kForeignPorts, out.port) != kForeignPorts.end())) {
    return invalid(
        "must not have a port that belongs to another protocol; 80, 443 and most of "
        "those from 1024 on are good");
  }
  return {};
}

}  // namespace

Result<TargetUrl> TargetUrl::parse(std::string_view text, bool allowHttp) {
  if (text.size() > kMaxBytes) return invalid("must have at most 2048 bytes");
  if (std::ranges::any_of(text, isForbiddenByte)) {
    return invalid(
        "must be of ASCII without blanks and brackets of other kinds; international "
        "names in their xn-- form, everything else percent-encoded");
  }
  TargetUrl url;
  const std::size_t colon = text.find("://");
  const std::string scheme =
      base::toLowerAscii(colon == text.npos ? std::string_view() : text.substr(0, colon));
  if (scheme != "https" && !(allowHttp && scheme == "http")) {
    return invalid(allowHttp ? "must begin with https:// or http://" : "must begin with https://");
  }
  url.secure = scheme == "https";
  url.port = url.secure ? 443 : 80;
  if (text.find('#') != text.npos) return invalid("must have no fragment (#)");
  if (!escapesAreWhole(text)) return invalid("must have two hexadecimal digits behind each %");

  std::string_view authority = text.substr(colon + 3);
  const std::size_t end = std::min(authority.find_first_of("/?"), authority.size());
  const std::string_view rest = authority.substr(end);
  authority = authority.substr(0, end);
  url.rest = rest.starts_with('/') ? std::string(rest) : '/' + std::string(rest);
  if (authority.find('@') != authority.npos) {
    return invalid("must hold no user and no password; the signature proves who sends");
  }
  const std::size_t bracket = authority.rfind(']');
  const std::size_t port = authority.find(':', bracket == authority.npos ? 0 : bracket);
  SW_CHECK(readHost(url, authority.substr(0, port)));
  if (port != authority.npos) SW_CHECK(readPort(url, authority.substr(port + 1)));
  return url;
}

std::string TargetUrl::server() const {
  std::string out = secure ? "https://" : "http://";
  const bool six = literal && literal->six;
  out += six ? '[' + host + ']' : host;
  if (port != (secure ? 443 : 80)) out += ':' + std::to_string(port);
  return out;
}

std::string TargetUrl::toString() const { return server() + rest; }

}  // namespace sw::webhooks
