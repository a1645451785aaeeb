#include "adapters/http/response_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>

#include "base/byte_scan.h"

namespace sw::adapters::http {
namespace {

std::string_view statusLine(int status) {
  switch (status) {
    case 200: return "HTTP/1.1 200 OK\r\n";
    case 201: return "HTTP/1.1 201 Created\r\n";
    case 202: return "HTTP/1.1 202 Accepted\r\n";
    case 204: return "HTTP/1.1 204 No Content\r\n";
    case 207: return "HTTP/1.1 207 Multi-Status\r\n";
    case 301: return "HTTP/1.1 301 Moved Permanently\r\n";
    case 302: return "HTTP/1.1 302 Found\r\n";
    case 303: return "HTTP/1.1 303 See Other\r\n";
    case 304: return "HTTP/1.1 304 Not Modified\r\n";
    case 307: return "HTTP/1.1 307 Temporary Redirect\r\n";
    case 308: return "HTTP/1.1 308 Permanent Redirect\r\n";
    case 400: return "HTTP/1.1 400 Bad Request\r\n";
    case 401: return "HTTP/1.1 401 Unauthorized\r\n";
    case 403: return "HTTP/1.1 403 Forbidden\r\n";
    case 404: return "HTTP/1.1 404 Not Found\r\n";
    case 405: return "HTTP/1.1 405 Method Not Allowed\r\n";
    case 406: return "HTTP/1.1 406 Not Acceptable\r\n";
    case 408: return "HTTP/1.1 408 Request Timeout\r\n";
    case 409: return "HTTP/1.1 409 Conflict\r\n";
    case 410: return "HTTP/1.1 410 Gone\r\n";
    case 412: return "HTTP/1.1 412 Precondition Failed\r\n";
    case 413: return "HTTP/1.1 413 Content Too Large\r\n";
    case 414: return "HTTP/1.1 414 URI Too Long\r\n";
    case 415: return "HTTP/1.1 415 Unsupported Media Type\r\n";
    case 422: return "HTTP/1.1 422 Unprocessable Content\r\n";
    case 429: return "HTTP/1.1 429 Too Many Requests\r\n";
    case 431: return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    case 500: return "HTTP/1.1 500 Internal Server Error\r\n";
    case 501: return "HTTP/1.1 501 Not Implemented\r\n";
    case 502: return "HTTP/1.1 502 Bad Gateway\r\n";
    case 503: return "HTTP/1.1 503 Service Unavailable\r\n";
    case 504: return "HTTP/1.1 504 Gateway Timeout\r\n";
    default: return {};
  }
}

void appendNumber(std::string& out, std::uint64_t number, int base = 10) {
  std::array<char, 20> digits;
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
  out.append(digits.data(), result.ptr);
}

/// Two digits with a leading zero.
void appendTwo(std::string& out, unsigned number) {
  out.push_back(static_cast<char>('0' + number / 10 % 10));
  out.push_back(static_cast<char>('0' + number % 10));
}

bool isControl(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

/// False only where there is none.
bool mayHoldControl(std::string_view value) {
  while (value.size() >= sizeof(std::uint64_t)) {
    const std::uint64_t word = base::eightBytes(value.data());
    if (base::anyIsBelow(word, 0x20) || base::anyIs(word, 0x7f)) return true;
    value.remove_prefix(sizeof(std::uint64_t));
  }
  return std::any_of(value.begin(), value.end(), isControl);
}

void appendField(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  const std::size_t start = out.size();
  out.append(value);
  if (mayHoldControl(value)) {
    std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), isControl, ' ');
  }
  out.append("\r\n");
}

bool is(std::string_view name, std::string_view lower) {
  return name.size() == lower.size() && std::ranges::equal(name, lower, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

bool ownedByServer(std::string_view name) {
  switch (name.size()) {
    case 4: return is(name, "date");
    case 10: return is(name, "connection");
    case 14: return is(name, "content-length");
    case 17: return is(name, "transfer-encoding");
    default: return false;
  }
}

/// The tag that a 304 confirms is the one the client holds, which may be of a compressed form.
std::string confirmedTag(std::string_view tag, std::string_view ifNoneMatch) {
  for (const Coding coding : {Coding::kBrotli, Coding::kGzip}) {
    std::string candidate = tagFor(tag, coding);
    if (ifNoneMatch.find(candidate) != std::string_view::npos) return candidate;
  }
  return std::string(tag);
}

}  // namespace

std::string_view DateLine::at(base::Monotonic now) {
  if (now < until_) return line_;
  static constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  using std::chrono::floor;
  const base::Instant instant = clock_->now();
  const auto second = floor<std::chrono::seconds>(instant);
  const auto day = floor<std::chrono::days>(second);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{second - day};
  const auto month = static_cast<unsigned>(date.month());
  line_.assign("Date: ");
  line_.append(kDays.substr(std::chrono::weekday(day).c_encoding() * std::size_t{3}, 3))
      .append(", ");
  appendTwo(line_, static_cast<unsigned>(date.day()));
  line_.append(" ").append(kMonths.substr((month - 1) * std::size_t{3}, 3)).append(" ");
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  appendTwo(line_, year / 100);
  appendTwo(line_, year % 100);
  line_.append(" ");
  appendTwo(line_, static_cast<unsigned>(time.hours().count()));
  line_.append(":");
  appendTwo(line_, static_cast<unsigned>(time.minutes().count()));
  line_.append(":");
  appendTwo(line_, static_cast<unsigned>(time.seconds().count()));
  line_.append(" GMT\r\n");
  until_ = now + (second + std::chrono::seconds(1) - instant);
  return line_;
}

void appendHead(std::string& out, const api::Response& response, const HeadPlan& plan,
                std::string_view dateLine) {
  const std::string_view line = statusLine(response.status);
  if (line.empty()) {
    out.append("HTTP/1.1 ");
    appendNumber(out, static_cast<std::uint64_t>(response.status));
    out.append(" \r\n");
  } else {
    out.append(line);
  }
  out.append(dateLine);
  if (!response.contentType.empty()) {
    out.append("Content-Type: ").append(response.contentType).append("\r\n");
  }
  for (const auto& [name, value] : response.headers) {
    if (ownedByServer(name)) continue;
    if (is(name, "etag") && plan.coding != Coding::kIdentity) {
      appendField(out, name, tagFor(value, plan.coding));
    } else if (response.status == 304 && !plan.ifNoneMatch.empty() && is(name, "etag")) {
      appendField(out, name, confirmedTag(value, plan.ifNoneMatch));
    } else {
      appendField(out, name, value);
    }
  }
  if (plan.coding != Coding::kIdentity) {
    out.append("Content-Encoding: ").append(toString(plan.coding)).append("\r\n");
  }
  if (plan.varies) out.append("Vary: Accept-Encoding\r\n");
  if (plan.framing == Framing::kLength) {
    out.append("Content-Length: ");
    appendNumber(out, plan.length);
    out.append("\r\n");
  } else if (plan.framing == Framing::kChunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  }
  if (plan.close) {
    out.append("Connection: close\r\n");
  } else if (plan.confirmKeepAlive) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

void appendChunk(std::string& out, std::string_view piece) {
  appendNumber(out, piece.size(), 16);
  out.append("\r\n").append(piece).append("\r\n");
}

}  // namespace sw::adapters::http
