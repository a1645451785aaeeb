#include <array>

#include "base/config_variable.h"

namespace sw::base::config {
namespace {

/// Any text.
Expectation text(std::string& out, std::string_view given) {
  out = given;
  return {};
}

Expectation absolutePath(std::string& out, std::string_view given) {
  if (!given.starts_with('/') || given.find_first_of("?# ") != given.npos) {
    return "expected a path that begins with /";
  }
  out = given;
  return {};
}

Expectation address(std::string& out, std::string_view given) {
  std::vector<std::string> one;
  if (readAddresses(one, given) || one.size() != 1) return "expected an e-mail address";
  out = one.front();
  return {};
}

/// A text that counts only where another variable, read before, set none.
Expectation fallbackText(std::string& out, std::string_view given) {
  if (out.empty()) out = given;
  return {};
}

constexpr Variable kOperations[] = {
    {.name = "PROMETHEUS_PORT",
     .type = "port",
     .fallback = "9090",
     .description = "Port of the operations listener: metrics, health, profiles.",
     .example = "9464",
     .apply = [](Config& c, std::string_view t) { return readPort(c.operations.port, t); },
     .treeKey = "prometheus.port"},
    {.name = "OPS_HOST",
     .type = "text",
     .fallback = "127.0.0.1",
     .description = "Address of the operations listener.",
     .example = "0.0.0.0",
     .apply = [](Config& c, std::string_view t) { return text(c.operations.host, t); }},
    {.name = "PROMETHEUS_PATH",
     .type = "path",
     .fallback = "/metrics",
     .description = "Path of the metrics on the operations listener.",
     .example = "/internal/metrics",
     .apply = [](Config& c,
                 std::string_view t) { return absolutePath(c.operations.metricsPath, t); },
     .treeKey = "prometheus.path"},
    {.name = "COLLECT_DEFAULT_METRICS",
     .type = "yes or no",
     .fallback = "true",
     .description = "Whether the standard metrics of the process are there.",
     .example = "false",
     .apply = [](Config& c,
                 std::string_view t) { return readBoolean(c.operations.collectDefaultMetrics, t); },
     .treeKey = "prometheus.collectDefaultMetrics"},
    {.name = "OPS_TOKEN",
     .type = "text",
     .fallback = "",
     .description = "Token that opens the operations listener beyond metrics and health to callers "
                    "that are not on this machine.",
     .example = "(openssl rand -hex 32)",
     .apply = [](Config& c, std::string_view t) { return text(c.operations.token, t); },
     .secrecy = Secrecy::kWhole},
    {.name = "READINESS_REQUIRED",
     .type = "list of database, redis, kafka, google_calendar, smtp",
     .fallback = "database",
     .description = "Dependencies without which the service is not ready.",
     .example = "database,redis",
     .apply =
         [](Config& c, std::string_view t) {
           return readChoices(c.operations.readinessRequired, t,
                              {"database", "redis", "kafka", "google_calendar", "smtp"});
         }},
    {.name = "PROFILING_ENABLED",
     .type = "yes or no",
     .fallback = "false",
     .description = "Whether /debug/pprof answers.",
     .example = "true",
     .apply = [](Config& c, std::string_view t) { return readBoolean(c.operations.profiling, t); }},
    {.name = "INSTANCE_ID",
     .type = "text",
     .fallback = "(the host's name)",
     .description = "Name of this copy in logs and traces.",
     .example = "scheduling-worker-7f9c",
     .apply = [](Config& c, std::string_view t) { return text(c.operations.instance, t); }},
};

constexpr Variable kLogs[] = {
    {.name = "LOG_LEVEL",
     .type = "one of error, warn, info, debug",
     .fallback = "info",
     .description = "Least important level that is logged.",
     .example = "debug",
     .apply =
         [](Config& c, std::string_view t) {
           return readChoice(c.logging.level, t, {"error", "warn", "info", "debug"});
         },
     .treeKey = "logging.level"},
    {.name = "LOG_LEVELS",
     .type = "list of name=value",
     .fallback = "",
     .description = "Levels of single components, as component=level.",
     .example = "reminders=debug,api=warn",
     .apply = [](Config& c,
                 std::string_view t) { return readPairs(c.logging.componentLevels, t); }},
    {.name = "LOG_FORMAT",
     .type = "one of json, ecs, console",
     .fallback = "json",
     .description = "One JSON object a line, the Elastic Common Schema, or text for people.",
     .example = "console",
     .apply =
         [](Config& c, std::string_view t) {
           return readChoice(c.logging.format, t, {"json", "ecs", "console"});
         },
     .treeKey = "logging.format"},
    {.name = "LOG_FILE",
     .type = "path",
     .fallback = "stdout",
     .description = "stdout, stderr or a file that is appended to.",
     .example = "/var/log/scheduling-worker.log",
     .apply = [](Config& c, std::string_view t) { return text(c.logging.destination, t); },
     .treeKey = "logging.destination"},
    {.name = "LOG_MAX_SIZE",
     .type = "size",
     .fallback = "100MiB",
     .description = "Size at which a log file is put aside; 0 is none.",
     .example = "10MiB",
     .apply = [](Config& c, std::string_view t) { return readBytes(c.logging.maxFileBytes, t); }},
    {.name = "LOG_MAX_AGE",
     .type = "duration",
     .fallback = "1d",
     .description = "Age at which a log file is put aside; 0 is none.",
     .example = "12h",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.logging.maxFileAge, t, std::chrono::seconds(1));
         }},
    {.name = "LOG_KEEP",
     .type = "whole number",
     .fallback = "14",
     .description = "Log files put aside that are kept, compressed.",
     .example = "30",
     .apply = [](Config& c,
                 std::string_view t) { return readInteger(c.logging.keepFiles, t, 0, 10000); }},
    {.name = "LOG_REPEATS",
     .type = "whole number",
     .fallback = "10",
     .description = "Records that one place of the program may log in 10 seconds (ten times as "
                    "many of level debug); the others are counted and told in one. The lines of "
                    "requests are not limited. 0 is no limit.",
     .example = "100",
     .apply = [](Config& c,
                 std::string_view t) { return readInteger(c.logging.repeats, t, 0, 1000000); }},
};

