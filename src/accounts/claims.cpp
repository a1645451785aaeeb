#include "accounts/claims.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"

namespace sw::accounts {
namespace {

using base::json::Value;

constexpr std::size_t kMaxSubject = 255;
constexpr std::size_t kMaxText = 320;
// The year 9999: what lies beyond is no date that this program can mean.
constexpr double kMaxSeconds = 253402300799.0;

base::Error refused(std::string why) { return {base::Code::kUnauthenticated, std::move(why)}; }

/// A NumericDate (RFC 7519, section 2); fractions are cut.
std::optional<base::Instant> dateOf(Value value) {
  const auto seconds = value.asNumber();
  if (!seconds || !std::isfinite(*seconds) || *seconds < 0) return std::nullopt;
  const double inRange = std::min(*seconds, kMaxSeconds);
  return base::Instant(std::chrono::seconds(static_cast<std::int64_t>(inRange)));
}

bool isPlain(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::string textOf(Value value) {
  const auto text = value.asString();
  if (!text || text->size() > kMaxText || !isPlain(*text)) return {};
  return std::string(*text);
}

bool holdsAudience(Value audience, std::string_view wanted) {
  if (audience.asString() == wanted) return true;
  if (!audience.isArray()) return false;
  for (std::size_t i = 0; i < audience.size(); ++i) {
    if (audience.at(i).asString() == wanted) return true;
  }
  return false;
}

base::Result<void> checkRules(Value claims, const ClaimRules& rules) {
  if (!rules.issuer.empty() && claims.find("iss").asString() != rules.issuer) {
    return refused("the token is of another issuer");
  }
  if (!rules.audience.empty() && !holdsAudience(claims.find("aud"), rules.audience)) {
    return refused("the token is for another audience");
  }
  return {};
}

base::Result<base::Instant> checkTimes(Value claims, base::Instant now) {
  const auto expires = dateOf(claims.find("exp"));
  if (!expires) return refused("the token does not say when it expires (exp)");
  if (now >= *expires + kClockLeeway) return refused("the token has expired");
  const Value notBefore = claims.find("nbf");
  if (!notBefore.isMissing()) {
    const auto from = dateOf(notBefore);
    if (!from || now + kClockLeeway < *from) return refused("the token is not valid yet");
  }
  return *expires;
}

/// Some issuers write the flag as text.
bool isTrue(Value value) { return value.asBool() == true || value.asString() == "true"; }

}  // namespace

base::Result<Claims> readClaims(std::string_view payload, const ClaimRules& rules,
                                base::Instant now) {
  const auto document = base::json::Document::parse(payload);
  if (!document.ok() || !document->root().isObject()) {
    return refused("the token's payload is not a JSON object");
  }
  const Value root = document->root();
  Claims claims;
  SW_TRY(claims.expires, checkTimes(root, now));
  SW_CHECK(checkRules(root, rules));
  const auto subject = root.find("sub").asString();
  if (!subject || subject->empty() || subject->size() > kMaxSubject || !isPlain(*subject)) {
    return refused("the token does not name its user (sub)");
  }
  claims.subject = *subject;
  claims.isOperator = root.find("role").asString() == "operator";
  claims.email = base::toLowerAscii(textOf(root.find("email")));
  if (claims.email.find('@') == std::string::npos) claims.email.clear();
  claims.emailVerified = !claims.email.empty() && isTrue(root.find("email_verified"));
  claims.name = textOf(root.find("name"));
  const std::string zone = textOf(root.find("zoneinfo"));
  if (!zone.empty() && base::Zone::find(zone).ok()) claims.timeZone = zone;
  return claims;
}

}  // namespace sw::accounts
