#include "app/api_graph.h"

#include "api/docs_routes.h"
#include "app/operations/operations_routes.h"
#include "app/web_assets.h"
#include "app/web_routes.h"

namespace sw::app {

ApiGraph::ApiGraph(const ServeSettings& settings, const std::string& publicUrl, Stores& stores,
                   Services& services, api::StreamHub& streams, jobs::CommandInbox& inbox,
                   WebhookGraph& webhooks, ChannelGraph& channels, GoalGraph& goals,
                   HabitGraph& habits, TaskGraph& tasks, ReminderGraph& reminders,
                   base::WorkerPool& workers, accounts::ActivityLog& activity, Telemetry& telemetry,
                   const base::Clock& clock)
    : limiter_(settings.limits, clock),
      calendarServices_{.users = stores.users,
                        .settings = stores.settings,
                        .acl = stores.acl,
                        .calendars = stores.calendars,
                        .events = stores.events,
                        .directory = services.directory,
                        .calendarEditor = services.calendarEditor,
                        .eventReader = services.eventReader,
                        .eventEditor = services.eventEditor,
                        .conflicts = services.conflicts,
                        .freeBusy = services.freeBusy,
                        .importer = services.importer,
                        .changes = services.changeFeed,
                        .workers = workers,
                        .publicUrl = publicUrl},
      calendarRoutes_(calendarServices_),
      eventRoutes_(calendarServices_),
      freeBusyRoutes_(calendarServices_),
      sharingRoutes_(calendarServices_),
      transferRoutes_(calendarServices_),
      changeRoutes_(calendarServices_),
      streamRoutes_(services.changeFeed, streams),
      commandRoutes_(inbox),
      jobRoutes_(stores.jobs),
      sessionRoutes_(services.signIn, api::CredentialGuard(limiter_, telemetry.authProbe)),
      settingsRoutes_(stores.settings, services.directory, stores.changes),
      tokenRoutes_(services.accessTokens),
      api_(
          {.router = fill(settings, goals, habits, tasks, reminders, webhooks, channels, telemetry),
           .authenticator = services.authenticator,
           .limiter = limiter_,
           .stores = {.storage = stores.storage, .idempotency = stores.idempotency, .clock = clock},
           .probe = telemetry.httpProbe,
           .errors = telemetry.errors,
           .authProbe = telemetry.authProbe,
           .tracer = telemetry.tracing.tracer(),
           .activity = &activity},
          settings.apiOptions) {}

const api::Router& ApiGraph::fill(const ServeSettings& settings, GoalGraph& goals,
                                  HabitGraph& habits, TaskGraph& tasks, ReminderGraph& reminders,
                                  WebhookGraph& webhooks, ChannelGraph& channels,
                                  Telemetry& telemetry) {
  calendarRoutes_.addTo(router_);
  eventRoutes_.addTo(router_);
  freeBusyRoutes_.addTo(router_);
  sharingRoutes_.addTo(router_);
  transferRoutes_.addTo(router_);
  changeRoutes_.addTo(router_);
  streamRoutes_.addTo(router_);
  commandRoutes_.addTo(router_);
  jobRoutes_.addTo(router_);
  sessionRoutes_.addTo(router_);
  settingsRoutes_.addTo(router_);
  tokenRoutes_.addTo(router_);
  webhooks.addRoutes(router_);
  goals.addRoutes(router_);
  habits.addRoutes(router_);
  tasks.addRoutes(router_);
  reminders.addRoutes(router_);
  channels.addRoutes(router_);
  addOperationsRoutes(router_, telemetry.health,
                      settings.metricsOnApi ? &telemetry.metricsEndpoint : nullptr);
  api::addDocsRoutes(router_);
  addWebRoutes(router_, webAssets());
  return router_;
}

}  // namespace sw::app
