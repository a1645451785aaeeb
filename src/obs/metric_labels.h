#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "obs/metrics.h"

/// The labels of the metric catalogue: each a name and the bounded set of its values. A label is
/// its own type, so that a value of another label does not compile in its place.
namespace sw::obs::label {

using std::string_view_literals::operator""sv;

// clang-format off
/// SW_LABEL(Type, "name", ("value"sv, …), enumerators…): a label known when it is compiled.
#define SW_LABEL_VALUES_(...) __VA_ARGS__
#define SW_LABEL(Type, name, texts, ...)                                       \
  struct Type {                                                                \
    static constexpr std::string_view kName = name;                            \
    static constexpr auto kValues = std::to_array<std::string_view>({SW_LABEL_VALUES_ texts}); \
    enum Value : std::uint16_t { __VA_ARGS__, kEnd_ };                         \
    static_assert(kValues.size() == kEnd_);                                    \
  }

SW_LABEL(HttpMethod, "method",
         ("GET"sv, "HEAD"sv, "POST"sv, "PUT"sv, "PATCH"sv, "DELETE"sv, "OPTIONS"sv, "other"sv),
         kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther);
SW_LABEL(Provider, "provider", ("google"sv, "caldav"sv), kGoogle, kCaldav);
SW_LABEL(SyncTrigger, "trigger", ("scheduled"sv, "push"sv, "manual"sv, "initial"sv),
         kScheduled, kPush, kManual, kInitial);
SW_LABEL(SyncStatus, "status", ("success"sv, "failed"sv, "skipped"sv), kSuccess, kFailed, kSkipped);
SW_LABEL(SyncMode, "mode", ("full"sv, "incremental"sv), kFull, kIncremental);
SW_LABEL(Direction, "direction", ("inbound"sv, "outbound"sv), kInbound, kOutbound);
SW_LABEL(EventAction, "action",
         ("created"sv, "updated"sv, "deleted"sv, "unchanged"sv, "conflict"sv, "error"sv),
         kCreated, kUpdated, kDeleted, kUnchanged, kConflict, kError);
SW_LABEL(CalendarCall, "operation",
         ("events.list"sv, "events.get"sv, "events.insert"sv, "events.patch"sv, "events.update"sv,
          "events.delete"sv, "events.instances"sv, "events.watch"sv, "calendarList.list"sv,
          "calendars.get"sv, "freebusy.query"sv, "channels.stop"sv, "token.refresh"sv,
          "token.revoke"sv, "caldav.options"sv, "caldav.propfind"sv, "caldav.report"sv,
          "caldav.sync"sv, "caldav.get"sv, "caldav.put"sv, "caldav.delete"sv, "caldav.mkcalendar"sv),
         kEventsList, kEventsGet, kEventsInsert, kEventsPatch, kEventsUpdate, kEventsDelete,
         kEventsInstances, kEventsWatch, kCalendarListList, kCalendarsGet, kFreebusyQuery,
         kChannelsStop, kTokenRefresh, kTokenRevoke, kCaldavOptions, kCaldavPropfind,
         kCaldavReport, kCaldavSync, kCaldavGet, kCaldavPut, kCaldavDelete, kCaldavMkcalendar);
SW_LABEL(CallFailure, "reason",
         ("rate_limit"sv, "quota"sv, "auth"sv, "not_found"sv, "gone"sv, "conflict"sv, "invalid"sv,
          "server"sv, "timeout"sv, "network"sv),
         kRateLimit, kQuota, kAuth, kNotFound, kGone, kConflict, kInvalid, kServer, kTimeout,
         kNetwork);
SW_LABEL(StreakDays, "days",
         ("0"sv, "1-2"sv, "3-6"sv, "7-13"sv, "14-29"sv, "30-99"sv, "100+"sv),
         k0, k1To2, k3To6, k7To13, k14To29, k30To99, k100AndMore);
SW_LABEL(ReminderChannel, "channel", ("webhook"sv, "email"sv, "push"sv, "in_app"sv),
         kWebhook, kEmail, kPush, kInApp);
SW_LABEL(ReminderStatus, "status", ("sent"sv, "failed"sv, "skipped"sv), kSent, kFailed, kSkipped);
SW_LABEL(ReminderKind, "kind", ("goal"sv, "event"sv, "task"sv), kGoal, kEvent, kTask);
SW_LABEL(RecommendationOutcome, "outcome",
         ("recommended"sv, "fallback"sv, "empty"sv, "error"sv),
         kRecommended, kFallback, kEmpty, kError);
SW_LABEL(TrainingStatus, "status", ("success"sv, "failed"sv, "cancelled"sv),
         kSuccess, kFailed, kCancelled);
SW_LABEL(Feedback, "feedback", ("accepted"sv, "rejected"sv, "edited"sv, "ignored"sv),
         kAccepted, kRejected, kEdited, kIgnored);
SW_LABEL(DbPool, "pool", ("read"sv, "write"sv), kRead, kWrite);
SW_LABEL(DbBackend, "backend", ("sqlite"sv, "postgresql"sv), kSqlite, kPostgresql);
SW_LABEL(DbOperation, "operation", ("select"sv, "insert"sv, "update"sv, "delete"sv, "tx"sv),
         kSelect, kInsert, kUpdate, kDelete, kTx);
SW_LABEL(DbStatus, "status", ("ok"sv, "error"sv), kOk, kError);
SW_LABEL(CacheBackend, "backend", ("memory"sv, "redis"sv), kMemory, kRedis);
SW_LABEL(CacheOperation, "operation",
         ("get"sv, "set"sv, "del"sv, "incr"sv, "expire"sv, "publish"sv),
         kGet, kSet, kDel, kIncr, kExpire, kPublish);
SW_LABEL(CacheResult, "result", ("hit"sv, "miss"sv, "ok"sv, "error"sv), kHit, kMiss, kOk, kError);
SW_LABEL(Topic, "topic",
         ("scheduling.commands"sv, "scheduling.commands.results"sv,
          "scheduling.commands.dead-letter"sv, "scheduling.events.calendar"sv,
          "scheduling.events.goals"sv, "scheduling.events.habits"sv,
          "scheduling.notifications.reminders"sv, "scheduling.notifications.calendar-updates"sv,
          "scheduling.analytics.usage"sv, "scheduling.analytics.performance"sv),
         kCommands, kCommandResults, kCommandDeadLetter, kCalendarEvents, kGoalEvents, kHabitEvents,
         kReminders, kCalendarUpdates, kUsage, kPerformance);
SW_LABEL(ConsumerGroup, "group", ("scheduling-worker-primary"sv), kPrimary);
SW_LABEL(ProduceStatus, "status", ("success"sv, "failed"sv), kSuccess, kFailed);
SW_LABEL(ConsumeStatus, "status", ("success"sv, "failed"sv, "dead_letter"sv),
         kSuccess, kFailed, kDeadLetter);
SW_LABEL(Dependency, "dependency",
         ("database"sv, "redis"sv, "kafka"sv, "google_calendar"sv, "smtp"sv),
         kDatabase, kRedis, kKafka, kGoogleCalendar, kSmtp);
SW_LABEL(LoopKind, "loop", ("http"sv, "sync"sv, "kafka"sv, "jobs"sv), kHttp, kSync, kKafka, kJobs);
SW_LABEL(ErrorClass, "class", ("critical"sv, "error"sv, "warning"sv, "info"sv),
         kCritical, kError, kWarning, kInfo);
SW_LABEL(ErrorComponent, "component",
         ("api"sv, "storage"sv, "cache"sv, "bus"sv, "sync"sv, "planning"sv, "delivery"sv,
          "process"sv),
         kApi, kStorage, kCache, kBus, kSync, kPlanning, kDelivery, kProcess);
SW_LABEL(LogLevel, "level", ("error"sv, "warn"sv, "info"sv, "debug"sv), kError, kWarn, kInfo, kDebug);
SW_LABEL(Signal, "signal", ("logs"sv, "traces"sv, "sentry"sv, "alerts"sv),
         kLogs, kTraces, kSentry, kAlerts);
SW_LABEL(DropReason, "reason",
         ("queue_full"sv, "export_failed"sv, "rate_limited"sv, "sampled"sv, "too_large"sv,
          "shutdown"sv),
         kQueueFull, kExportFailed, kRateLimited, kSampled, kTooLarge, kShutdown);
SW_LABEL(QuotaWindow, "window", ("minute_project"sv, "minute_user"sv, "day_project"sv),
         kMinuteProject, kMinuteUser, kDayProject);
SW_LABEL(ActiveWindow, "window", ("1d"sv, "7d"sv, "30d"sv), k1Day, k7Days, k30Days);
SW_LABEL(DeliveryStatus, "status", ("success"sv, "failed"sv, "dead"sv), kSuccess, kFailed, kDead);
SW_LABEL(DeliveryOutcome, "status", ("success"sv, "failed"sv), kSuccess, kFailed);
SW_LABEL(WebhookDisabled, "reason", ("gone"sv, "failing"sv), kGone, kFailing);
SW_LABEL(JobOutcome, "outcome",
         ("succeeded"sv, "retried"sv, "dead"sv, "superseded"sv, "released"sv, "unsettled"sv),
         kSucceeded, kRetried, kDead, kSuperseded, kReleased, kUnsettled);
SW_LABEL(AlertChannel, "channel", ("webhook"sv, "email"sv), kWebhook, kEmail);
SW_LABEL(WorkQueue, "queue", ("db_write"sv, "db_read"sv, "worker"sv, "mail"sv),
         kDbWrite, kDbRead, kWorker, kMail);
SW_LABEL(Sender, "sender", ("email"sv, "web_push"sv, "ntfy"sv), kEmail, kWebPush, kNtfy);
SW_LABEL(AttemptOutcome, "outcome", ("accepted"sv, "gone"sv, "refused"sv, "failed"sv, "held"sv),
         kAccepted, kGone, kRefused, kFailed, kHeld);
SW_LABEL(OverflowSource, "source",
         ("endpoint"sv, "model_version"sv, "feature"sv, "series"sv),
         kEndpoint, kModelVersion, kFeature, kSeries);
SW_LABEL(Credential, "credential",
         ("token"sv, "access_token"sv, "session"sv, "sign_in_code"sv, "setup_code"sv),
         kToken, kAccessToken, kSession, kSignInCode, kSetupCode);
SW_LABEL(CredentialOutcome, "outcome", ("refused"sv, "limited"sv), kRefused, kLimited);
#undef SW_LABEL
#undef SW_LABEL_VALUES_
// clang-format on

/// An HTTP status, three digits; whatever is none counts as 500.
struct HttpStatus {
  static constexpr std::string_view kName = "status";
  static constexpr int kFirst = 100;
  static constexpr std::size_t kCount = 500;

