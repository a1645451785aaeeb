#include "obs/redact.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/text.h"

namespace sw::obs {
namespace {

constexpr std::size_t kMinSecretBytes = 6;
constexpr std::size_t kMinTokenBytes = 20;
constexpr std::size_t kMaxUserInfoBytes = 4096;

using std::string_view_literals::operator""sv;

/// Parts of names, lower case without separators, that make a name a secret's.
constexpr std::array kSecretParts = {
    "password"sv,  "passwd"sv,     "passphrase"sv, "pwd"sv,           "secret"sv,    "token"sv,
    "apikey"sv,    "privatekey"sv, "signingkey"sv, "encryptionkey"sv, "cookie"sv,    "credential"sv,
    "sessionid"sv, "csrf"sv,       "dsn"sv,        "authorization"sv, "setupcode"sv, "swsession"sv,
};
/// Whole names that are secrets only as a parameter of an address.
constexpr std::array kSecretParameters = {"code"sv,      "state"sv, "key"sv,  "sig"sv,
                                          "signature"sv, "jwt"sv,   "auth"sv, "pass"sv};

/// The bytes at which a secret may be recognised; all others are only copied.
constexpr std::array<bool, 256> kAnchors = [] {
  std::array<bool, 256> anchors{};
  for (const char c : ":=J./ -_z"sv) anchors[static_cast<unsigned char>(c)] = true;
  return anchors;
}();

bool isAlnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool isTokenChar(char c) { return isAlnum(c) || c == '_' || c == '-' || c == '.' || c == '~'; }
bool isBase64Char(char c) { return isTokenChar(c) || c == '+' || c == '/' || c == '='; }

template <class Predicate>
std::size_t runEnd(std::string_view text, std::size_t at, Predicate in) {
  while (at < text.size() && in(text[at])) ++at;
  return at;
}

struct Range {
  std::size_t begin;
  std::size_t end;
};
using Found = std::optional<Range>;

bool endsAt(std::string_view text, std::size_t end, std::string_view what) {
  return end >= what.size() && text.substr(end - what.size(), what.size()) == what;
}
bool startsWord(std::string_view text, std::size_t at) { return at == 0 || !isAlnum(text[at - 1]); }

/// `prefix` ends at `at`, begins a word, and at least `least` bytes of a token follow: all of it.
Found prefixedToken(std::string_view text, std::size_t at, std::string_view prefix,
                    std::size_t least) {
  if (!endsAt(text, at, prefix) || !startsWord(text, at - prefix.size())) return {};
  const std::size_t end = runEnd(text, at, isTokenChar);
  if (end - at < least) return {};
  return Range{at - prefix.size(), end};
}

/// "scheme://user:password@host": the password, or the whole of a user without one.
Found userInfo(std::string_view text, std::size_t colon) {
  if (text.substr(colon, 3) != "://") return {};
  const std::size_t begin = colon + 3;
  const std::size_t end = std::min(text.find_first_of(" \t\r\n\"'<>", begin), text.size());
  const std::string_view rest = text.substr(begin, std::min(end - begin, kMaxUserInfoBytes));
  const std::size_t slash = std::min(rest.find_first_of("/?#"), rest.size());
  std::size_t at = rest.substr(0, slash).rfind('@');
  const std::size_t split = rest.find(':');
  if (at == rest.npos && split < slash) {
    // A password with an unescaped slash; digits before the slash are a port instead.
    const bool port = runEnd(rest, split + 1, isAlnum) == slash &&
                      std::all_of(rest.begin() + static_cast<std::ptrdiff_t>(split) + 1,
                                  rest.begin() + static_cast<std::ptrdiff_t>(slash),
                                  [](char c) { return c >= '0' && c <= '9'; });
    if (!port) at = rest.rfind('@');
  }
  if (at == rest.npos) return {};
  return Range{split < at ? begin + split + 1 : begin, begin + at};
}

/// The value of a secret's name, after `name:`, `name=` or `"name":`.
Found namedValue(std::string_view text, std::size_t separator) {
  std::size_t nameEnd = separator;
  while (nameEnd > 0 && (text[nameEnd - 1] == '"' || text[nameEnd - 1] == '\'' ||
                         text[nameEnd - 1] == ' ' || text[nameEnd - 1] == '\\')) {
    --nameEnd;
  }
  std::size_t nameBegin = nameEnd;
  while (nameBegin > 0 && (isAlnum(text[nameBegin - 1]) || text[nameBegin - 1] == '_' ||
                           text[nameBegin - 1] == '-' || text[nameBegin - 1] == '.')) {
    --nameBegin;
  }
  const std::string_view name = text.substr(nameBegin, nameEnd - nameBegin);
  if (name.empty()) return {};
  const char before = nameBegin > 0 ? text[nameBegin - 1] : ' ';
  const bool parameter = before == '?' || before == '&' || before == '#';
  const bool listed =
      parameter && std::any_of(kSecretParameters.begin(), kSecretParameters.end(),
                               [name](auto p) { return base::equalsIgnoringCase(name, p); });
  if (!listed && !Redactor::isSecretName(name)) return {};
  std::size_t begin = runEnd(text, separator + 1, [](char c) { return c == ' ' || c == '\\'; });
  if (begin >= text.size()) return {};
  const char quote = text[begin];
  if (quote == '"' || quote == '\'') {
    ++begin;
    std::size_t end = begin;
    while (end < text.size() && text[end] != quote) end += text[end] == '\\' ? 2U : 1U;
    end = std::min(end, text.size());
    return Range{begin, end};
  }
  const std::string_view stops =
      text[separator] == '=' ? " \t\r\n\"'&#;<>"sv : " \t\r\n\"',;&<>}"sv;
  std::size_t end = std::min(text.find_first_of(stops, begin), text.size());
  for (const std::string_view scheme : {"bearer"sv, "basic"sv, "token"sv, "digest"sv}) {
    if (base::equalsIgnoringCase(text.substr(begin, end - begin), scheme) && end < text.size()) {
      begin = runEnd(text, end, [](char c) { return c == ' '; });
      end = std::min(text.find_first_of(stops, begin), text.size());
    }
  }
  if (begin == end || text.substr(begin, end - begin) == Redactor::kMask) return {};
  return Range{begin, end};
}

bool mayEndScheme(char c) { return c == 'r' || c == 'R' || c == 'c' || c == 'C'; }

/// Credentials after "Bearer " or "Basic " (RFC 6750, section 2.1; RFC 7617).
Found credentials(std::string_view text, std::size_t space) {
  const auto scheme = [&](std::string_view name) {
    return space >= name.size() &&
           base::equalsIgnoringCase(text.substr(space - name.size(), name.size()), name) &&
           startsWord(text, space - name.size());
  };
  const bool bearer = scheme("bearer");
  if (!bearer && !scheme("basic")) return {};
  const std::size_t begin = runEnd(text, space, [](char c) { return c == ' '; });
  const std::size_t end = runEnd(text, begin, isBase64Char);
  const std::string_view value = text.substr(begin, end - begin);
  if (value.size() < kMinSecretBytes) return {};
  const auto unlikeWord = [](char c) { return !(c >= 'a' && c <= 'z'); };
  if (!bearer && std::none_of(value.begin(), value.end(), unlikeWord)) return {};
  return Range{begin, end};
}

/// A JSON web token (RFC 7519): base64url of a header that begins with `{"`, then a dot.
Found webToken(std::string_view text, std::size_t j) {
  if (!endsAt(text, j, "ey") || !startsWord(text, j - 2)) return {};
  const std::size_t end = runEnd(text, j, isTokenChar);
  const std::string_view token = text.substr(j - 2, end - (j - 2));
  if (token.size() < kMinTokenBytes || token.find('.') == token.npos) return {};
  return Range{j - 2, end};
}

bool mayEndFolder(char c) { return c == '1' || c == '4' || c == 's'; }

/// Tokens in paths: feeds, chat webhooks; and Google's refresh tokens and codes.
Found pathToken(std::string_view text, std::size_t slash) {
  if (slash >= 1 && text[slash - 1] == '1' && startsWord(text, slash - 1) &&
      text.substr(slash, 2) == "//") {
    const std::size_t end = runEnd(text, slash + 2, isTokenChar);
    if (end - slash >= kMinTokenBytes) return Range{slash - 1, end};
  }
  if (slash >= 1 && text[slash - 1] == '4' && startsWord(text, slash - 1)) {
    const std::size_t end = runEnd(text, slash + 1, isTokenChar);
    if (end - slash >= kMinTokenBytes) return Range{slash - 1, end};
  }
  for (const std::string_view folder :
       {"/feeds"sv, "hooks.slack.com/services"sv, "discord.com/api/webhooks"sv}) {
    if (!endsAt(text, slash, folder)) continue;
    const bool whole = folder.find('.') != folder.npos;
    std::size_t end = std::min(
        text.find_first_of(whole ? " \t\r\n\"'<>" : " \t\r\n\"'<>/?#", slash + 1), text.size());
    if (endsAt(text, end, ".ics") && end > slash + 5) end -= 4;
    if (end > slash + 1 && text[slash + 1] != '{' && text[slash + 1] != '[') {
      return Range{slash + 1, end};
    }
  }
  return {};
}

Found privateKey(std::string_view text, std::size_t dash) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  if (text.substr(dash, kBegin.size()) != kBegin) return {};
  const std::size_t head = text.find("PRIVATE KEY-----", dash);
  if (head == text.npos || head - dash > 40) return {};
  constexpr std::string_view kEnd = "PRIVATE KEY-----";
  const std::size_t tail = text.find(kEnd, head + kEnd.size());
  return Range{dash, tail == text.npos ? text.size() : tail + kEnd.size()};
}

/// What comes before tells most texts that are no secret from those that may be one: ids are full
/// of hyphens, paths of slashes.
Found secretAt(std::string_view text, std::size_t i) {
  const char before = i > 0 ? text[i - 1] : '\0';
  Found found;
  switch (text[i]) {
    case ':': found = userInfo(text, i); return found ? found : namedValue(text, i);
    case '=': return namedValue(text, i);
    case 'J': return before == 'y' ? webToken(text, i) : Found();
    case '.': return before == '9' ? prefixedToken(text, i, "ya29", 8) : Found();
    case '/': return mayEndFolder(before) ? pathToken(text, i) : Found();
    case ' ': return mayEndScheme(before) ? credentials(text, i) : Found();
    case '-':
      if (i + 1 < text.size() && text[i + 1] == '-') found = privateKey(text, i);
      if (!found && before == 'X') found = prefixedToken(text, i, "GOCSPX", 10);
      return found || before != 'b' ? found : prefixedToken(text, i, "xoxb", 10);
    case '_':
      if (before == 'c') return prefixedToken(text, i, "whsec", 10);
      return before == 't' ? prefixedToken(text, i, "sw_pat", 10) : Found();
    case 'z': return before == 'I' ? prefixedToken(text, i, "AI", 30) : Found();
    default: return {};
  }
}

}  // namespace

