#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>

#include "app/doctor/doctor.h"
#include "app/error_tracking.h"
#include "app/tcp_connection.h"
#include "app/url_endpoint.h"

namespace sw::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 3s;

/// What is to be reached, and what to do when it is not.
struct Target {
  std::string_view check;
  std::string_view variable;
  std::string_view what;
  std::string advice;
};

/// Connects, and tells how that went. A host is named, never a path: it may be the secret.
bool reach(const Target& target, const UrlEndpoint& endpoint, Findings& findings) {
  const std::string where = hostAndPort(endpoint.host, endpoint.port);
  const auto connection = TcpConnection::open(endpoint.host, endpoint.port, kPatience);
  if (connection.ok()) {
    findings.ok(target.check, std::string(target.what) + " at " + where + " takes connections");
    return true;
  }
  findings.warn(target.check, std::string(target.what) + ": " + connection.error().describe(),
                target.advice);
  return false;
}

void reachUrl(const Target& target, const std::string& url, Findings& findings) {
  const auto endpoint = parseUrlEndpoint(url);
  if (endpoint.ok()) {
    reach(target, *endpoint, findings);
  } else {
    findings.fail(target.check, std::string(target.variable) + ": " + endpoint.error().message(),
                  "Correct " + std::string(target.variable));
  }
}

void checkSentry(const std::string& dsn, Findings& findings) {
  const Target target{"sentry", "SENTRY_DSN", "Sentry",
                      "Is the host right, and may this machine reach it? Reports wait in memory "
                      "and are then lost; scheduling_telemetry_dropped_total counts them"};
  const auto right = checkSentryDsn(dsn);
  const auto endpoint = parseUrlEndpoint(dsn);
  if (!right.ok() || !endpoint.ok()) {
    findings.fail(target.check, (right.ok() ? endpoint.error() : right.error()).describe(),
                  "Copy the DSN from the project's settings (Client Keys)");
    return;
  }
  reach(target, *endpoint, findings);
}

void checkMail(const base::Config::Alerting& config, Findings& findings) {
  const Target target{"mail", "SMTP_URL", "the mail server",
                      "Is SMTP_URL right, and is the port open from here?"};
  if (config.smtpUrl.empty()) {
    if (!config.emailTo.empty()) {
      findings.fail(target.check, "ALERT_EMAIL_TO is set, but SMTP_URL is not",
                    "Set SMTP_URL, else no alert can be mailed");
    }
    return;
  }
  const auto endpoint = parseUrlEndpoint(config.smtpUrl);
  if (!endpoint.ok()) {
    findings.fail(target.check, "SMTP_URL: " + endpoint.error().message(), "Correct SMTP_URL");
    return;
  }
  if (endpoint->scheme == "smtps") {  // it speaks TLS before it greets
    reach(target, *endpoint, findings);
    return;
  }
  auto connection = TcpConnection::open(endpoint->host, endpoint->port, kPatience);
  const auto greeting = connection.ok() ? connection->receive() : connection.error();
  const std::string where = hostAndPort(endpoint->host, endpoint->port);
  if (!greeting.ok()) {
    findings.warn(target.check, "the mail server: " + greeting.error().describe(), target.advice);
  } else if (!greeting->starts_with("220")) {  // RFC 5321, section 3.1
    findings.warn(target.check, "what answers at " + where + " does not greet as a mail server",
                  "Is the port right? smtps:// for 465, smtp:// for 25 and 587");
  } else {
    findings.ok(target.check, "the mail server at " + where + " greets");
    static_cast<void>(connection->send("QUIT\r\n"));
  }
}

void checkBroker(const std::string& broker, const std::string& advice, Findings& findings) {
  const std::size_t colon = broker.rfind(':');
  UrlEndpoint endpoint;
  endpoint.host = broker.substr(0, colon);
  endpoint.port = 9092;
  if (colon != std::string::npos) {
    std::from_chars(broker.data() + colon + 1, broker.data() + broker.size(), endpoint.port);
  }
  reach({"kafka", "KAFKA_BROKERS", "Kafka", advice}, endpoint, findings);
}

}  // namespace

void checkDependencies(const base::LoadedConfig& loaded, const base::Clock& /*clock*/,
                       Findings& findings) {
  const base::Config& config = loaded.config;
  if (!config.data.redisUrl.empty()) {
    reachUrl({"redis", "REDIS_URL", "Redis",
              "Is it up (redis-cli ping)? The service goes on without it, slower"},
             config.data.redisUrl, findings);
  }
  for (const std::string& broker : config.data.kafkaBrokers) {
    checkBroker(broker, "Is the broker up, and does KAFKA_BROKERS name its advertised address?",
                findings);
  }
  if (config.google.clientId.empty()) return;
  if (config.google.clientSecret.empty()) {
    findings.fail("google-credentials", "GOOGLE_CLIENT_ID is set, but GOOGLE_CLIENT_SECRET is not",
                  "Copy both from the console's Credentials page");
  } else {
    findings.ok("google-credentials", "the OAuth client has its secret");
  }
  reachUrl({"google-calendar", "GOOGLE_API_URL", "Google's calendar API",
            "May this machine reach it? docs/runbooks/google-calendar-api-issues.md"},
           config.google.apiUrl, findings);
}

void checkReceivers(const base::LoadedConfig& loaded, const base::Clock& /*clock*/,
                    Findings& findings) {
  const base::Config& config = loaded.config;
  if (!config.errors.sentryDsn.empty()) checkSentry(config.errors.sentryDsn, findings);
  constexpr const char* kTraceAdvice =
      "Is the receiver up and its port right (4318 for OTLP/HTTP, 14268 for Jaeger)? Traces are "
      "lost meanwhile, the service is not hurt";
  const auto& tracing = config.tracing;
  if (!tracing.jaegerEndpoint.empty()) {
    reachUrl({"traces", "JAEGER_ENDPOINT", "Jaeger", kTraceAdvice}, tracing.jaegerEndpoint,
             findings);
  }
  const std::string& otlp =
      tracing.otlpTracesEndpoint.empty() ? tracing.otlpEndpoint : tracing.otlpTracesEndpoint;
  if (!otlp.empty() && tracing.exporter != "none") {
    reachUrl({"traces", "OTEL_EXPORTER_OTLP_ENDPOINT", "the receiver of traces", kTraceAdvice},
             otlp, findings);
  }
  if (!config.alerting.webhookUrl.empty()) {
    reachUrl({"alert-webhook", "ALERT_WEBHOOK_URL", "the receiver of alerts",
              "May this machine reach it? `scheduling-worker alert-drill` sends a test"},
             config.alerting.webhookUrl, findings);
  }
  checkMail(config.alerting, findings);
  const bool told = !config.errors.sentryDsn.empty() || !config.alerting.webhookUrl.empty() ||
                    !config.alerting.emailTo.empty();
  if (!told) {
    findings.warn("receivers", "nobody is told of alerts or errors",
                  "Set ALERT_WEBHOOK_URL, ALERT_EMAIL_TO with SMTP_URL, or SENTRY_DSN; or let "
                  "Prometheus watch the service");
  }
}

}  // namespace sw::app
