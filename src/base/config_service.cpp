#include <array>

#include "base/config_variable.h"

namespace sw::base::config {
namespace {

/// Any text.
Expectation text(std::string& out, std::string_view given) {
  out = given;
  return {};
}

constexpr Variable kListening[] = {
    {.name = "HOST",
     .type = "text",
     .fallback = "127.0.0.1",
     .description = "Address of the API listener.",
     .example = "0.0.0.0",
     .apply = [](Config& c, std::string_view t) { return text(c.http.host, t); }},
    {.name = "PORT",
     .type = "port",
     .fallback = "3007",
     .description = "Port of the API listener.",
     .example = "8080",
     .apply = [](Config& c, std::string_view t) { return readPort(c.http.port, t); }},
    {.name = "PUBLIC_URL",
     .type = "address",
     .fallback = "",
     .description =
         "Address under which people reach the service; it stands in links and callbacks.",
     .example = "https://plan.example.com",
     .apply = [](Config& c,
                 std::string_view t) { return readUrl(c.http.publicUrl, t, {"http", "https"}); }},
    {.name = "TRUSTED_PROXIES",
     .type = "list",
     .fallback = "",
     .description = "Addresses or networks of the proxies whose X-Forwarded-* headers count.",
     .example = "10.0.0.0/8,192.168.1.5",
     .apply = [](Config& c, std::string_view t) { return readList(c.http.trustedProxies, t); }},
    {.name = "TLS_CERT_FILE",
     .type = "path",
     .fallback = "",
     .description = "Certificate chain in PEM; with it the API listener speaks TLS.",
     .example = "/etc/tls/tls.crt",
     .apply = [](Config& c, std::string_view t) { return text(c.http.tlsCertFile, t); }},
    {.name = "TLS_KEY_FILE",
     .type = "path",
     .fallback = "",
     .description = "Private key in PEM of that certificate.",
     .example = "/etc/tls/tls.key",
     .apply = [](Config& c, std::string_view t) { return text(c.http.tlsKeyFile, t); }},
    {.name = "CORS_ORIGINS",
     .type = "list",
     .fallback = "",
     .description = "Origins of other sites whose pages may call the API.",
     .example = "https://app.example.com",
     .apply = [](Config& c, std::string_view t) { return readList(c.http.corsOrigins, t); }},
    {.name = "HTTP_THREADS",
     .type = "whole number",
     .fallback = "0",
     .description = "Threads that serve the API; 0 is one a core.",
     .example = "4",
     .apply = [](Config& c, std::string_view t) { return readInteger(c.http.threads, t, 0, 256); }},
    {.name = "HTTP_MAX_CONNECTIONS",
     .type = "whole number",
     .fallback = "10000",
     .description = "Connections at a time; further ones wait to be accepted.",
     .example = "2000",
     .apply = [](Config& c,
                 std::string_view t) { return readInteger(c.http.maxConnections, t, 1, 1000000); }},
    {.name = "HTTP_MAX_HEADER_BYTES",
     .type = "size",
     .fallback = "16KiB",
     .description = "Longest head of a request.",
     .example = "32KiB",
     .apply = [](Config& c, std::string_view t) { return readBytes(c.http.maxHeaderBytes, t); }},
    {.name = "HTTP_MAX_BODY_BYTES",
     .type = "size",
     .fallback = "1MiB",
     .description = "Longest body of a request.",
     .example = "2MiB",
     .apply = [](Config& c, std::string_view t) { return readBytes(c.http.maxBodyBytes, t); }},
    {.name = "IMPORT_MAX_BODY_BYTES",
     .type = "size",
     .fallback = "32MiB",
     .description = "Longest calendar file of an import.",
     .example = "64MiB",
     .apply = [](Config& c, std::string_view t) { return readBytes(c.http.maxImportBytes, t); }},
    {.name = "HTTP_READ_TIMEOUT",
     .type = "duration",
     .fallback = "15s",
     .description = "Time in which a request must have arrived.",
     .example = "5s",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.http.readTimeout, t, std::chrono::seconds(1));
         }},
    {.name = "HTTP_WRITE_TIMEOUT",
     .type = "duration",
     .fallback = "30s",
     .description = "Time in which a client must have taken a part of an answer.",
     .example = "10s",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.http.writeTimeout, t, std::chrono::seconds(1));
         }},
    {.name = "HTTP_IDLE_TIMEOUT",
     .type = "duration",
     .fallback = "75s",
     .description = "Time after which a connection without requests is closed.",
     .example = "30s",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.http.idleTimeout, t, std::chrono::seconds(1));
         }},
    {.name = "METRICS_ON_API",
     .type = "one of auto, on, off",
     .fallback = "auto",
     .description =
         "Whether the API listener answers /metrics too; auto does so on a loopback address only.",
     .example = "off",
     .apply =
         [](Config& c, std::string_view t) {
           return readChoice(c.http.metricsOnApi, t, {"auto", "on", "off"});
         }},
    {.name = "SHUTDOWN_DELAY",
     .type = "duration",
     .fallback = "0s",
     .description = "Time between answering \"not ready\" and refusing connections, for load "
                    "balancers to notice.",
     .example = "5s",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.http.shutdownDelay, t, std::chrono::seconds(1));
         }},
    {.name = "SHUTDOWN_TIMEOUT",
     .type = "duration",
     .fallback = "30s",
     .description = "Time in which requests that run may end when the service stops.",
     .example = "10s",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.http.shutdownTimeout, t, std::chrono::seconds(1));
         }},
};

