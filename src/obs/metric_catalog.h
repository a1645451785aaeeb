#pragma once

#include "obs/metric_buckets.h"
#include "obs/metric_labels.h"
#include "obs/metrics.h"
#include "obs/task_metrics.h"

namespace sw::obs {

/// Every metric of the program: this file and those of its parts alone name one. Made once a
/// process by the composition root, with the Metrics it counts in, which it must not outlive.
/// `handle(...)` takes a value of each label of its family. docs/metrics.md is generated from here.
class MetricCatalog {
 public:
  explicit MetricCatalog(Metrics& metrics);

  Metrics& metrics() { return metrics_; }

 private:
  Metrics& metrics_;

 public:
  // HTTP server.
  Counter<label::HttpMethod, label::Endpoint, label::HttpStatus> apiRequests{
      metrics_,
      {.name = "scheduling_api_requests_total",
       .help = "Total number of API requests",
       .where = "HTTP server, once a request when its answer or its abort (499) is final",
       .preset = false}};
  Histogram<label::HttpMethod, label::Endpoint> apiRequestDuration{
      metrics_,
      {.name = "scheduling_api_request_duration_seconds",
       .help = "API request duration in seconds",
       .where = "HTTP server, from the first byte read to the last written (of a stream: the head)",
       .buckets = buckets::kRequestSeconds}};
  Histogram<label::HttpMethod, label::Endpoint> apiRequestSize{
      metrics_,
      {.name = "scheduling_api_request_size_bytes",
       .help = "Request payload size in bytes",
       .where = "HTTP server, body bytes read",
       .buckets = buckets::kBodyBytes}};
  Histogram<label::HttpMethod, label::Endpoint> apiResponseSize{
      metrics_,
      {.name = "scheduling_api_response_size_bytes",
       .help = "Response payload size in bytes",
       .where = "HTTP server, body bytes written, after compression",
       .buckets = buckets::kBodyBytes}};
  Gauge<label::Endpoint> streamsOpen{metrics_,
                                     {.name = "scheduling_api_streams_open",
                                      .help = "Open long-lived answers",
                                      .where = "HTTP server, at begin and end of a stream"}};
  Histogram<label::Endpoint> streamLifetime{metrics_,
                                            {.name = "scheduling_api_stream_lifetime_seconds",
                                             .help = "Lifetime of long-lived answers in seconds",
                                             .where = "HTTP server, at the end of a stream",
                                             .buckets = buckets::kLifetimeSeconds}};

  // Calendar sync.
  Counter<label::Provider, label::SyncTrigger, label::SyncStatus> calendarSync{
      metrics_,
      {.name = "scheduling_calendar_sync_total",
       .help = "Total calendar sync operations",
       .where = "sync engine, once a run at its end"}};
  Histogram<label::Provider, label::SyncMode> calendarSyncDuration{
      metrics_,
      {.name = "scheduling_calendar_sync_duration_seconds",
       .help = "Sync operation duration in seconds",
       .where = "sync engine, at the end of a run",
       .buckets = buckets::kSyncSeconds}};
  Counter<label::Direction, label::EventAction> calendarEventsProcessed{
      metrics_,
      {.name = "scheduling_calendar_events_processed_total",
       .help = "Events processed by calendar sync",
       .where = "sync engine, for each event after its commit"}};
  Counter<label::CalendarCall> calendarApiCalls{
      metrics_,
      {.name = "scheduling_calendar_api_calls_total",
       .help = "Google Calendar API calls (every attempt, retries included)",
       .where = "HTTP client of the calendar providers, for each attempt"}};
  Counter<label::CalendarCall, label::CallFailure> calendarApiErrors{
      metrics_,
      {.name = "scheduling_calendar_api_errors_total",
       .help = "Google Calendar API errors (attempts that failed)",
       .where = "HTTP client of the calendar providers, for each failed attempt"}};
  Gauge<label::QuotaWindow> calendarApiQuotaLimit{metrics_,
                                                  {.name = "scheduling_calendar_api_quota_limit",
                                                   .help = "Configured Google quota",
                                                   .where = "configuration",
                                                   .scope = MetricScope::kCluster}};
  Gauge<> calendarsConnected{metrics_,
                             {.name = "scheduling_calendars_connected",
                              .help = "Calendars with sync enabled",
                              .where = "sync engine",
                              .scope = MetricScope::kCluster}};
  Histogram<> calendarSyncStaleness{
      metrics_,
      {.name = "scheduling_calendar_sync_staleness_seconds",
       .help = "Age of the last successful sync of a calendar, observed every minute",
       .where = "sync engine, for each calendar every minute",
       .buckets = buckets::kStalenessSeconds}};

