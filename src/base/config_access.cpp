#include <array>

#include "base/config_variable.h"

namespace sw::base::config {
namespace {

/// Any text.
Expectation text(std::string& out, std::string_view given) {
  out = given;
  return {};
}

/// The text of a key, long enough not to be guessed.
Expectation keyText(std::string& out, std::string_view given) {
  if (given.size() < 32) return "expected at least 32 bytes";
  out = given;
  return {};
}

/// 32 bytes as base64url without padding.
Expectation scalarText(std::string& out, std::string_view given) {
  constexpr std::size_t kLength = 43;
  if (given.size() != kLength) return "expected 43 letters of base64url";
  out = given;
  return {};
}

Expectation contact(std::string& out, std::string_view given) {
  if (!given.starts_with("mailto:") && !given.starts_with("https://")) {
    return "expected an address that begins with mailto: or https://";
  }
  out = given;
  return {};
}

constexpr Variable kAuth[] = {
    {.name = "JWT_SECRET",
     .type = "text",
     .fallback = "(made in DATA_DIR at the first start)",
     .description = "Key of HS256 tokens, at least 32 bytes.",
     .example = "(openssl rand -base64 48)",
     .apply = [](Config& c, std::string_view t) { return keyText(c.auth.jwtSecret, t); },
     .secrecy = Secrecy::kWhole},
    {.name = "JWT_ISSUER",
     .type = "text",
     .fallback = "",
     .description = "The claim iss that tokens must have; required with JWKS.",
     .example = "https://id.example.com",
     .apply = [](Config& c, std::string_view t) { return text(c.auth.jwtIssuer, t); }},
    {.name = "JWT_AUDIENCE",
     .type = "text",
     .fallback = "",
     .description = "The claim aud that tokens must have; required with JWKS.",
     .example = "scheduling",
     .apply = [](Config& c, std::string_view t) { return text(c.auth.jwtAudience, t); }},
    {.name = "JWKS_URL",
     .type = "address",
     .fallback = "",
     .description = "Address of the keys of RS256 and ES256 tokens.",
     .example = "https://id.example.com/jwks.json",
     .apply = [](Config& c,
                 std::string_view t) { return readUrl(c.auth.jwksUrl, t, {"http", "https"}); }},
    {.name = "JWKS_FILE",
     .type = "path",
     .fallback = "",
     .description = "File of the keys of RS256 and ES256 tokens, in place of JWKS_URL.",
     .example = "/etc/scheduling/jwks.json",
     .apply = [](Config& c, std::string_view t) { return text(c.auth.jwksFile, t); }},
    {.name = "TOKEN_ENCRYPTION_KEY",
     .type = "text",
     .fallback = "(made in DATA_DIR at the first start)",
     .description = "Key with which providers' tokens are encrypted at rest, at least 32 bytes; "
                    "the same on every copy.",
     .example = "(openssl rand -base64 32)",
     .apply = [](Config& c, std::string_view t) { return keyText(c.auth.encryptionKey, t); },
     .secrecy = Secrecy::kWhole},
    {.name = "SETUP_CODE",
     .type = "text",
     .fallback = "",
     .description = "Lets the first person at the page become owner and operator, for containers.",
     .example = "(a long random word)",
     .apply = [](Config& c, std::string_view t) { return text(c.auth.setupCode, t); },
     .secrecy = Secrecy::kWhole},
    {.name = "SESSION_LIFETIME",
     .type = "duration",
     .fallback = "30d",
     .description = "Time after which a person signs in again.",
     .example = "12h",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.auth.sessionLifetime, t, std::chrono::seconds(1));
         }},
    {.name = "OIDC_ISSUER",
     .type = "address",
     .fallback = "",
     .description = "OpenID Connect provider of the page's sign-in.",
     .example = "https://id.example.com",
     .apply = [](Config& c,
                 std::string_view t) { return readUrl(c.auth.oidcIssuer, t, {"http", "https"}); }},
    {.name = "OIDC_CLIENT_ID",
     .type = "text",
     .fallback = "",
     .description = "This service's name at the provider.",
     .example = "scheduling",
     .apply = [](Config& c, std::string_view t) { return text(c.auth.oidcClientId, t); }},
    {.name = "OIDC_CLIENT_SECRET",
     .type = "text",
     .fallback = "",
     .description = "This service's secret at the provider.",
     .example = "(keep it in a file)",
     .apply = [](Config& c, std::string_view t) { return text(c.auth.oidcClientSecret, t); },
     .secrecy = Secrecy::kWhole},
    {.name = "OIDC_SCOPES",
     .type = "list",
     .fallback = "openid,profile,email",
     .description = "What is asked of the provider.",
     .example = "openid,email",
     .apply = [](Config& c, std::string_view t) { return readList(c.auth.oidcScopes, t); }},
};