constexpr Variable kAlerts[] = {
    {.name = "ALERT_WEBHOOK_URL",
     .type = "address",
     .fallback = "",
     .description = "Where the built-in alerter sends its notifications: Slack or Alertmanager.",
     .example = "https://hooks.slack.com/services/T0/B0/X",
     .apply =
         [](Config& c, std::string_view t) {
           return readUrl(c.alerting.webhookUrl, t, {"http", "https"});
         },
     .secrecy = Secrecy::kWhole,
     .treeKey = "alerting.webhookUrl"},
    {.name = "ALERT_WEBHOOK_FORMAT",
     .type = "one of auto, slack, alertmanager",
     .fallback = "auto",
     .description = "What is sent there; auto sends Slack's form to hooks.slack.com, "
                    "Alertmanager's elsewhere.",
     .example = "slack",
     .apply =
         [](Config& c, std::string_view t) {
           return readChoice(c.alerting.webhookFormat, t, {"auto", "slack", "alertmanager"});
         }},
    {.name = "ALERT_EMAIL_TO",
     .type = "list of addresses",
     .fallback = "",
     .description = "Who gets notifications by mail.",
     .example = "alerts@company.com",
     .apply = [](Config& c, std::string_view t) { return readAddresses(c.alerting.emailTo, t); }},
    {.name = "ALERT_EMAIL_FROM",
     .type = "e-mail address",
     .fallback = "scheduling-worker@localhost",
     .description = "Sender of notifications and reminders by mail.",
     .example = "scheduling@company.com",
     .apply = [](Config& c, std::string_view t) { return address(c.alerting.emailFrom, t); }},
    {.name = "SMTP_URL",
     .type = "address",
     .fallback = "",
     .description = "Mail server: smtp:// (with STARTTLS where it is offered), smtp+starttls:// "
                    "(never without "
                    "it) or smtps://.",
     .example = "smtps://user:secret@mail.company.com:465",
     .apply =
         [](Config& c, std::string_view t) {
           return readUrl(c.alerting.smtpUrl, t, {"smtp", "smtps", "smtp+starttls"});
         },
     .secrecy = Secrecy::kPassword},
    {.name = "SMTP_CA_FILE",
     .type = "path",
     .fallback = "",
     .description = "Certificates (PEM) that the mail server's is checked with, in place of the "
                    "system's.",
     .example = "/etc/ssl/company-ca.pem",
     .apply = [](Config& c, std::string_view t) { return text(c.alerting.smtpCaFile, t); }},
    {.name = "ALERT_RUNBOOK_URL",
     .type = "address",
     .fallback = "",
     .description = "Where this repository can be read; notifications link its runbooks there.",
     .example = "https://git.company.com/scheduling-worker/blob/main",
     .apply =
         [](Config& c, std::string_view t) {
           return readUrl(c.alerting.runbookUrl, t, {"http", "https"});
         }},
    {.name = "ALERT_ERROR_RATE",
     .type = "number",
     .fallback = "0.05",
     .description = "Share of failed requests over five minutes above which the alerter fires.",
     .example = "0.02",
     .apply = [](Config& c,
                 std::string_view t) { return readDecimal(c.alerting.errorRate, t, 0, 1); },
     .treeKey = "alerting.thresholds.errorRate"},
    {.name = "ALERT_LATENCY_P95",
     .type = "milliseconds",
     .fallback = "5000",
     .description =
         "95th percentile of request duration, in milliseconds, above which the alerter fires.",
     .example = "2000",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.alerting.latency95p, t, std::chrono::milliseconds(1));
         },
     .treeKey = "alerting.thresholds.latency95p"},
    {.name = "ALERT_MEMORY_USAGE",
     .type = "number",
     .fallback = "0.8",
     .description = "Share of the memory limit above which the alerter fires.",
     .example = "0.9",
     .apply = [](Config& c,
                 std::string_view t) { return readDecimal(c.alerting.memoryUsage, t, 0, 1); },
     .treeKey = "alerting.thresholds.memoryUsage"},
};

