#include "obs/trace_mask.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "base/uuid.h"

namespace sw::obs {
namespace {

constexpr std::size_t kTokenLength = 32;  // nothing this long in a path is an ordinary word
constexpr std::size_t kMaxKey = 40;       // longer names in a query are values that lack theirs
constexpr std::size_t kUuidLength = 36;
constexpr std::size_t kMaxInstanceSuffix = 20;  // "_20260131T235959Z" behind an event's id

/// What a path has before a secret.
constexpr std::array<std::string_view, 10> kBeforeSecrets = {
    "feeds",  "sign-in", "signin",      "login",  "code",
    "invite", "reset",   "unsubscribe", "verify", "push"};

int digitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Undoes percent-encoding as far as it is right, so that no spelling hides a name.
std::string decoded(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digitOf(text[i + 1]) >= 0 &&
        digitOf(text[i + 2]) >= 0) {
      plain.push_back(static_cast<char>(digitOf(text[i + 1]) * 16 + digitOf(text[i + 2])));
      i += 2;
    } else {
      plain.push_back(text[i]);
    }
  }
  return plain;
}

bool isId(std::string_view part) {
  if (part.size() < kUuidLength || part.size() > kUuidLength + kMaxInstanceSuffix) return false;
  return base::Uuid::parse(part.substr(0, kUuidLength)).has_value();
}

bool announcesSecret(std::string_view part) {
  return std::ranges::any_of(kBeforeSecrets, [part](std::string_view name) {
    return base::equalsIgnoringCase(part, name);
  });
}

void appendPath(std::string& out, std::string_view path) {
  bool hide = false;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    const std::string plain = decoded(part);
    const bool secret = (hide || plain.size() >= kTokenLength) && !isId(plain);
    out.append(secret && !part.empty() ? TraceMask::kHidden : part);
    hide = announcesSecret(plain) || (hide && part.empty());
    if (slash == std::string_view::npos) return;
    out.push_back('/');
    path.remove_prefix(slash + 1);
  }
}

void appendQuery(std::string& out, std::string_view query) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (equals > kMaxKey) {  // or there is none
      if (!pair.empty()) out.append(TraceMask::kHidden);
    } else {
      out.append(pair.substr(0, equals + 1));
      if (equals + 1 < pair.size()) out.append(TraceMask::kHidden);
    }
    if (end == std::string_view::npos) return;
    out.push_back('&');
    query.remove_prefix(end + 1);
  }
}

}  // namespace

TraceMask::TraceMask(Redactor redactor) : redactor_(std::move(redactor)) {
  base::fillRandom(userKey_);
}

void TraceMask::setUserKey(const base::Sha256& key) {
  const std::lock_guard lock(mutex_);
  userKey_ = key;
}

std::string TraceMask::url(std::string_view address) const {
  std::string out;
  out.reserve(address.size() + kHidden.size());
  const std::size_t fragment = address.find('#');
  const std::string_view whole = address.substr(0, fragment);
  const std::size_t mark = whole.find('?');
  std::string_view path = whole.substr(0, mark);
  const std::size_t scheme = path.find("://");
  if (scheme != std::string_view::npos && path.find('/') == scheme + 1) {
    const std::size_t host = scheme + 3;
    const std::size_t end = std::min(path.find('/', host), path.size());
    std::string_view authority = path.substr(host, end - host);
    const std::size_t at = authority.rfind('@');
    out.append(path.substr(0, host));
    if (at != std::string_view::npos) {
      out.append(kHidden);
      authority.remove_prefix(at);
    }
    out.append(authority);
    path.remove_prefix(end);
  }
  appendPath(out, path);
  if (mark != std::string_view::npos) {
    out.push_back('?');
    appendQuery(out, whole.substr(mark + 1));
  }
  if (fragment != std::string_view::npos) out.append("#").append(kHidden);
  return text(out);
}

std::string TraceMask::query(std::string_view given) const {
  std::string out;
  appendQuery(out, given);
  return text(out);
}

std::string TraceMask::text(std::string_view given) const {
  std::string safe = redactor_.redact(given);
  if (base::isUtf8(safe)) return safe;
  std::string clean;
  base::appendAsUtf8(clean, safe);
  return clean;
}

std::string TraceMask::user(std::string_view id) const {
  constexpr std::size_t kBytes = 8;
  base::Sha256 key;
  {
    const std::lock_guard lock(mutex_);
    key = userKey_;
  }
  const base::Sha256 hash =
      base::hmacSha256({reinterpret_cast<const char*>(key.data()), key.size()}, id);
  return base::toHex(std::span(hash).first(kBytes));
}

void TraceMask::apply(KeptTrace& trace) const {
  if (std::exchange(trace.masked, true)) return;
  std::string texts;
  texts.reserve(trace.texts.size());
  for (Attribute& attribute : trace.attributes) {
    if (!attribute.isKept()) continue;
    const std::string_view given = trace.text(attribute);
    std::string safe;
    switch (attribute.kind) {
      case Attribute::Kind::kUrl: safe = url(given); break;
      case Attribute::Kind::kQuery: safe = query(given); break;
      case Attribute::Kind::kUserId: safe = user(given); break;
      default: safe = text(given); break;
    }
    attribute.integer = static_cast<std::int64_t>(texts.size());
    attribute.size = static_cast<std::uint32_t>(safe.size());
    texts.append(safe);
  }
  trace.texts = std::move(texts);
  trace.target = url(trace.target);
  trace.requestId = text(trace.requestId);
  trace.state = text(trace.state);
}

}  // namespace sw::obs