constexpr Variable kGoogle[] = {
    {.name = "GOOGLE_CLIENT_ID",
     .type = "text",
     .fallback = "",
     .description = "OAuth client of this service at Google; with it accounts can be connected.",
     .example = "123.apps.googleusercontent.com",
     .apply = [](Config& c, std::string_view t) { return text(c.google.clientId, t); }},
    {.name = "GOOGLE_CLIENT_SECRET",
     .type = "text",
     .fallback = "",
     .description = "Secret of that client.",
     .example = "(keep it in a file)",
     .apply = [](Config& c, std::string_view t) { return text(c.google.clientSecret, t); },
     .secrecy = Secrecy::kWhole},
    {.name = "GOOGLE_REDIRECT_URI",
     .type = "address",
     .fallback = "(/auth/google/callback at PUBLIC_URL)",
     .description = "Where Google sends people back to.",
     .example = "https://plan.example.com/auth/google/callback",
     .apply =
         [](Config& c, std::string_view t) {
           return readUrl(c.google.redirectUri, t, {"http", "https"});
         }},
    {.name = "GOOGLE_API_URL",
     .type = "address",
     .fallback = "https://www.googleapis.com/calendar/v3",
     .description = "Calendar API.",
     .example = "http://127.0.0.1:9999/calendar/v3",
     .apply = [](Config& c,
                 std::string_view t) { return readUrl(c.google.apiUrl, t, {"http", "https"}); }},
    {.name = "GOOGLE_TOKEN_URL",
     .type = "address",
     .fallback = "https://oauth2.googleapis.com/token",
     .description = "Where tokens are made and renewed.",
     .example = "http://127.0.0.1:9999/token",
     .apply = [](Config& c,
                 std::string_view t) { return readUrl(c.google.tokenUrl, t, {"http", "https"}); }},
    {.name = "GOOGLE_AUTH_URL",
     .type = "address",
     .fallback = "https://accounts.google.com/o/oauth2/v2/auth",
     .description = "Where people give their consent.",
     .example = "http://127.0.0.1:9999/auth",
     .apply = [](Config& c,
                 std::string_view t) { return readUrl(c.google.authUrl, t, {"http", "https"}); }},
    {.name = "GOOGLE_REVOKE_URL",
     .type = "address",
     .fallback = "https://oauth2.googleapis.com/revoke",
     .description = "Where tokens are revoked.",
     .example = "http://127.0.0.1:9999/revoke",
     .apply = [](Config& c,
                 std::string_view t) { return readUrl(c.google.revokeUrl, t, {"http", "https"}); }},
    {.name = "GOOGLE_QUOTA_MINUTE_PROJECT",
     .type = "whole number",
     .fallback = "10000",
     .description = "Calls a minute that Google allows this project.",
     .example = "5000",
     .apply =
         [](Config& c, std::string_view t) {
           return readInteger(c.google.quotaMinuteProject, t, 1, 1000000000);
         }},
    {.name = "GOOGLE_QUOTA_MINUTE_USER",
     .type = "whole number",
     .fallback = "600",
     .description = "Calls a minute that Google allows for one user.",
     .example = "300",
     .apply =
         [](Config& c, std::string_view t) {
           return readInteger(c.google.quotaMinuteUser, t, 1, 1000000000);
         }},
    {.name = "GOOGLE_QUOTA_DAY_PROJECT",
     .type = "whole number",
     .fallback = "1000000",
     .description = "Calls a day that Google allows this project.",
     .example = "500000",
     .apply =
         [](Config& c, std::string_view t) {
           return readInteger(c.google.quotaDayProject, t, 1, 1000000000);
         }},
};