constexpr Variable kErrors[] = {
    {.name = "SENTRY_DSN",
     .type = "address",
     .fallback = "",
     .description = "Where errors are reported: a DSN of Sentry or of what speaks like it.",
     .example = "https://key@o1.ingest.sentry.io/2",
     .apply = [](Config& c,
                 std::string_view t) { return readUrl(c.errors.sentryDsn, t, {"http", "https"}); },
     .secrecy = Secrecy::kWhole},
    {.name = "SENTRY_ENVIRONMENT",
     .type = "text",
     .fallback = "(NODE_ENV, else production)",
     .description = "Environment that reports name.",
     .example = "staging",
     .apply = [](Config& c, std::string_view t) { return text(c.errors.environment, t); }},
    {.name = "NODE_ENV",
     .type = "text",
     .fallback = "",
     .description = "Environment that reports name when SENTRY_ENVIRONMENT is unset.",
     .example = "production",
     .apply = [](Config& c, std::string_view t) { return fallbackText(c.errors.environment, t); }},
};

constexpr Variable kTraces[] = {
    {.name = "JAEGER_ENDPOINT",
     .type = "address",
     .fallback = "",
     .description = "Jaeger's collector: /api/traces means Thrift, /v1/traces or port 4318 OTLP.",
     .example = "http://jaeger:14268/api/traces",
     .apply =
         [](Config& c, std::string_view t) {
           return readUrl(c.tracing.jaegerEndpoint, t, {"http", "https"});
         },
     .secrecy = Secrecy::kPassword,
     .treeKey = "tracing.jaegerEndpoint"},
    {.name = "TRACE_SLOW",
     .type = "duration",
     .fallback = "1s",
     .description = "A trace that takes longer is always kept.",
     .example = "500ms",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.tracing.slow, t, std::chrono::seconds(1));
         }},
    {.name = "OTEL_SDK_DISABLED",
     .type = "yes or no",
     .fallback = "false",
     .description = "Switches tracing off.",
     .example = "true",
     .apply = [](Config& c, std::string_view t) { return readBoolean(c.tracing.disabled, t); }},
    {.name = "OTEL_SERVICE_NAME",
     .type = "text",
     .fallback = "scheduling-worker",
     .description = "Name of the service in traces and logs.",
     .example = "scheduling-staging",
     .apply = [](Config& c, std::string_view t) { return text(c.tracing.serviceName, t); },
     .treeKey = "tracing.serviceName"},
    {.name = "OTEL_RESOURCE_ATTRIBUTES",
     .type = "list of name=value",
     .fallback = "",
     .description = "Attributes of everything this copy sends.",
     .example = "deployment.environment=staging,team=planning",
     .apply = [](Config& c,
                 std::string_view t) { return readPairs(c.tracing.resourceAttributes, t); }},
    {.name = "OTEL_TRACES_EXPORTER",
     .type = "one of otlp, none",
     .fallback = "otlp",
     .description = "Whether traces leave the process.",
     .example = "none",
     .apply =
         [](Config& c, std::string_view t) {
           return readChoice(c.tracing.exporter, t, {"otlp", "none"});
         }},
    {.name = "OTEL_EXPORTER_OTLP_ENDPOINT",
     .type = "address",
     .fallback = "",
     .description = "Base address of an OTLP/HTTP receiver; traces go to its /v1/traces.",
     .example = "http://collector:4318",
     .apply =
         [](Config& c, std::string_view t) {
           return readUrl(c.tracing.otlpEndpoint, t, {"http", "https"});
         },
     .secrecy = Secrecy::kPassword},
    {.name = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
     .type = "address",
     .fallback = "",
     .description = "Address of an OTLP/HTTP receiver of traces, used as it is.",
     .example = "http://collector:4318/v1/traces",
     .apply =
         [](Config& c, std::string_view t) {
           return readUrl(c.tracing.otlpTracesEndpoint, t, {"http", "https"});
         },
     .secrecy = Secrecy::kPassword},
    {.name = "OTEL_EXPORTER_OTLP_HEADERS",
     .type = "list of name=value",
     .fallback = "",
     .description = "Headers for the receiver, such as the key of a vendor.",
     .example = "api-key=secret",
     .apply = [](Config& c, std::string_view t) { return readPairs(c.tracing.otlpHeaders, t); },
     .secrecy = Secrecy::kWhole},
    {.name = "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
     .type = "list of name=value",
     .fallback = "",
     .description = "Headers for the receiver of traces, in place of the above.",
     .example = "api-key=secret",
     .apply = [](Config& c,
                 std::string_view t) { return readPairs(c.tracing.otlpTracesHeaders, t); },
     .secrecy = Secrecy::kWhole},
    {.name = "OTEL_EXPORTER_OTLP_PROTOCOL",
     .type = "one of http/protobuf",
     .fallback = "http/protobuf",
     .description = "How the receiver is spoken to.",
     .example = "http/protobuf",
     .apply =
         [](Config& c, std::string_view t) {
           return readChoice(c.tracing.otlpProtocol, t, {"http/protobuf"});
         }},
    {.name = "OTEL_EXPORTER_OTLP_COMPRESSION",
     .type = "one of none, gzip",
     .fallback = "none",
     .description = "How what is sent is compressed.",
     .example = "gzip",
     .apply =
         [](Config& c, std::string_view t) {
           return readChoice(c.tracing.otlpCompression, t, {"none", "gzip"});
         }},
    {.name = "OTEL_EXPORTER_OTLP_TIMEOUT",
     .type = "milliseconds",
     .fallback = "10000",
     .description = "Time in which the receiver must answer, in milliseconds.",
     .example = "3000",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.tracing.otlpTimeout, t, std::chrono::milliseconds(1));
         }},
    {.name = "OTEL_TRACES_SAMPLER",
     .type = "one of parentbased_traceidratio, parentbased_always_on, parentbased_always_off, "
             "traceidratio, always_on, always_off",
     .fallback = "parentbased_traceidratio",
     .description = "Which traces are recorded.",
     .example = "always_on",
     .apply =
         [](Config& c, std::string_view t) {
           return readChoice(c.tracing.sampler, t,
                             {"parentbased_traceidratio", "parentbased_always_on",
                              "parentbased_always_off", "traceidratio", "always_on", "always_off"});
         }},
    {.name = "OTEL_TRACES_SAMPLER_ARG",
     .type = "number",
     .fallback = "1",
     .description = "Share of the traces that a ratio sampler records.",
     .example = "0.1",
     .apply = [](Config& c,
                 std::string_view t) { return readDecimal(c.tracing.samplerRatio, t, 0, 1); }},
    {.name = "OTEL_PROPAGATORS",
     .type = "one of tracecontext, none",
     .fallback = "tracecontext",
     .description = "Form in which a trace crosses services.",
     .example = "none",
     .apply =
         [](Config& c, std::string_view t) {
           return readChoice(c.tracing.propagators, t, {"tracecontext", "none"});
         }},
    {.name = "OTEL_BSP_MAX_QUEUE_SIZE",
     .type = "whole number",
     .fallback = "2048",
     .description = "Spans that wait to be sent.",
     .example = "8192",
     .apply = [](Config& c,
                 std::string_view t) { return readInteger(c.tracing.queueSize, t, 1, 1000000); }},
    {.name = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
     .type = "whole number",
     .fallback = "512",
     .description = "Spans sent at once.",
     .example = "256",
     .apply = [](Config& c,
                 std::string_view t) { return readInteger(c.tracing.batchSize, t, 1, 100000); }},
    {.name = "OTEL_BSP_SCHEDULE_DELAY",
     .type = "milliseconds",
     .fallback = "5000",
     .description = "Longest time a span waits, in milliseconds.",
     .example = "1000",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.tracing.scheduleDelay, t, std::chrono::milliseconds(1));
         }},
    {.name = "OTEL_BSP_EXPORT_TIMEOUT",
     .type = "milliseconds",
     .fallback = "30000",
     .description = "Time after which a batch is given up, in milliseconds.",
     .example = "10000",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.tracing.exportTimeout, t, std::chrono::milliseconds(1));
         }},
};

constexpr std::array<Group, 5> kGroups = {{
    {"Operations", kOperations},
    {"Logs", kLogs},
    {"Alerts", kAlerts},
    {"Error tracking", kErrors},
    {"Traces", kTraces},
}};

}  // namespace

std::span<const Group> telemetryGroups() { return kGroups; }

}  // namespace sw::base::config
