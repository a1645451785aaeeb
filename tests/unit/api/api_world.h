#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "accounts/access_tokens.h"
#include "accounts/activity_log.h"
#include "api/calendar_routes.h"
#include "api/change_routes.h"
#include "api/docs_routes.h"
#include "api/event_routes.h"
#include "api/free_busy_routes.h"
#include "api/service.h"
#include "api/session_routes.h"
#include "api/settings_routes.h"
#include "api/sharing_routes.h"
#include "api/stream_hub.h"
#include "api/stream_routes.h"
#include "api/token_routes.h"
#include "api/transfer_routes.h"
#include "base/jws.h"
#include "base/local_loop.h"
#include "base/worker_pool.h"
#include "calendar/calendar_directory.h"
#include "calendar/calendar_editor.h"
#include "calendar/calendar_importer.h"
#include "calendar/change_feed.h"
#include "calendar/conflicts.h"
#include "calendar/event_editor.h"
#include "calendar/event_reader.h"
#include "calendar/free_busy.h"
#include "calendar/series_cache.h"
#include "fakes/fake_account_stores.h"
#include "fakes/fake_calendar_stores.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_credential_store.h"
#include "fakes/fake_event_store.h"
#include "fakes/fake_idempotency_store.h"
#include "fakes/fake_import_store.h"
#include "goal_parts.h"
#include "habit_parts.h"
#include "job_parts.h"
#include "obs/error_reporter.h"
#include "obs/goals_probe.h"
#include "obs/health.h"
#include "obs/log.h"
#include "obs/log_sink.h"
#include "obs/metric_catalog.h"
#include "push_parts.h"
#include "reminder_parts.h"
#include "task_parts.h"
#include "webhook_parts.h"

namespace sw::api {

inline constexpr std::string_view kTestSecret = "a secret of 32 bytes for the tests";
inline constexpr std::int64_t kTestNow = 1767603600;  // where the fake clock stands

/// A token for `subject`, valid for an hour.
inline std::string tokenFor(const std::string& subject, const std::string& more = "",
                            std::string_view secret = kTestSecret,
                            std::int64_t expires = kTestNow + 3600) {
  const std::string payload =
      R"({"sub":")" + subject + R"(","exp":)" + std::to_string(expires) + more + "}";
  return *base::signJws(payload, *base::JwsKey::fromSecret(secret));
}

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// A request as a test writes it.
struct Call {
  Method method = Method::kGet;
  std::string target;
  std::string token;  // of a bearer; empty for none
  std::string body;
  HeaderList headers;
  std::string remote = "192.0.2.1";
  bool secure = false;
};

/// An answer as a client sees it.
struct Answer {
  int status = 0;
  std::string contentType;
  HeaderList headers;
  std::string body;
  bool readBody = true;  // false when the head alone was answered

  [[nodiscard]] std::string header(std::string_view name) const {
    for (const auto& [known, value] : headers) {
      if (known == name) return value;
    }
    return {};
  }
  /// The member of the body at a path of names.
  [[nodiscard]] std::string text(std::initializer_list<std::string_view> path) const {
    const auto document = base::json::Document::parse(body);
    if (!document.ok()) return "<no JSON>";
    base::json::Value value = document->root();
    for (const std::string_view name : path) value = value.find(name);
    if (value.isMissing()) return {};
    const auto text = value.asString();
    return text ? std::string(*text) : value.serialize();
  }
};

/// Swallows the log.
class NoSink final : public obs::LogSink {
 public:
  std::size_t append(std::string_view lines) override { return lines.size(); }
};

/// Gives new people their calendar, as the program does.
class PrimaryCalendar final : public accounts::WelcomeGift {
 public:
  explicit PrimaryCalendar(calendar::CalendarEditor& editor) : editor_(editor) {}
  void add(jobs::UnitOfWork& unit, const accounts::User& user, const std::string& timeZone,
           const std::string&) override {
    editor_.createPrimary(unit, user.id, timeZone, {});
  }

 private:
  calendar::CalendarEditor& editor_;
};

struct WorldOptions {
  ApiOptions api;
  RateLimiter::Limits limits{.enabled = false};
  std::string setupCode;
};

/// The whole API on fakes, and a way to call it as a server does.
class ApiWorld {
 public:
  explicit ApiWorld(WorldOptions options = {});

