#include "adapters/push/vapid.h"

#include <chrono>
#include <utility>

#include "base/base64.h"
#include "base/json.h"

namespace sw::adapters::push {

using base::Result;

namespace {

/// Tokens that are kept, one for each push service; there are few of those in the world.
constexpr std::size_t kMaxTokens = 100;

}  // namespace

Result<std::unique_ptr<Vapid>> Vapid::make(const EcKey& key, std::string subject,
                                           const base::Clock& clock) {
  SW_TRY(const auto jwk, base::json::Document::parse(key.toJwk()));
  SW_TRY(base::JwsKey signer, base::JwsKey::fromJwk(jwk.root()));
  return std::unique_ptr<Vapid>(new Vapid(
      std::move(signer), base::encodeBase64Url(key.publicPoint()), std::move(subject), clock));
}

Result<std::string> Vapid::authorization(const std::string& origin) {
  const base::Instant now = clock_.now();
  const std::lock_guard lock(mutex_);
  if (const auto known = made_.find(origin); known != made_.end() && now < known->second.until) {
    return known->second.authorization;
  }
  const auto expires =
      std::chrono::floor<std::chrono::seconds>(now + kLifetime).time_since_epoch().count();
  std::string claims;
  base::json::Writer writer(claims);
  writer.beginObject().field("aud", origin).field("exp", std::int64_t{expires});
  if (!subject_.empty()) writer.field("sub", subject_);
  writer.endObject();
  SW_TRY(const std::string token, base::signJws(claims, key_));
  if (made_.size() >= kMaxTokens) made_.clear();
  Made& made = made_[origin];
  made.authorization = "vapid t=" + token + ", k=" + publicKey_;
  made.until = now + kLifetime / 2;
  return made.authorization;
}

}  // namespace sw::adapters::push