  class Value {
   public:
    explicit constexpr Value(int status)
        : index_(static_cast<std::uint16_t>(
              (status < kFirst || status >= kFirst + static_cast<int>(kCount) ? 500 : status) -
              kFirst)) {}
    [[nodiscard]] constexpr std::uint16_t index() const { return index_; }

   private:
    std::uint16_t index_;
  };

  static constexpr auto kDigits = [] {
    std::array<char, kCount * 3> digits{};
    for (std::size_t i = 0; i < kCount; ++i) {
      const std::size_t status = i + kFirst;
      digits[i * 3] = static_cast<char>('0' + status / 100);
      digits[i * 3 + 1] = static_cast<char>('0' + status / 10 % 10);
      digits[i * 3 + 2] = static_cast<char>('0' + status % 10);
    }
    return digits;
  }();
  static constexpr auto kValues = [] {
    std::array<std::string_view, kCount> values;
    for (std::size_t i = 0; i < kCount; ++i) values[i] = std::string_view(&kDigits[i * 3], 3);
    return values;
  }();
};

/// Labels whose values are known only when the program runs.
struct Endpoint {  // a route's template, or "unmatched"
  static constexpr std::string_view kName = "endpoint";
  static constexpr std::size_t kLimit = 256;
  using Value = DynamicValue<Endpoint>;
};
struct ModelVersion {  // the model in use and the one before
  static constexpr std::string_view kName = "model_version";
  static constexpr std::size_t kLimit = 2;
  using Value = DynamicValue<ModelVersion>;
};
struct Feature {  // of the model
  static constexpr std::string_view kName = "feature";
  static constexpr std::size_t kLimit = 12;
  using Value = DynamicValue<Feature>;
};
struct JobKind {  // of the handlers that are registered
  static constexpr std::string_view kName = "kind";
  static constexpr std::size_t kLimit = 24;
  using Value = DynamicValue<JobKind>;
};
struct Subscriber {  // of the change log, by way of the relay
  static constexpr std::string_view kName = "subscriber";
  static constexpr std::size_t kLimit = 12;
  using Value = DynamicValue<Subscriber>;
};
struct BuildVersion {
  static constexpr std::string_view kName = "version";
  static constexpr std::size_t kLimit = 1;
  using Value = DynamicValue<BuildVersion>;
};
struct BuildRevision {
  static constexpr std::string_view kName = "revision";
  static constexpr std::size_t kLimit = 1;
  using Value = DynamicValue<BuildRevision>;
};
struct BuildCompiler {
  static constexpr std::string_view kName = "compiler";
  static constexpr std::size_t kLimit = 1;
  using Value = DynamicValue<BuildCompiler>;
};

}  // namespace sw::obs::label
