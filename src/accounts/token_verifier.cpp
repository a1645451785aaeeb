#include "accounts/token_verifier.h"

namespace sw::accounts {

using base::Error;
using base::JwsAlgorithm;
using base::Result;
using base::Task;

namespace {

Error unsupported(JwsAlgorithm algorithm) {
  return {base::Code::kUnauthenticated,
          "tokens signed by " + std::string(toString(algorithm)) + " are not accepted here"};
}

}  // namespace

Result<Claims> TokenVerifier::check(std::string_view token, const base::JwsKey& key) {
  SW_TRY(const std::string payload, base::verifyJws(token, key));
  const bool own = key.algorithm() == JwsAlgorithm::kHs256;
  return readClaims(payload, own ? ClaimRules{} : keys_.rules, clock_.now());
}

std::optional<Result<Claims>> TokenVerifier::verifyNow(std::string_view token) {
  auto header = base::readJwsHeader(token);
  if (!header.ok()) return header.error();
  if (header->algorithm == JwsAlgorithm::kHs256) {
    if (!keys_.secret) return unsupported(header->algorithm);
    return check(token, *keys_.secret);
  }
  if (keys_.published == nullptr) return unsupported(header->algorithm);
  const auto key = keys_.published->known(*header);
  if (!key) return std::nullopt;
  return check(token, *key);
}

Task<Result<Claims>> TokenVerifier::verify(std::string_view token) {
  if (auto now = verifyNow(token)) co_return *std::move(now);
  SW_CO_TRY(base::JwsHeader header, base::readJwsHeader(token));
  SW_CO_TRY(const base::JwsKey key, co_await keys_.published->find(std::move(header)));
  co_return check(token, key);
}

}  // namespace sw::accounts
