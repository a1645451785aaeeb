#pragma once

#include <memory>
#include <optional>

#include "accounts/access_tokens.h"
#include "accounts/authenticator.h"
#include "accounts/key_ring.h"
#include "accounts/provisioner.h"
#include "accounts/sign_in.h"
#include "accounts/token_verifier.h"
#include "app/secrets.h"
#include "app/stores.h"
#include "app/welcome_calendar.h"
#include "base/clock.h"
#include "base/config.h"
#include "calendar/calendar_directory.h"
#include "calendar/calendar_editor.h"
#include "calendar/calendar_importer.h"
#include "calendar/change_feed.h"
#include "calendar/conflicts.h"
#include "calendar/event_editor.h"
#include "calendar/event_reader.h"
#include "calendar/free_busy.h"
#include "calendar/series_cache.h"
#include "calendar/time_zone_upkeep.h"

namespace sw::app {

/// What the program can do for people, over its stores: the domain without any technology. Owned
/// by the composition root or by a command, which keep the stores longer. Thread-safe.
class Services {
 public:
  /// How many series stay compiled; about 2 KiB each.
  static constexpr std::size_t kCachedSeries = 4096;

  /// `kConfiguration` when a secret or key cannot be used. Reads no file and asks nobody.
  static base::Result<std::unique_ptr<Services>> make(const base::Config& config,
                                                      const Secrets& secrets, Stores& stores,
                                                      const base::Clock& clock);

 private:
  Services(const base::Config& config, accounts::TrustedKeys keys,
           std::unique_ptr<accounts::KeySource> source,
           std::unique_ptr<accounts::PublishedKeys> published, Stores& stores,
           const base::Clock& clock);

  const std::unique_ptr<accounts::KeySource> keySource_;

 public:
  /// Of an identity provider; null when none is configured.
  const std::unique_ptr<accounts::PublishedKeys> publishedKeys;

  calendar::CalendarDirectory directory;
  calendar::CalendarEditor calendarEditor;
  calendar::SeriesCache series;
  calendar::EventReader eventReader;
  calendar::EventEditor eventEditor;
  calendar::ConflictFinder conflicts;
  calendar::FreeBusyReader freeBusy;
  calendar::CalendarImporter importer;
  calendar::TimeZoneUpkeep timeZones;
  calendar::ChangeFeed changeFeed;

  WelcomeCalendar welcome;
  accounts::Provisioner provisioner;
  accounts::TokenVerifier verifier;
  accounts::Authenticator authenticator;
  accounts::AccessTokens accessTokens;
  accounts::SignIn signIn;
};

}  // namespace sw::app