  // Goals, habits, reminders.
  Counter<> goalsCreated{metrics_,
                         {.name = "scheduling_goals_created_total",
                          .help = "Goals created",
                          .where = "goals, after the commit"}};
  Counter<> goalsCompleted{metrics_,
                           {.name = "scheduling_goals_completed_total",
                            .help = "Goals completed",
                            .where = "goals, after the commit"}};
  Counter<> habitsCreated{metrics_,
                          {.name = "scheduling_habits_created_total",
                           .help = "Habits created",
                           .where = "habits, after the commit"}};
  Counter<> habitsCompleted{metrics_,
                            {.name = "scheduling_habits_completed_total",
                             .help = "Habit completions",
                             .where = "habits, after the commit"}};
  TaskMetrics tasks{metrics_};
  Gauge<label::StreakDays> habitStreaksCurrent{
      metrics_,
      {.name = "scheduling_habit_streaks_current",
       .help = "Active habits by the length of their current streak in elapsed days",
       .where = "habits, one query over stored streaks",
       .scope = MetricScope::kCluster}};
  Counter<label::ReminderChannel, label::ReminderStatus> habitRemindersSent{
      metrics_,
      {.name = "scheduling_habit_reminders_sent_total",
       .help = "Reminders sent",
       .where = "reminder dispatcher, when a series of delivery attempts ends"}};
  Counter<label::ReminderKind, label::ReminderChannel, label::ReminderStatus> remindersSent{
      metrics_,
      {.name = "scheduling_reminders_sent_total",
       .help = "Reminders sent for goals, events and tasks",
       .where = "reminder dispatcher, when a series of delivery attempts ends"}};
  Histogram<> habitReminderDelay{
      metrics_,
      {.name = "scheduling_habit_reminder_delay_seconds",
       .help = "Delivery time of a habit reminder minus its due time, in seconds",
       .where = "reminder dispatcher, at delivery",
       .buckets = buckets::kDelaySeconds}};
  Counter<label::Sender, label::AttemptOutcome> channelAttempts{
      metrics_,
      {.name = "scheduling_channel_attempts_total",
       .help = "Attempts to hand a reminder to a mail server or to a device's push server",
       .where = "senders of the reminder channels, for each mail or device"}};
  Histogram<label::Sender> channelAttemptDuration{
      metrics_,
      {.name = "scheduling_channel_attempt_duration_seconds",
       .help = "Time of one call to a mail or push server, in seconds",
       .where = "senders of the reminder channels",
       .buckets = buckets::kRequestSeconds}};
  Gauge<label::Sender> channelCircuitsOpen{
      metrics_,
      {.name = "scheduling_channel_circuits_open",
       .help = "Mail and push servers that are not called for a while, since calls to them failed",
       .where = "senders of the reminder channels"}};
  Gauge<label::ActiveWindow> activeUsers{metrics_,
                                         {.name = "scheduling_active_users",
                                          .help = "Distinct users active in the window",
                                          .where = "each copy, once a minute, from the database",
                                          .scope = MetricScope::kCluster}};

