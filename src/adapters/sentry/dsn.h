#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sw::adapters::sentry {

/// Where errors are reported and as whom: a Sentry DSN,
/// "https://KEY@HOST[:PORT][/PATH]/PROJECT" (develop.sentry.dev/sdk/overview, "Parsing the DSN").
/// A secret after the key, which old ones have, is read over.
struct Dsn {
  std::string scheme;     // http or https
  std::string publicKey;  // letters, digits, "-", "_"
  std::string server;     // host, with the port where there is one
  std::string path;       // before the project; "" or "/path"
  std::string project;

  /// What is expected of a DSN in `kConfiguration`; no message holds the DSN.
  static base::Result<Dsn> parse(std::string_view text);

  /// Where envelopes go.
  [[nodiscard]] std::string envelopeUrl() const;
  /// The value of X-Sentry-Auth; `client` is "name/version".
  [[nodiscard]] std::string authHeader(std::string_view client) const;
};

}  // namespace sw::adapters::sentry