  Answer call(Call call);
  Answer get(const std::string& target, const std::string& token, HeaderList headers = {}) {
    return call({Method::kGet, target, token, {}, std::move(headers)});
  }
  Answer send(Method method, const std::string& target, const std::string& token,
              const std::string& body, HeaderList headers = {}) {
    headers.emplace_back("Content-Type", "application/json");
    return call({method, target, token, body, std::move(headers)});
  }
  /// The user as the store has them.
  accounts::User userOf(const std::string& subject);

  fakes::FakeClock clock;
  fakes::FakeStorage storage;
  fakes::FakeUserStore users{storage};
  fakes::FakeSettingsStore settings{storage};
  fakes::FakeCredentialStore credentials{storage};
  fakes::FakeCalendarStore calendars{storage};
  fakes::FakeAclStore acl{storage};
  fakes::FakeEventStore events{storage};
  fakes::FakeImportStore imports{storage};
  fakes::FakeChangeLog changes{storage};
  fakes::FakeIdempotencyStore answers{storage, clock};

  calendar::CalendarDirectory directory{calendars, acl};
  calendar::CalendarEditor calendarEditor{calendars, changes, clock};
  calendar::SeriesCache series{events, 64};
  calendar::EventReader eventReader{events, directory, series};
  calendar::EventEditor eventEditor{events, changes, clock};
  calendar::ConflictFinder conflicts{eventReader, clock};
  calendar::FreeBusyReader freeBusy{events, series};
  calendar::CalendarImporter importer{{storage, events, imports, changes}, clock};
  calendar::ChangeFeed changeFeed{changes, directory};

  base::WorkerPool workers{{.name = "worker"}};

  PrimaryCalendar gift{calendarEditor};
  accounts::Provisioner provisioner{storage, users, settings, gift, clock};
  accounts::TokenVerifier verifier{{*base::JwsKey::fromSecret(kTestSecret), nullptr, {}}, clock};
  accounts::Authenticator authenticator{verifier, provisioner, users, credentials, clock};
  accounts::AccessTokens tokens{credentials, authenticator, clock};
  accounts::SignIn signIn;

  CalendarServices services{
      users,     settings,       acl,         calendars,   events,
      directory, calendarEditor, eventReader, eventEditor, conflicts,
      freeBusy,  importer,       changeFeed,  workers,     "https://worker.example.org"};
  CalendarRoutes calendarRoutes{services};
  EventRoutes eventRoutes{services};
  SharingRoutes sharingRoutes{services};
  TransferRoutes transferRoutes{services};
  ChangeRoutes changeRoutes{services};
  FreeBusyRoutes freeBusyRoutes{services};
  StreamHub streamHub{clock, {}};
  StreamRoutes streamRoutes{services.changes, streamHub};
  TokenRoutes tokenRoutes{tokens};
  SettingsRoutes settingsRoutes{settings, directory, changes};
  PushParts push{storage, clock};
  JobParts jobs{storage, clock};
  WebhookParts webhooks{storage, clock};
  Router router;

  obs::Metrics metrics{clock};
  obs::MetricCatalog catalog{metrics};
  obs::Log log{{}, std::make_unique<NoSink>(), {}, clock, catalog};
  obs::HttpProbe probe{catalog, log};
  obs::Health health{{}, clock, catalog};
  obs::ErrorReporter errors{catalog, log, health, clock};
  obs::AuthProbe authProbe{catalog, log};
  obs::GoalsProbe goalsProbe{catalog, log};
  GoalParts goals{storage, settings, changes, goalsProbe, clock};
  HabitParts habits{storage, settings, changes, {catalog, log}, clock};
  TaskParts tasks{storage, {settings, changes, goals.store, catalog, log}, clock};
  ReminderParts reminders{{storage, settings, changes, jobs.store, goals.store, catalog, log},
                          clock};
  accounts::ActivityLog activity;
  RateLimiter limiter;
  SessionRoutes sessionRoutes{signIn, CredentialGuard(limiter, authProbe)};
  std::unique_ptr<Api> api;
  /// Called when a call has been admitted and its handler has not begun.
  std::function<void()> beforeHandler;
};

}  // namespace sw::api