  // Recommendations.
  Counter<label::ModelVersion, label::RecommendationOutcome> mlRecommendations{
      metrics_,
      {.name = "scheduling_ml_recommendations_total",
       .help = "ML recommendations generated",
       .where = "recommender, once a request"}};
  Histogram<label::ModelVersion> mlRecommendationConfidence{
      metrics_,
      {.name = "scheduling_ml_recommendation_confidence",
       .help = "Confidence of the best recommended slot, 0 to 1",
       .where = "recommender, once a request that recommends",
       .buckets = buckets::kConfidence}};
  Histogram<label::ModelVersion> mlModelInferenceDuration{
      metrics_,
      {.name = "scheduling_ml_model_inference_duration_seconds",
       .help = "ML inference time in seconds",
       .where = "recommender, around the forward pass alone",
       .buckets = buckets::kInferenceSeconds}};
  Histogram<label::TrainingStatus> mlTrainingDuration{
      metrics_,
      {.name = "scheduling_ml_training_duration_seconds",
       .help = "Model training time in seconds",
       .where = "trainer, at the end of a run",
       .buckets = buckets::kTrainingSeconds}};
  Gauge<label::Feature> mlFeaturePsi{
      metrics_,
      {.name = "scheduling_ml_feature_psi",
       .help = "Population stability index of a feature against the training set",
       .where = "hourly job",
       .scope = MetricScope::kCluster}};
  Counter<label::ModelVersion, label::Feedback> mlRecommendationFeedback{
      metrics_,
      {.name = "scheduling_ml_recommendation_feedback_total",
       .help = "What users did with recommendations",
       .where = "API, for each feedback"}};
  Gauge<label::ModelVersion> mlModelTrainedTimestamp{
      metrics_,
      {.name = "scheduling_ml_model_trained_timestamp_seconds",
       .help = "When the model was trained, seconds since 1970",
       .where = "model loader"}};

