#pragma once

#include <string>

#include "api/calendar_routes.h"
#include "api/calendar_services.h"
#include "api/change_routes.h"
#include "api/command_routes.h"
#include "api/event_routes.h"
#include "api/free_busy_routes.h"
#include "api/job_routes.h"
#include "api/rate_limiter.h"
#include "api/router.h"
#include "api/service.h"
#include "api/session_routes.h"
#include "api/settings_routes.h"
#include "api/sharing_routes.h"
#include "api/stream_hub.h"
#include "api/stream_routes.h"
#include "api/token_routes.h"
#include "api/transfer_routes.h"
#include "app/channel_graph.h"
#include "app/goal_graph.h"
#include "app/habit_graph.h"
#include "app/reminder_graph.h"
#include "app/serve_settings.h"
#include "app/services.h"
#include "app/stores.h"
#include "app/task_graph.h"
#include "app/telemetry.h"
#include "app/webhook_graph.h"
#include "base/worker_pool.h"

namespace sw::app {

/// The API over the services: every route in one table, and what serves it. Owned by the
/// composition root, which keeps the parts longer. Thread-safe once made.
class ApiGraph {
 public:
  /// `publicUrl` is where clients reach the service, without a slash at the end.
  ApiGraph(const ServeSettings& settings, const std::string& publicUrl, Stores& stores,
           Services& services, api::StreamHub& streams, jobs::CommandInbox& inbox,
           WebhookGraph& webhooks, ChannelGraph& channels, GoalGraph& goals, HabitGraph& habits,
           TaskGraph& tasks, ReminderGraph& reminders, base::WorkerPool& workers,
           accounts::ActivityLog& activity, Telemetry& telemetry, const base::Clock& clock);
  ApiGraph(const ApiGraph&) = delete;
  ApiGraph& operator=(const ApiGraph&) = delete;

  [[nodiscard]] api::RequestHandler& handler() { return api_; }
  [[nodiscard]] const api::Router& router() const { return router_; }

 private:
  const api::Router& fill(const ServeSettings& settings, GoalGraph& goals, HabitGraph& habits,
                          TaskGraph& tasks, ReminderGraph& reminders, WebhookGraph& webhooks,
                          ChannelGraph& channels, Telemetry& telemetry);

  api::RateLimiter limiter_;
  api::CalendarServices calendarServices_;
  api::CalendarRoutes calendarRoutes_;
  api::EventRoutes eventRoutes_;
  api::FreeBusyRoutes freeBusyRoutes_;
  api::SharingRoutes sharingRoutes_;
  api::TransferRoutes transferRoutes_;
  api::ChangeRoutes changeRoutes_;
  api::StreamRoutes streamRoutes_;
  api::CommandRoutes commandRoutes_;
  api::JobRoutes jobRoutes_;
  api::SessionRoutes sessionRoutes_;
  api::SettingsRoutes settingsRoutes_;
  api::TokenRoutes tokenRoutes_;
  api::Router router_;
  api::Api api_;
};

}  // namespace sw::app
