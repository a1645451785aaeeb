#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "accounts/access_tokens.h"
#include "accounts/claims.h"
#include "app/commands/command.h"
#include "app/commands/command_data.h"
#include "app/commands/console.h"
#include "base/config_values.h"
#include "base/local_loop.h"
#include "base/time_format.h"

namespace sw::app {
namespace {

using accounts::AccessScope;
using base::Code;
using base::Error;
using base::Result;

struct TokenOptions {
  std::string user;
  std::string name = "command line";
  std::vector<std::string> scopes{"read", "write"};
  std::string expires;
};

/// A duration from now ("30d") or a time ("2027-01-01T00:00:00Z").
Result<base::Instant> readExpiry(const std::string& text, base::Instant now) {
  if (const auto time = base::parseDateTime(text); time && time->offset) {
    const base::Instant expires(base::UtcSeconds(time->local.time_since_epoch() - *time->offset));
    if (expires > now) return expires;
    return Error(Code::kInvalid, "--expires: must lie in the future");
  }
  std::chrono::milliseconds lifetime{};
  if (base::config::readDuration(lifetime, text, std::chrono::days(1)) || lifetime.count() <= 0) {
    return Error(Code::kInvalid,
                 "--expires: expected a duration as 30d, or a time as 2027-01-01T00:00:00Z");
  }
  return now + lifetime;
}

Result<accounts::AccessTokenRequest> requestOf(const TokenOptions& options, base::Instant now) {
  accounts::AccessTokenRequest request;
  request.name = options.name;
  for (const std::string& name : options.scopes) {
    const auto scope = accounts::parseAccessScope(name);
    if (!scope) {
      return Error(Code::kInvalid,
                   "--scope: expected read, write or operator, got \"" + name + "\"");
    }
    request.scopes.add(*scope);
  }
  if (!options.expires.empty()) {
    SW_TRY(request.expires, readExpiry(options.expires, now));
  }
  return request;
}

Result<accounts::User> userOf(CommandData& data, const std::string& subject) {
  auto known = findUser(data, subject);
  if (known.ok() || known.error().code() != Code::kNotFound) return known;
  accounts::Claims claims;
  claims.subject = subject;
  SW_TRY(accounts::User made,
         base::runBlocking(data.services->provisioner.userFor(std::move(claims), {})));
  noteLine("made the user \"" + subject + "\"");
  return made;
}

Result<void> createToken(const TokenOptions& options, const Invocation& invocation) {
  SW_TRY(const auto data, openData(invocation));
  SW_TRY(const accounts::AccessTokenRequest request, requestOf(options, data->clock.now()));
  SW_TRY(const accounts::User user, userOf(*data, options.user));
  if (request.scopes.has(AccessScope::kOperator) && user.role != accounts::UserRole::kOperator) {
    return Error(Code::kForbidden, "the user \"" + options.user +
                                       "\" is no operator, so a token of theirs cannot be one's");
  }
  const auto unit = data->stores->storage.begin();
  const auto created = data->services->accessTokens.issue(*unit, user.id, request);
  SW_CHECK(base::runBlocking(unit->commit()));
  printLine(created.secret);
  return {};
}

}  // namespace

void addToken(CLI::App& parser, Action& chosen) {
  CLI::App* command = parser.add_subcommand("token", "Access tokens for programs.");
  command->require_subcommand(1);
  const auto options = std::make_shared<TokenOptions>();
  CLI::App* create = command->add_subcommand(
      "create",
      "Make an access token and print it; it cannot be shown again. A user who is not "
      "known yet is made, with a primary calendar.");
  create->add_option("--user", options->user, "Whose: the sub of their tokens, or owner.")
      ->required()
      ->type_name("SUB");
  create
      ->add_option("--scope", options->scopes,
                   "What it may do: read, write (includes read), operator; several by commas.")
      ->type_name("SCOPE")
      ->delimiter(',')
      ->default_str("read,write");
  create
      ->add_option("--expires", options->expires,
                   "When it ends: a duration as 30d, or a time as 2027-01-01T00:00:00Z; never "
                   "without it.")
      ->type_name("WHEN");
  create->add_option("--name", options->name, "By what a list of tokens calls it.")
      ->type_name("TEXT")
      ->capture_default_str();
  create->fallthrough();
  create->callback([options, &chosen] {
    chosen = [options](const Invocation& invocation) {
      const auto done = createToken(*options, invocation);
      if (done.ok()) return kExitSuccess;
      complainOf(done.error());
      return done.error().code() == Code::kInvalid         ? kExitUsage
             : done.error().code() == Code::kConfiguration ? kExitConfiguration
                                                           : kExitFailure;
    };
  });
}

}  // namespace sw::app