  // Database, cache, bus, queues.
  Gauge<label::DbPool> dbConnectionsActive{metrics_,
                                           {.name = "scheduling_db_connections_active",
                                            .help = "Database connections checked out of the pool",
                                            .where = "pool, at acquire and release"}};
  Gauge<label::DbPool> dbConnectionsMax{metrics_,
                                        {.name = "scheduling_db_connections_max",
                                         .help = "Size of the connection pool",
                                         .where = "pool, at its start"}};
  Gauge<label::DbPool> dbConnectionsWaiting{metrics_,
                                            {.name = "scheduling_db_connections_waiting",
                                             .help = "Callers that wait for a connection",
                                             .where = "pool"}};
  Histogram<label::DbBackend, label::DbOperation, label::DbStatus> dbQueryDuration{
      metrics_,
      {.name = "scheduling_db_query_duration_seconds",
       .help = "Database query duration in seconds",
       .where = "statement wrapper, waiting for locks included",
       .buckets = buckets::kQuerySeconds}};
  Histogram<> dbCommitGroupSize{metrics_,
                                {.name = "scheduling_db_commit_group_size",
                                 .help = "Writes that shared one commit",
                                 .where = "writer thread, at each commit",
                                 .buckets = buckets::kGroupSizes}};
  Gauge<label::WorkQueue> queueLength{metrics_,
                                      {.name = "scheduling_queue_length",
                                       .help = "Entries of a bounded queue",
                                       .where = "queue, when it changes"}};
  Histogram<label::WorkQueue> queueWait{
      metrics_,
      {.name = "scheduling_queue_wait_seconds",
       .help = "Time an entry waited in a bounded queue, in seconds",
       .where = "queue, when an entry is taken out",
       .buckets = buckets::kQuerySeconds}};
  Counter<label::WorkQueue> queueRejected{metrics_,
                                          {.name = "scheduling_queue_rejected_total",
                                           .help = "Entries refused by a full queue",
                                           .where = "queue, at refusal"}};
  Counter<label::CacheBackend, label::CacheOperation, label::CacheResult> redisOperations{
      metrics_,
      {.name = "scheduling_redis_operations_total",
       .help = "Cache operations, of Redis or of the embedded memory cache",
       .where = "cache client"}};
  Counter<label::Topic, label::ProduceStatus> kafkaMessagesProduced{
      metrics_,
      {.name = "scheduling_kafka_messages_produced_total",
       .help = "Messages produced, to Kafka or to the embedded queue",
       .where = "delivery report"}};
  Counter<label::ConsumerGroup, label::Topic, label::ConsumeStatus> kafkaMessagesConsumed{
      metrics_,
      {.name = "scheduling_kafka_messages_consumed_total",
       .help = "Messages consumed",
       .where = "consumer, after the handler and the commit of the offset"}};
  Gauge<label::ConsumerGroup, label::Topic> kafkaConsumerLagMessages{
      metrics_,
      {.name = "scheduling_kafka_consumer_lag_messages",
       .help = "Messages behind the end of the log",
       .where = "consumer"}};
  Gauge<label::ConsumerGroup, label::Topic> kafkaConsumerLagSeconds{
      metrics_,
      {.name = "scheduling_kafka_consumer_lag_seconds",
       .help = "Age of the oldest message not consumed, in seconds",
       .where = "consumer"}};
  Gauge<> outboxPending{metrics_,
                        {.name = "scheduling_outbox_pending",
                         .help = "Outbox rows not yet published",
                         .where = "outbox relay",
                         .scope = MetricScope::kCluster}};
  Gauge<> outboxOldestAge{metrics_,
                          {.name = "scheduling_outbox_oldest_age_seconds",
                           .help = "Age of the oldest outbox row not yet published, in seconds",
                           .where = "outbox relay",
                           .scope = MetricScope::kCluster}};
  Counter<label::Subscriber> outboxRelayed{
      metrics_,
      {.name = "scheduling_outbox_relayed_total",
       .help = "Changes that a subscriber was told of and took",
       .where = "outbox relay, after the commit of a batch"}};
  Counter<label::Subscriber> outboxFailures{
      metrics_,
      {.name = "scheduling_outbox_failures_total",
       .help = "Batches of changes that a subscriber did not take; they are told again",
       .where = "outbox relay"}};
  Counter<label::DeliveryStatus> webhookDeliveries{metrics_,
                                                   {.name = "scheduling_webhook_deliveries_total",
                                                    .help = "Outgoing webhook deliveries",
                                                    .where = "webhook sender"}};
  Histogram<label::DeliveryOutcome> webhookDuration{
      metrics_,
      {.name = "scheduling_webhook_delivery_duration_seconds",
       .help = "Time of one attempt to deliver a webhook, in seconds",
       .where = "webhook sender, an attempt from looking up the name to the end of the answer",
       .buckets = buckets::kRequestSeconds}};
  Gauge<> webhookCircuitsOpen{
      metrics_,
      {.name = "scheduling_webhook_circuits_open",
       .help = "Webhooks whose target fails so often that calls to it are held back",
       .where = "webhook sender"}};
  Counter<label::WebhookDisabled> webhooksDisabled{
      metrics_,
      {.name = "scheduling_webhooks_disabled_total",
       .help = "Webhooks that were switched off, since their target is gone or always fails",
       .where = "webhook sender"}};

  // Jobs.
  Counter<label::JobKind, label::JobOutcome> jobsExecuted{
      metrics_,
      {.name = "scheduling_jobs_executed_total",
       .help = "Attempts at jobs by how they ended",
       .where = "scheduler, when the end of an attempt is durable"}};
  Histogram<label::JobKind> jobDuration{metrics_,
                                        {.name = "scheduling_jobs_duration_seconds",
                                         .help = "Duration of an attempt at a job in seconds",
                                         .where = "scheduler, from its begin to its durable end",
                                         .buckets = buckets::kJobSeconds}};
  Histogram<label::JobKind> jobDelay{
      metrics_,
      {.name = "scheduling_jobs_delay_seconds",
       .help = "Time from when a job was due to the begin of its first attempt, in seconds",
       .where = "scheduler, at the begin of first attempts",
       .buckets = buckets::kJobSeconds}};
  Gauge<label::JobKind> jobsRunning{metrics_,
                                    {.name = "scheduling_jobs_running",
                                     .help = "Jobs that run in this process",
                                     .where = "scheduler, at begin and end"}};
  Gauge<label::JobKind> jobsWaiting{metrics_,
                                    {.name = "scheduling_jobs_waiting",
                                     .help = "Jobs that are not done, due or not",
                                     .where = "scheduler, every 10 seconds",
                                     .scope = MetricScope::kCluster}};
  Gauge<label::JobKind> jobsOverdue{metrics_,
                                    {.name = "scheduling_jobs_overdue",
                                     .help = "Jobs that are due and that nobody does",
                                     .where = "scheduler, every 10 seconds",
                                     .scope = MetricScope::kCluster}};
  Gauge<label::JobKind> jobsOldestOverdue{
      metrics_,
      {.name = "scheduling_jobs_oldest_overdue_age_seconds",
       .help = "For how long the oldest overdue job has been due, in seconds; 0 without any",
       .where = "scheduler, every 10 seconds",
       .scope = MetricScope::kCluster}};
  Gauge<label::JobKind> jobsDead{metrics_,
                                 {.name = "scheduling_jobs_dead",
                                  .help = "Jobs that failed for good and wait for people",
                                  .where = "scheduler, every 10 seconds",
                                  .scope = MetricScope::kCluster}};

