#pragma once

#include <array>
#include <string_view>

#include "obs/log.h"
#include "obs/metric_catalog.h"

namespace sw::obs {

/// What letting people in tells of itself: metric and log together. One a process; thread-safe.
class AuthProbe {
 public:
  using Credential = label::Credential::Value;

  AuthProbe(MetricCatalog& catalog, Log& log);

  /// A credential was not good.
  void credentialRefused(Credential kind) const { refused_[kind].increment(); }
  /// The same, from an address that has shown too many of them: answered 429. Logged, with a limit
  /// on how often.
  void failuresLimited(Credential kind, std::string_view address, std::string_view requestId) const;

 private:
  static constexpr std::size_t kKinds = label::Credential::kValues.size();

  Logger logger_;
  std::array<CounterHandle, kKinds> refused_;
  std::array<CounterHandle, kKinds> limited_;
};

}  // namespace sw::obs
