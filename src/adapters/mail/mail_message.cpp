#include "adapters/mail/mail_message.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "base/base64.h"
#include "base/text.h"

namespace sw::adapters::mail {
namespace {

constexpr std::string_view kEnd = "\r\n";
constexpr std::size_t kBodyLine = 76;
/// Bytes of text in one encoded word, so that it stays under 75 characters (RFC 2047, section 2).
constexpr std::size_t kWordBytes = 42;

/// UTF-8 without control characters.
std::string oneLine(std::string_view text) {
  std::string valid;
  base::appendAsUtf8(valid, text);
  for (char& c : valid) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  }
  return valid;
}

bool isPlain(std::string_view text) {
  return text.find("=?") == text.npos &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

/// An address as a header and as the envelope may hold it.
std::string addressText(std::string_view address) {
  std::string clean;
  for (const char c : address) {
    if (c > ' ' && c <= '~' && c != '<' && c != '>' && c != ',') clean += c;
  }
  return clean;
}

void header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append(kEnd);
}

/// A text with its own headers, in base64.
void entity(std::string& out, std::string_view type, std::string_view content) {
  header(out, "Content-Type", std::string(type) + "; charset=utf-8");
  header(out, "Content-Transfer-Encoding", "base64");
  out += kEnd;
  std::string valid;
  base::appendAsUtf8(valid, content);
  const std::string encoded = base::encodeBase64(valid);
  for (std::size_t i = 0; i < encoded.size(); i += kBodyLine) {
    out.append(encoded, i, kBodyLine).append(kEnd);
  }
}

void part(std::string& out, std::string_view boundary, std::string_view type,
          std::string_view content) {
  out.append("--").append(boundary).append(kEnd);
  entity(out, type, content);
}

}  // namespace

std::string_view domainOf(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == address.npos || at + 1 == address.size() ? "localhost" : address.substr(at + 1);
}

std::string mailDate(base::Instant at) {
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  const auto two = [](std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  return std::string(kDays.at(std::chrono::weekday(day).c_encoding())) + ", " +
         two(static_cast<unsigned>(date.day())) + ' ' +
         std::string(kMonths.at(static_cast<unsigned>(date.month()) - 1)) + ' ' +
         std::to_string(static_cast<int>(date.year())) + ' ' + two(time.hours().count()) + ':' +
         two(time.minutes().count()) + ':' + two(time.seconds().count()) + " +0000";
}

std::string headerText(std::string_view text) {
  std::string line = oneLine(text);
  if (isPlain(line)) return line;
  std::string out;
  for (std::string_view rest = line; !rest.empty();) {
    const std::size_t take = std::max<std::size_t>(base::utf8Prefix(rest, kWordBytes), 1);
    if (!out.empty()) out.append(kEnd).append(" ");
    out += "=?utf-8?B?" + base::encodeBase64(rest.substr(0, take)) + "?=";
    rest.remove_prefix(take);
  }
  return out;
}

std::string renderMail(const Mail& mail, std::string_view boundary) {
  std::string out;
  header(out, "Date", mailDate(mail.date));
  const std::string from = '<' + addressText(mail.from) + '>';
  const std::string name = oneLine(mail.fromName);
  const bool quotable = isPlain(name) && name.find_first_of("\"\\") == std::string::npos;
  header(out, "From",
         name.empty() ? from
         : quotable   ? '"' + name + "\" " + from
                      : headerText(name) + ' ' + from);
  std::string to;
  for (const std::string& address : mail.to) {
    if (!to.empty()) to.append(",").append(kEnd).append(" ");
    to += '<' + addressText(address) + '>';
  }
  header(out, "To", to);
  header(out, "Subject", headerText(mail.subject));
  header(out, "Message-ID", '<' + addressText(mail.messageId) + '>');
  if (!mail.thread.empty()) {
    std::string references;
    for (const std::string& id : mail.thread) {
      if (!references.empty()) references.append(kEnd).append(" ");
      references += '<' + addressText(id) + '>';
    }
    header(out, "References", references);
  }
  header(out, "Auto-Submitted", "auto-generated");  // RFC 3834: nobody's holiday answers this
  if (!mail.unsubscribe.empty()) {                  // RFC 2369, section 3.2
    header(out, "List-Unsubscribe", '<' + addressText(mail.unsubscribe) + '>');
  }
  header(out, "MIME-Version", "1.0");
  if (mail.html.empty()) {
    entity(out, "text/plain", mail.text);
    return out;
  }
  header(out, "Content-Type", "multipart/alternative; boundary=\"" + std::string(boundary) + '"');
  out += kEnd;
  part(out, boundary, "text/plain", mail.text);
  part(out, boundary, "text/html", mail.html);
  out.append("--").append(boundary).append("--").append(kEnd);
  return out;
}

}  // namespace sw::adapters::mail