  // Health and the telemetry itself.
  Gauge<label::BuildVersion, label::BuildRevision, label::BuildCompiler> buildInfo{
      metrics_,
      {.name = "scheduling_build_info", .help = "1, labelled by the build", .where = "start"}};
  Gauge<label::Dependency> dependencyUp{metrics_,
                                        {.name = "scheduling_dependency_up",
                                         .help = "1 if the last probe succeeded",
                                         .where = "prober"}};
  Gauge<label::Dependency> dependencyLastCheck{
      metrics_,
      {.name = "scheduling_dependency_last_check_timestamp_seconds",
       .help = "When the dependency was last probed, seconds since 1970",
       .where = "prober"}};
  Histogram<label::Dependency> dependencyCheckDuration{
      metrics_,
      {.name = "scheduling_dependency_check_duration_seconds",
       .help = "Duration of a probe in seconds",
       .where = "prober",
       .buckets = buckets::kQuerySeconds}};
  Gauge<label::Dependency> circuitOpen{metrics_,
                                       {.name = "scheduling_circuit_breaker_open",
                                        .help = "1 while calls to the dependency are held back",
                                        .where = "circuit breaker"}};
  Gauge<> memoryLimit{
      metrics_,
      {.name = "scheduling_memory_limit_bytes",
       .help = "Effective memory limit: the smallest of the cgroup chain and the machine",
       .where = "scrape"}};
  Gauge<> memoryWorkingSet{metrics_,
                           {.name = "scheduling_memory_working_set_bytes",
                            .help = "Memory of the cgroup without inactive file pages",
                            .where = "scrape"}};
  Histogram<label::LoopKind> eventLoopLag{metrics_,
                                          {.name = "scheduling_event_loop_lag_seconds",
                                           .help = "Delay of a 100 ms timer of a loop, in seconds",
                                           .where = "the loop itself",
                                           .buckets = buckets::kLoopSeconds}};
  Gauge<label::LoopKind> eventLoopStalled{
      metrics_,
      {.name = "scheduling_event_loop_stalled_seconds",
       .help = "Seconds since a loop last ran its heartbeat, 0 below 100 ms",
       .where = "watchdog"}};
  Counter<label::ErrorClass, label::ErrorComponent> errors{
      metrics_,
      {.name = "scheduling_errors_total", .help = "Classified errors", .where = "error reporter"}};
  Counter<label::Credential, label::CredentialOutcome> authFailures{
      metrics_,
      {.name = "scheduling_auth_failures_total",
       .help = "Credentials that were not good, and those of them answered 429",
       .where = "API, when a credential is refused"}};
  Counter<label::LogLevel> logMessages{
      metrics_,
      {.name = "scheduling_log_messages_total", .help = "Log records by level", .where = "logger"}};
  Counter<label::Signal> telemetryEmitted{metrics_,
                                          {.name = "scheduling_telemetry_emitted_total",
                                           .help = "Telemetry records made",
                                           .where = "where each signal is made"}};
  Counter<label::Signal> telemetryExported{metrics_,
                                           {.name = "scheduling_telemetry_exported_total",
                                            .help = "Telemetry records accepted by their receiver",
                                            .where = "exporters"}};
  Counter<label::Signal, label::DropReason> telemetryDropped{
      metrics_,
      {.name = "scheduling_telemetry_dropped_total",
       .help = "Telemetry records lost",
       .where = "exporters"}};
  Counter<label::AlertChannel, label::ProduceStatus> alertNotifications{
      metrics_,
      {.name = "scheduling_alert_notifications_total",
       .help = "Notifications of the built-in alerter",
       .where = "alerter"}};
  Gauge<> alertDrillLast{metrics_,
                         {.name = "scheduling_alert_drill_last_timestamp_seconds",
                          .help = "When the alert channels were last tried, seconds since 1970",
                          .where = "alerter, from the history of alerts",
                          .scope = MetricScope::kCluster}};
  CopiedCounter<label::OverflowSource> metricsOverflow{
      metrics_,
      {.name = "scheduling_metrics_overflow_total",
       .help = "Label values and series that passed their limit and count as overflow",
       .where = "scrape"}};

