#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/authenticator.h"
#include "accounts/credentials.h"
#include "accounts/provisioner.h"
#include "accounts/user.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "jobs/unit_of_work.h"

namespace sw::accounts {

/// Signs people in at the page: by a code that works once, or by the set-up code while there is
/// no owner. Thread-safe.
class SignIn {
 public:
  static constexpr std::chrono::minutes kCodeLifetime{10};

  struct Options {
    std::string setupCode{};  // empty: there is none
    std::chrono::milliseconds sessionLifetime{std::chrono::days(30)};
  };

  SignIn(jobs::Storage& storage, UserStore& users, CredentialStore& credentials,
         Provisioner& provisioner, Authenticator& authenticator, const base::Clock& clock,
         Options options)
      : storage_(storage),
        users_(users),
        credentials_(credentials),
        provisioner_(provisioner),
        authenticator_(authenticator),
        clock_(clock),
        options_(std::move(options)) {}

  /// What a sign-in adds to a unit, and what the browser gets for it.
  struct Opened {
    std::unique_ptr<jobs::UnitOfWork> unit;  // for `finish`
    User user;
    Session session;
    std::string secret;  // the cookie's value
    bool makesOwner = false;
  };
  /// `kUnauthenticated` when the code is wrong, used or expired. Nothing is written before
  /// `finish`.
  base::Task<base::Result<Opened>> byCode(std::string code);
  /// Makes the owner, together with the session. `kUnauthenticated` when the code is wrong or none
  /// is configured, `kForbidden` when there is an owner already. Nothing is written before
  /// `finish`.
  base::Task<base::Result<Opened>> bySetupCode(std::string code, std::string requestId);
  /// Commits what the sign-in writes, all of it or nothing. `kUnauthenticated` when the code was
  /// used meanwhile, `kForbidden` when somebody else became the owner meanwhile, else fails as the
  /// store does.
  base::Task<base::Result<void>> finish(Opened& opened);

  /// Adds the end of a session to `unit`; call `closed` when it is committed.
  void close(jobs::UnitOfWork& unit, const Principal& session);
  void closed(const Principal& session) { authenticator_.forget(session.hash); }

  [[nodiscard]] std::chrono::milliseconds sessionLifetime() const {
    return options_.sessionLifetime;
  }

  /// A new code for that user, committed. For links that the program prints.
  base::Task<base::Result<std::string>> issueCode(base::Uuid userId);
  /// At the start of the program: makes the owner when there is no user at all and no set-up
  /// code, and answers a code to sign in with; nothing when there are users.
  base::Task<base::Result<std::optional<std::string>>> firstStart();

 private:
  [[nodiscard]] Opened open() const;
  void addSession(Opened& opened, User user);

  jobs::Storage& storage_;
  UserStore& users_;
  CredentialStore& credentials_;
  Provisioner& provisioner_;
  Authenticator& authenticator_;
  const base::Clock& clock_;
  const Options options_;
};

}  // namespace sw::accounts
