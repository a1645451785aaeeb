#pragma once

#include <optional>
#include <string>

#include "accounts/credentials.h"
#include "app/services.h"
#include "base/clock.h"
#include "base/result.h"

namespace sw::app {

/// Decides at a start whether somebody should be shown how to sign in, and makes the code.
class SignInLink {
 public:
  /// `setupCode`: one is configured, so that nothing needs to be shown by a start.
  SignInLink(accounts::CredentialStore& credentials, Services& services, const base::Clock& clock,
             bool setupCode)
      : credentials_(credentials), services_(services), clock_(clock), setupCode_(setupCode) {}

  /// At the first start the owner is made. The address below `page` that signs the owner in once,
  /// when it is the first start, somebody watches, or nobody is signed in; else nothing. Nothing
  /// either when a set-up code is configured. Fails as the stores do. Blocks.
  base::Result<std::optional<std::string>> make(const std::string& page, bool watched);

 private:
  accounts::CredentialStore& credentials_;
  Services& services_;
  const base::Clock& clock_;
  const bool setupCode_;
};

/// The address of the page: PUBLIC_URL, else of the listener, where every address of the machine
/// (0.0.0.0, ::) is shown as the loopback one. Ends with a slash.
std::string pageAddress(const std::string& publicUrl, const std::string& host, std::uint16_t port,
                        bool tls);

}  // namespace sw::app