constexpr Variable kData[] = {
    {.name = "DATA_DIR",
     .type = "path",
     .fallback = "(the XDG data folder, ~/.local/share/scheduling-worker)",
     .description = "Folder of the SQLite file, keys, models and backups.",
     .example = "/var/lib/scheduling-worker",
     .apply = [](Config& c, std::string_view t) { return text(c.data.directory, t); }},
    {.name = "DATABASE_URL",
     .type = "address",
     .fallback = "(scheduling.db in DATA_DIR)",
     .description = "Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME.",
     .example = "postgres://sw:secret@db/scheduling",
     .apply =
         [](Config& c, std::string_view t) {
           return readUrl(c.data.databaseUrl, t, {"sqlite", "postgres", "postgresql"});
         },
     .secrecy = Secrecy::kPassword},
    {.name = "DB_POOL_SIZE",
     .type = "whole number",
     .fallback = "0",
     .description =
         "Connections to PostgreSQL, or threads for long reads of SQLite; 0 suits the machine.",
     .example = "8",
     .apply = [](Config& c,
                 std::string_view t) { return readInteger(c.data.poolSize, t, 0, 1000); }},
    {.name = "DB_QUERY_TIMEOUT",
     .type = "duration",
     .fallback = "5s",
     .description = "Time after which a query is given up.",
     .example = "2s",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.data.queryTimeout, t, std::chrono::seconds(1));
         }},
    {.name = "SLOW_QUERY",
     .type = "duration",
     .fallback = "250ms",
     .description = "A query that takes longer is logged with its plan.",
     .example = "100ms",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.data.slowQuery, t, std::chrono::seconds(1));
         }},
    {.name = "BACKUP_DIR",
     .type = "path",
     .fallback = "(backups in DATA_DIR)",
     .description = "Folder of the automatic backups of SQLite.",
     .example = "/backup",
     .apply = [](Config& c, std::string_view t) { return text(c.data.backupDirectory, t); }},
    {.name = "BACKUP_INTERVAL",
     .type = "duration",
     .fallback = "1d",
     .description =
         "Time between automatic backups of SQLite; 0 makes none but those before a migration.",
     .example = "6h",
     .apply =
         [](Config& c, std::string_view t) {
           return readDuration(c.data.backupInterval, t, std::chrono::seconds(1));
         }},
    {.name = "BACKUP_KEEP",
     .type = "whole number",
     .fallback = "7",
     .description = "Automatic backups that are kept.",
     .example = "30",
     .apply = [](Config& c,
                 std::string_view t) { return readInteger(c.data.backupKeep, t, 1, 1000); }},
    {.name = "WORKER_THREADS",
     .type = "whole number",
     .fallback = "0",
     .description =
         "Threads for planning and training, and for long reads of SQLite where DB_POOL_SIZE is 0; "
         "0 suits the machine.",
     .example = "2",
     .apply = [](Config& c,
                 std::string_view t) { return readInteger(c.data.workerThreads, t, 0, 256); }},
};

constexpr Variable kBus[] = {
    {.name = "REDIS_URL",
     .type = "address",
     .fallback = "",
     .description = "Redis for cache, limits and idempotency shared by all copies; without it an "
                    "embedded cache serves this copy.",
     .example = "redis://:secret@redis:6379/0",
     .apply = [](Config& c,
                 std::string_view t) { return readUrl(c.data.redisUrl, t, {"redis", "rediss"}); },
     .secrecy = Secrecy::kPassword},
    {.name = "KAFKA_BROKERS",
     .type = "list",
     .fallback = "",
     .description = "Kafka brokers; without them an embedded bus serves this copy.",
     .example = "kafka-1:9092,kafka-2:9092",
     .apply = [](Config& c, std::string_view t) { return readList(c.data.kafkaBrokers, t); }},
    {.name = "KAFKA_SECURITY_PROTOCOL",
     .type = "one of plaintext, ssl, sasl_plaintext, sasl_ssl",
     .fallback = "plaintext",
     .description = "How the brokers are spoken to.",
     .example = "sasl_ssl",
     .apply =
         [](Config& c, std::string_view t) {
           return readChoice(c.data.kafkaSecurity, t,
                             {"plaintext", "ssl", "sasl_plaintext", "sasl_ssl"});
         }},
    {.name = "KAFKA_SASL_MECHANISM",
     .type = "one of plain, scram-sha-256, scram-sha-512",
     .fallback = "scram-sha-512",
     .description = "How this service proves itself to the brokers.",
     .example = "plain",
     .apply =
         [](Config& c, std::string_view t) {
           return readChoice(c.data.kafkaMechanism, t, {"plain", "scram-sha-256", "scram-sha-512"});
         }},
    {.name = "KAFKA_SASL_USERNAME",
     .type = "text",
     .fallback = "",
     .description = "Name at the brokers.",
     .example = "scheduling",
     .apply = [](Config& c, std::string_view t) { return text(c.data.kafkaUser, t); }},
    {.name = "KAFKA_SASL_PASSWORD",
     .type = "text",
     .fallback = "",
     .description = "Password at the brokers.",
     .example = "(keep it in a file)",
     .apply = [](Config& c, std::string_view t) { return text(c.data.kafkaPassword, t); },
     .secrecy = Secrecy::kWhole},
};

constexpr std::array<Group, 3> kGroups = {{
    {"Listening", kListening},
    {"Data", kData},
    {"Cache and message bus", kBus},
}};

}  // namespace

std::span<const Group> serviceGroups() { return kGroups; }

}  // namespace sw::base::config