/// The values, in versions that are never changed, so that readers need no lock. They are few and
/// are added when the program starts, so that old versions may stay.
class Redactor::Values {
 public:
  void add(std::string_view value) {
    const std::lock_guard lock(mutex_);
    const List* const current = current_.load(std::memory_order_relaxed);
    if (std::ranges::find(*current, value) != current->end()) return;
    List next = *current;
    next.emplace_back(value);
    // Longer ones first, so that one that holds another goes as a whole.
    std::ranges::stable_sort(next, std::greater(), &std::string::size);
    current_.store(&versions_.emplace_back(std::move(next)), std::memory_order_release);
  }
  [[nodiscard]] const std::vector<std::string>& all() const {
    return *current_.load(std::memory_order_acquire);
  }

 private:
  using List = std::vector<std::string>;

  std::mutex mutex_;
  std::deque<List> versions_{List()};
  std::atomic<const List*> current_{&versions_.front()};
};

Redactor::Redactor() : values_(std::make_shared<Values>()) {}

void Redactor::addSecret(std::string_view value) const {
  if (value.size() >= kMinSecretBytes) values_->add(value);
}

bool Redactor::isSecretName(std::string_view name) {
  std::array<char, 64> plain;
  std::size_t size = 0;
  for (const char c : name.substr(0, plain.size())) {
    if (isAlnum(c)) plain[size++] = base::toLowerAscii(c);
  }
  const std::string_view text(plain.data(), size);
  return std::any_of(kSecretParts.begin(), kSecretParts.end(),
                     [text](std::string_view part) { return text.find(part) != text.npos; });
}

void Redactor::append(std::string& out, std::string_view text) const {
  const std::size_t start = out.size();
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!kAnchors[static_cast<unsigned char>(text[i])]) continue;
    const Found found = secretAt(text, i);
    if (!found || found->end <= copied) continue;
    const std::size_t begin = std::max(found->begin, copied);
    out.append(text, copied, begin - copied).append(kMask);
    copied = found->end;
    if (copied > i) i = copied - 1;
  }
  out.append(text, copied);
  for (const std::string& secret : values_->all()) {
    for (std::size_t at = out.find(secret, start); at != out.npos;
         at = out.find(secret, at + kMask.size())) {
      out.replace(at, secret.size(), kMask);
    }
  }
}

std::string Redactor::redact(std::string_view text) const {
  std::string out;
  append(out, text);
  return out;
}

}  // namespace sw::obs