  // The process.
  CopiedCounter<> processCpu{metrics_,
                             {.name = "process_cpu_seconds_total",
                              .help = "Total user and system CPU time spent in seconds.",
                              .where = "/proc/self/stat"}};
  Gauge<> processOpenFds{metrics_,
                         {.name = "process_open_fds",
                          .help = "Number of open file descriptors.",
                          .where = "/proc/self/fd"}};
  Gauge<> processMaxFds{metrics_,
                        {.name = "process_max_fds",
                         .help = "Maximum number of open file descriptors.",
                         .where = "/proc/self/limits"}};
  Gauge<> processVirtualMemory{metrics_,
                               {.name = "process_virtual_memory_bytes",
                                .help = "Virtual memory size in bytes.",
                                .where = "/proc/self/stat"}};
  Gauge<> processVirtualMemoryMax{metrics_,
                                  {.name = "process_virtual_memory_max_bytes",
                                   .help = "Maximum amount of virtual memory available in bytes.",
                                   .where = "/proc/self/limits, when RLIMIT_AS is set"}};
  Gauge<> processResidentMemory{metrics_,
                                {.name = "process_resident_memory_bytes",
                                 .help = "Resident memory size in bytes.",
                                 .where = "/proc/self/stat"}};
  Gauge<> processHeap{metrics_,
                      {.name = "process_heap_bytes",
                       .help = "Process heap size in bytes.",
                       .where = "/proc/self/status"}};
  Gauge<> processStartTime{metrics_,
                           {.name = "process_start_time_seconds",
                            .help = "Start time of the process since unix epoch in seconds.",
                            .where = "/proc, computed once"}};
  Gauge<> processThreads{metrics_,
                         {.name = "process_threads",
                          .help = "Number of OS threads in the process.",
                          .where = "/proc/self/stat"}};
  CopiedCounter<> processNetworkReceive{
      metrics_,
      {.name = "process_network_receive_bytes_total",
       .help = "Number of bytes received by the process over the network.",
       .where = "/proc/self/net/netstat"}};
  CopiedCounter<> processNetworkTransmit{
      metrics_,
      {.name = "process_network_transmit_bytes_total",
       .help = "Number of bytes sent by the process over the network.",
       .where = "/proc/self/net/netstat"}};
  Gauge<> mallocAllocated{metrics_,
                          {.name = "scheduling_malloc_allocated_bytes",
                           .help = "Bytes the program holds from the allocator",
                           .where = "mallinfo2"}};
  Gauge<> mallocHeap{metrics_,
                     {.name = "scheduling_malloc_heap_bytes",
                      .help = "Bytes the allocator holds from the system",
                      .where = "mallinfo2"}};
  Gauge<> mallocFree{metrics_,
                     {.name = "scheduling_malloc_free_bytes",
                      .help = "Bytes free in the allocator",
                      .where = "mallinfo2"}};
  Gauge<> mallocUnmapped{
      metrics_,
      {.name = "scheduling_malloc_unmapped_bytes",
       .help = "Bytes the allocator gave back since the largest heap seen at a scrape",
       .where = "mallinfo2"}};
};

}  // namespace sw::obs