constexpr Variable kLimits[] = {
    {.name = "RATE_LIMIT_ENABLED",
     .type = "yes or no",
     .fallback = "true",
     .description = "Whether requests are limited by user.",
     .example = "false",
     .apply = [](Config& c, std::string_view t) { return readBoolean(c.rateLimit.enabled, t); }},
    {.name = "RATE_LIMIT_READ",
     .type = "whole number",
     .fallback = "3000",
     .description = "Reads a minute of one user.",
     .example = "600",
     .apply =
         [](Config& c, std::string_view t) {
           return readInteger(c.rateLimit.readPerMinute, t, 1, 100000000);
         }},
    {.name = "RATE_LIMIT_WRITE",
     .type = "whole number",
     .fallback = "1200",
     .description = "Writes a minute of one user.",
     .example = "300",
     .apply =
         [](Config& c, std::string_view t) {
           return readInteger(c.rateLimit.writePerMinute, t, 1, 100000000);
         }},
    {.name = "RATE_LIMIT_HEAVY",
     .type = "whole number",
     .fallback = "120",
     .description =
         "Imports, exports, batches, plans and other long requests a minute of one user.",
     .example = "20",
     .apply =
         [](Config& c, std::string_view t) {
           return readInteger(c.rateLimit.heavyPerMinute, t, 1, 100000000);
         }},
    {.name = "RATE_LIMIT_ANONYMOUS",
     .type = "whole number",
     .fallback = "120",
     .description = "Requests a minute from one address without a user.",
     .example = "30",
     .apply =
         [](Config& c, std::string_view t) {
           return readInteger(c.rateLimit.anonymousPerMinute, t, 1, 100000000);
         }},
    {.name = "RATE_LIMIT_FAILURES",
     .type = "whole number",
     .fallback = "30",
     .description = "Credentials a minute from one address that may be wrong; what fails beyond "
                    "that is answered 429, and no sign-in code of that address is looked at.",
     .example = "10",
     .apply =
         [](Config& c, std::string_view t) {
           return readInteger(c.rateLimit.failuresPerMinute, t, 1, 100000000);
         }},
    {.name = "RATE_LIMIT_BURST",
     .type = "whole number",
     .fallback = "200",
     .description = "Requests of one kind that may come at once, where the limit of a minute is "
                    "higher; then they are let in evenly.",
     .example = "50",
     .apply = [](Config& c,
                 std::string_view t) { return readInteger(c.rateLimit.burst, t, 1, 100000000); }},
    {.name = "WEBHOOK_ALLOW_PRIVATE",
     .type = "yes, no or networks",
     .fallback = "false",
     .description = "Whether webhooks may go to private, loopback and other special addresses: to "
                    "all of them, to none, or to those in the networks listed.",
     .example = "10.20.0.0/16,fd00::/8",
     .apply =
         [](Config& c, std::string_view t) {
           return readNetworksOrAll(c.webhooks.allowPrivate, c.webhooks.allowedNetworks, t);
         }},
    {.name = "WEBHOOK_ALLOW_HTTP",
     .type = "yes or no",
     .fallback = "false",
     .description = "Whether webhooks may go to targets without TLS.",
     .example = "true",
     .apply = [](Config& c, std::string_view t) { return readBoolean(c.webhooks.allowHttp, t); }},
    {.name = "WEBHOOK_TIMEOUT",
     .type = "duration",
     .fallback = "10s",
     .description = "Time in which a webhook's target must answer.",
     .example = "5s",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.webhooks.timeout, t, std::chrono::seconds(1));
         }},
};

constexpr Variable kPush[] = {
    {.name = "VAPID_PRIVATE_KEY",
     .type = "text",
     .fallback = "(made in DATA_DIR at the first start)",
     .description = "Key with which push services know this service: a private key on P-256 in "
                    "base64url, the same on every copy. Another key ends every browser's "
                    "registration.",
     .example = "(43 letters, as npx web-push generate-vapid-keys prints)",
     .apply = [](Config& c, std::string_view t) { return scalarText(c.push.vapidKey, t); },
     .secrecy = Secrecy::kWhole},
    {.name = "VAPID_SUBJECT",
     .type = "address",
     .fallback = "(PUBLIC_URL, else ALERT_EMAIL_FROM)",
     .description = "Where operators of push services reach the operator of this one.",
     .example = "mailto:ops@company.com",
     .apply = [](Config& c, std::string_view t) { return contact(c.push.vapidSubject, t); }},
};

constexpr std::array<Group, 4> kGroups = {{
    {"Signing in", kAuth},
    {"Google Calendar", kGoogle},
    {"Limits and webhooks", kLimits},
    {"Push notifications", kPush},
}};

}  // namespace

std::span<const Group> accessGroups() { return kGroups; }

}  // namespace sw::base::config
