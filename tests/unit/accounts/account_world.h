#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "accounts/access_tokens.h"
#include "accounts/authenticator.h"
#include "accounts/provisioner.h"
#include "accounts/sign_in.h"
#include "accounts/token_verifier.h"
#include "base/crypto.h"
#include "base/local_loop.h"
#include "fakes/fake_account_stores.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_credential_store.h"

namespace sw::accounts {

inline constexpr std::string_view kTestSecret = "a secret of 32 bytes for the tests";

/// Remembers whom it was asked to welcome.
class CountingGift final : public WelcomeGift {
 public:
  void add(jobs::UnitOfWork&, const User& user, const std::string& timeZone,
           const std::string&) override {
    given.emplace_back(user.subject, timeZone);
  }

  std::vector<std::pair<std::string, std::string>> given;
};

/// A token of the tests' secret, valid for an hour from the fake clock's start.
inline std::string tokenFor(const std::string& subject, std::string_view more = "",
                            std::string_view secret = kTestSecret,
                            std::int64_t expires = 1767603600 + 3600) {
  const std::string payload =
      R"({"sub":")" + subject + R"(","exp":)" + std::to_string(expires) + std::string(more) + "}";
  return *base::signJws(payload, *base::JwsKey::fromSecret(secret));
}

/// Everything about accounts, on fakes.
class AccountWorld : public ::testing::Test {
 protected:
  explicit AccountWorld(std::string setupCode = "")
      : signIn_(storage_, users_, credentials_, provisioner_, authenticator_, clock_,
                {.setupCode = std::move(setupCode), .sessionLifetime = std::chrono::days(3)}) {}

  base::Result<PrincipalPointer> authenticate(const std::string& secret,
                                              Credential::Kind kind = Credential::Kind::kBearer) {
    return base::runBlocking(
        authenticator_.authenticate({kind, secret}, base::sha256(secret), "request"));
  }

  fakes::FakeClock clock_;
  fakes::FakeStorage storage_;
  fakes::FakeUserStore users_{storage_};
  fakes::FakeSettingsStore settings_{storage_};
  fakes::FakeCredentialStore credentials_{storage_};
  CountingGift gift_;
  Provisioner provisioner_{storage_, users_, settings_, gift_, clock_};
  TokenVerifier verifier_{{*base::JwsKey::fromSecret(kTestSecret), nullptr, {}}, clock_};
  Authenticator authenticator_{verifier_, provisioner_, users_, credentials_, clock_};
  AccessTokens tokens_{credentials_, authenticator_, clock_};
  SignIn signIn_;
};

}  // namespace sw::accounts
