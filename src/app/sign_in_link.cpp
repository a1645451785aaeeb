#include "app/sign_in_link.h"

#include "base/local_loop.h"

namespace sw::app {

using base::Result;

Result<std::optional<std::string>> SignInLink::make(const std::string& page, bool watched) {
  using Link = std::optional<std::string>;
  if (setupCode_) return Link();
  const auto linkOf = [&page](const std::string& code) { return Link(page + "#code=" + code); };
  SW_TRY(const std::optional<std::string> first, base::runBlocking(services_.signIn.firstStart()));
  if (first) return linkOf(*first);
  if (!watched) {
    SW_TRY(const bool signedIn, base::runBlocking(credentials_.hasLiveSession(clock_.now())));
    if (signedIn) return Link();
  }
  SW_TRY(const accounts::User owner, base::runBlocking(services_.provisioner.owner({})));
  SW_TRY(const std::string code, base::runBlocking(services_.signIn.issueCode(owner.id)));
  return linkOf(code);
}

std::string pageAddress(const std::string& publicUrl, const std::string& host, std::uint16_t port,
                        bool tls) {
  if (!publicUrl.empty()) return publicUrl.ends_with('/') ? publicUrl : publicUrl + "/";
  std::string name = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host;
  if (name.find(':') != std::string::npos) name = "[" + name + "]";
  return (tls ? "https://" : "http://") + name + ":" + std::to_string(port) + "/";
}

}  // namespace sw::app
