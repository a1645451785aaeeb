#include "obs/auth_probe.h"

namespace sw::obs {

AuthProbe::AuthProbe(MetricCatalog& catalog, Log& log) : logger_(log.logger("auth")) {
  for (std::size_t i = 0; i < kKinds; ++i) {
    const auto kind = static_cast<Credential>(i);
    refused_.at(i) = catalog.authFailures.handle(kind, label::CredentialOutcome::kRefused);
    limited_.at(i) = catalog.authFailures.handle(kind, label::CredentialOutcome::kLimited);
  }
}

void AuthProbe::failuresLimited(Credential kind, std::string_view address,
                                std::string_view requestId) const {
  limited_.at(kind).increment();
  logger_.warn("Too many credentials of this address were not good",
               {safeField("credential", label::Credential::kValues.at(kind)),
                field("clientAddress", address), obs::requestId(requestId)});
}

}  // namespace sw::obs
