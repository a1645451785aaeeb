#include "app/services.h"

#include <utility>

#include "adapters/http/url_key_source.h"

namespace sw::app {

using base::Code;
using base::Result;

Services::Services(const base::Config& config, accounts::TrustedKeys keys,
                   std::unique_ptr<accounts::KeySource> source,
                   std::unique_ptr<accounts::PublishedKeys> published, Stores& stores,
                   const base::Clock& clock)
    : keySource_(std::move(source)),
      publishedKeys(std::move(published)),
      directory(stores.calendars, stores.acl),
      calendarEditor(stores.calendars, stores.changes, clock),
      series(stores.events, kCachedSeries),
      eventReader(stores.events, directory, series),
      eventEditor(stores.events, stores.changes, clock),
      conflicts(eventReader, clock),
      freeBusy(stores.events, series),
      importer({stores.storage, stores.events, stores.imports, stores.changes}, clock),
      timeZones({stores.storage, stores.upkeep, stores.events, stores.calendars, stores.changes},
                clock),
      changeFeed(stores.changes, directory),
      welcome(calendarEditor),
      provisioner(stores.storage, stores.users, stores.settings, welcome, clock),
      verifier(std::move(keys), clock),
      authenticator(verifier, provisioner, stores.users, stores.credentials, clock),
      accessTokens(stores.credentials, authenticator, clock),
      signIn(stores.storage, stores.users, stores.credentials, provisioner, authenticator, clock,
             {.setupCode = config.auth.setupCode, .sessionLifetime = config.auth.sessionLifetime}) {
}

Result<std::unique_ptr<Services>> Services::make(const base::Config& config, const Secrets& secrets,
                                                 Stores& stores, const base::Clock& clock) {
  accounts::TrustedKeys keys;
  const auto key = base::JwsKey::fromSecret(secrets.jwt);
  if (!key.ok()) return key.error().wrap(Code::kConfiguration, "JWT_SECRET");
  keys.secret = *key;
  std::unique_ptr<accounts::KeySource> source;
  if (!config.auth.jwksFile.empty()) {
    source = std::make_unique<accounts::FileKeySource>(config.auth.jwksFile);
  } else if (!config.auth.jwksUrl.empty()) {
    source = std::make_unique<adapters::http::UrlKeySource>(config.auth.jwksUrl);
  }
  std::unique_ptr<accounts::PublishedKeys> published;
  if (source) published = std::make_unique<accounts::PublishedKeys>(*source, clock);
  keys.published = published.get();
  keys.rules = {.issuer = config.auth.jwtIssuer, .audience = config.auth.jwtAudience};
  return std::unique_ptr<Services>(new Services(config, std::move(keys), std::move(source),
                                                std::move(published), stores, clock));
}

}  // namespace sw::app
