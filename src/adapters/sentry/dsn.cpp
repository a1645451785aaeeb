#include "adapters/sentry/dsn.h"

#include <algorithm>

namespace sw::adapters::sentry {

using base::Code;
using base::Error;
using base::Result;

namespace {

Error expected(std::string_view what) {
  return {Code::kConfiguration, std::string(what) + "; a DSN is https://KEY@HOST/PROJECT"};
}

bool isName(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

bool isServer(std::string_view text) {
  // Of an IPv6 address too; the rest is the client's to judge when it calls.
  return !text.empty() && text.front() != ':' &&
         text.find_first_of(" \t\r\n\"<>\\^`{|}@?#") == text.npos;
}

bool isPath(std::string_view text) {
  return text.find_first_of(" \t\r\n\"<>\\^`{|}@?#") == text.npos;
}

}  // namespace

Result<Dsn> Dsn::parse(std::string_view text) {
  Dsn dsn;
  const std::size_t colon = text.find("://");
  if (colon == text.npos) return expected("it does not begin with https:// or http://");
  dsn.scheme = text.substr(0, colon);
  if (dsn.scheme != "https" && dsn.scheme != "http") {
    return expected("it does not begin with https:// or http://");
  }
  text.remove_prefix(colon + 3);
  const std::size_t slash = text.find('/');
  const std::size_t at = text.substr(0, slash).rfind('@');
  if (at == text.npos) return expected("there is no key before an @");
  const std::string_view user = text.substr(0, at);
  dsn.publicKey = user.substr(0, user.find(':'));
  if (!isName(dsn.publicKey)) return expected("the key before the @ is none");
  if (slash == text.npos) return expected("there is no project behind the host");
  dsn.server = text.substr(at + 1, slash - at - 1);
  if (!isServer(dsn.server)) return expected("there is no host behind the @");
  std::string_view rest = text.substr(slash);
  while (rest.ends_with('/')) rest.remove_suffix(1);
  const std::size_t last = rest.rfind('/');
  if (last == rest.npos) return expected("there is no project behind the host");
  dsn.path = rest.substr(0, last);
  dsn.project = rest.substr(last + 1);
  if (!isName(dsn.project) || !isPath(dsn.path)) {
    return expected("there is no project behind the host");
  }
  return dsn;
}

std::string Dsn::envelopeUrl() const {
  return scheme + "://" + server + path + "/api/" + project + "/envelope/";
}

std::string Dsn::authHeader(std::string_view client) const {
  return "Sentry sentry_version=7, sentry_client=" + std::string(client) +
         ", sentry_key=" + publicKey;
}

}  // namespace sw::adapters::sentry
