#include "base/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>

#include "base/json.h"
#include "base/log_components.h"
#include "golden/golden.h"

namespace sw::base {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

class ConfigTest : public testing::Test {
 protected:
  ConfigTest() {
    std::string pattern = (fs::temp_directory_path() / "sw-config-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    sources_.environment = [this](std::string_view name) -> std::optional<std::string> {
      const auto found = environment_.find(std::string(name));
      return found == environment_.end() ? std::nullopt : std::optional(found->second);
    };
    environment_["HOME"] = "/home/someone";
  }
  ~ConfigTest() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  Config load() const {
    auto loaded = loadConfig(sources_);
    EXPECT_TRUE(loaded.ok()) << describeMistakes(loaded.error());
    return loaded.ok() ? loaded->config : Config{};
  }
  /// The mistakes, one line each.
  std::vector<std::string> mistakes() const {
    const auto loaded = loadConfig(sources_);
    if (loaded.ok()) return {};
    EXPECT_EQ(loaded.error().code(), Code::kConfiguration);
    std::vector<std::string> lines;
    std::string text = describeMistakes(loaded.error());
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      lines.push_back(text.substr(0, end));
      text.erase(0, end + 1);
    }
    return lines;
  }

  std::map<std::string, std::string> environment_;
  ConfigSources sources_;

 private:
  fs::path folder_;
};

TEST_F(ConfigTest, DefaultsAreThoseOfTheContract) {
  const Config config = load();
  EXPECT_EQ(config.http.host, "127.0.0.1");
  EXPECT_EQ(config.http.port, 3007);
  EXPECT_EQ(config.operations.port, 9090);
  EXPECT_EQ(config.operations.host, "127.0.0.1");
  EXPECT_EQ(config.operations.metricsPath, "/metrics");
  EXPECT_TRUE(config.operations.collectDefaultMetrics);
  EXPECT_THAT(config.operations.readinessRequired, ElementsAre("database"));
  EXPECT_EQ(config.data.directory, "/home/someone/.local/share/scheduling-worker");
  EXPECT_EQ(config.data.databaseUrl,
            "sqlite:/home/someone/.local/share/scheduling-worker/scheduling.db");
  EXPECT_EQ(config.logging.level, "info");
  EXPECT_EQ(config.logging.format, "json");
  EXPECT_EQ(config.logging.destination, "stdout");
  EXPECT_DOUBLE_EQ(config.alerting.errorRate, 0.05);
  EXPECT_EQ(config.alerting.latency95p, std::chrono::seconds(5));
  EXPECT_DOUBLE_EQ(config.alerting.memoryUsage, 0.8);
  EXPECT_EQ(config.tracing.serviceName, "scheduling-worker");
  EXPECT_EQ(config.tracing.queueSize, 2048);
  EXPECT_EQ(config.errors.environment, "production");
  EXPECT_EQ(config.http.shutdownTimeout, std::chrono::seconds(30));
  EXPECT_EQ(config.http.maxBodyBytes, 1U << 20U);
  EXPECT_TRUE(config.rateLimit.enabled);
}

TEST_F(ConfigTest, FlagsWinOverEnvironmentOverFileOverDefaults) {
  sources_.file = write("c.yaml", "port: 1\nHOST: file-host\nlogging: {level: warn}\n");
  EXPECT_EQ(load().http.port, 1);
  environment_["PORT"] = "2";
  EXPECT_EQ(load().http.port, 2);
  sources_.flags = {{"PORT", "3"}};
  const Config config = load();
  EXPECT_EQ(config.http.port, 3);
  EXPECT_EQ(config.http.host, "file-host");
  EXPECT_EQ(config.logging.level, "warn");
}

TEST_F(ConfigTest, EmptyEnvironmentValueCountsAsUnset) {
  environment_["PORT"] = "";
  EXPECT_EQ(load().http.port, 3007);
}

TEST_F(ConfigTest, FileTakesTheRequirementsTree) {
  sources_.file = write("c.yaml", R"(
prometheus:
  port: 9091
  path: /m
  collectDefaultMetrics: false
logging:
  level: debug
  format: json
  destination: stdout
alerting:
  webhookUrl: https://hooks.slack.com/services/a/b/c
  thresholds:
    errorRate: 0.01
    latency95p: 2500
    memoryUsage: 0.7
tracing:
  serviceName: my-worker
  jaegerEndpoint: http://jaeger:14268/api/traces
)");
  const Config config = load();
  EXPECT_EQ(config.operations.port, 9091);
  EXPECT_EQ(config.operations.metricsPath, "/m");
  EXPECT_FALSE(config.operations.collectDefaultMetrics);
  EXPECT_EQ(config.logging.level, "debug");
  EXPECT_EQ(config.alerting.webhookUrl, "https://hooks.slack.com/services/a/b/c");
  EXPECT_DOUBLE_EQ(config.alerting.errorRate, 0.01);
  EXPECT_EQ(config.alerting.latency95p, std::chrono::milliseconds(2500));
  EXPECT_DOUBLE_EQ(config.alerting.memoryUsage, 0.7);
  EXPECT_EQ(config.tracing.serviceName, "my-worker");
  EXPECT_EQ(config.tracing.jaegerEndpoint, "http://jaeger:14268/api/traces");
}

TEST_F(ConfigTest, FileTakesNamesCamelCaseAndSequences) {
  sources_.file = write("c.yaml",
                        "kafkaBrokers: [a:9092, b:9092]\nDATA_DIR: /d\nrateLimitEnabled: no\n"
                        "otelExporterOtlpEndpoint: http://c:4318\nredisUrl:\n");
  const Config config = load();
  EXPECT_THAT(config.data.kafkaBrokers, ElementsAre("a:9092", "b:9092"));
  EXPECT_EQ(config.data.directory, "/d");
  EXPECT_FALSE(config.rateLimit.enabled);
  EXPECT_EQ(config.tracing.otlpEndpoint, "http://c:4318");
  EXPECT_EQ(config.data.redisUrl, "");
}

TEST_F(ConfigTest, EveryMistakeIsReportedAtOnce) {
  sources_.file = write("c.yaml", "prot: 1\nlogging:\n  levle: info\nport: 70000\n");
  environment_["LOG_FORMAT"] = "xml";
  environment_["REDIS_URL"] = "http://redis";
  environment_["SHUTDOWN_TIMEOUT"] = "soon";
  environment_["JWT_SECRET"] = "short";
  sources_.flags = {{"DB_POOL_SIZE", "-1"}};
  const auto lines = mistakes();
  EXPECT_EQ(lines.size(), 8U) << testing::PrintToString(lines);
  EXPECT_THAT(lines,
              testing::Contains(sources_.file + ":1: unknown key prot (did you mean port?)"));
  EXPECT_THAT(lines,
              testing::Contains(sources_.file + ":3: unknown key logging.levle (did you mean "
                                                "logging.level?)"));
  EXPECT_THAT(lines, testing::Contains("PORT: expected a port, 0 to 65535 (0: any free one), got "
                                       "\"70000\" (from " +
                                       sources_.file + ":4 (port))"));
  EXPECT_THAT(lines, testing::Contains("LOG_FORMAT: expected one of json, ecs, console, got "
                                       "\"xml\" (from LOG_FORMAT in the environment)"));
  EXPECT_THAT(lines, testing::Contains("DB_POOL_SIZE: expected a whole number from 0 to 1000, got "
                                       "\"-1\" (from --db-pool-size)"));
  EXPECT_THAT(lines, testing::Contains(HasSubstr("JWT_SECRET: expected at least 32 bytes")));
  EXPECT_THAT(testing::PrintToString(lines), Not(HasSubstr("short")));
}

TEST_F(ConfigTest, BadFilesAreNamed) {
  sources_.file = "/nowhere/c.yaml";
  EXPECT_THAT(mistakes(), ElementsAre("/nowhere/c.yaml: the configuration file cannot be read"));
  sources_.file = write("bad.yaml", "a: [1\n");
  EXPECT_THAT(mistakes(), ElementsAre(HasSubstr("the file is not valid YAML")));
  sources_.file = write("list.yaml", "- 1\n");
  EXPECT_THAT(mistakes(), ElementsAre(HasSubstr("expected keys with their values")));
  sources_.file = write("twice.yaml", "port: 1\nPORT: 2\n");
  EXPECT_THAT(mistakes(), ElementsAre(HasSubstr("PORT: is set twice")));
  sources_.file = write("same.yaml", "port: 1\nport: 2\n");
  EXPECT_THAT(mistakes(), testing::Contains(HasSubstr("stands twice")));
  sources_.file = write("empty.yaml", "");
  EXPECT_EQ(load().http.port, 3007);
}

TEST_F(ConfigTest, SecretsComeFromFiles) {
  const std::string secret = "0123456789012345678901234567890123456789";
  environment_["JWT_SECRET_FILE"] = write("jwt", secret + "\n");
  sources_.file = write("c.yaml", "opsTokenFile: " + write("ops", "ops-token") + "\n");
  const Config config = load();
  EXPECT_EQ(config.auth.jwtSecret, secret);
  EXPECT_EQ(config.operations.token, "ops-token");
  environment_["JWT_SECRET"] = secret;
  EXPECT_THAT(mistakes(), ElementsAre(HasSubstr("JWT_SECRET: is set twice")));
  environment_.erase("JWT_SECRET");
  environment_["JWT_SECRET_FILE"] = "/nowhere";
  EXPECT_THAT(mistakes(), ElementsAre(HasSubstr("the file /nowhere cannot be read")));
  environment_["JWT_SECRET_FILE"] = write("blank", " \n");
  EXPECT_THAT(mistakes(), ElementsAre(HasSubstr("is empty")));
}

TEST_F(ConfigTest, OnlySecretsHaveAFileForm) {
  environment_["PORT_FILE"] = "/nowhere";  // no variable of ours
  EXPECT_EQ(load().http.port, 3007);
  sources_.file = write("c.yaml", "portFile: /x\n");
  EXPECT_THAT(mistakes(), ElementsAre(HasSubstr("unknown key portFile")));
}

TEST_F(ConfigTest, ContradictionsAreMistakes) {
  environment_["TLS_CERT_FILE"] = "/c";
  environment_["GOOGLE_CLIENT_SECRET"] = "s";
  environment_["JWKS_URL"] = "https://id/jwks";
  environment_["PROMETHEUS_PORT"] = "3007";
  environment_["ALERT_EMAIL_TO"] = "a@b.example";
  environment_["OTEL_BSP_MAX_QUEUE_SIZE"] = "100";
  environment_["LOG_LEVELS"] = "api=loud";
  EXPECT_THAT(
      mistakes(),
      UnorderedElementsAre(
          HasSubstr("TLS_KEY_FILE: must be set"), HasSubstr("GOOGLE_CLIENT_ID: must be set"),
          HasSubstr("JWT_ISSUER: must be set"), HasSubstr("JWT_AUDIENCE: must be set"),
          HasSubstr("PROMETHEUS_PORT: must differ from PORT"), HasSubstr("SMTP_URL: must be set"),
          HasSubstr("OTEL_BSP_MAX_EXPORT_BATCH_SIZE: must not exceed"),
          HasSubstr("LOG_LEVELS: expected error, warn, info or debug")));
}

TEST_F(ConfigTest, LevelsAreOfComponentsThatThereAre) {
  environment_["LOG_LEVELS"] = "calender-sync=debug,api=warn";
  EXPECT_THAT(
      mistakes(),
      ElementsAre(AllOf(HasSubstr("LOG_LEVELS: there is no component calender-sync"),
                        HasSubstr("they are accounts, alerts, api, "), HasSubstr(", webhooks"))));
  environment_["LOG_LEVELS"] = "reminders=debug,api=warn";
  EXPECT_EQ(load().logging.componentLevels.size(), 2U);
}

TEST(LogComponents, AreThoseThatTheSourcesName) {
  namespace fs = std::filesystem;
  std::set<std::string> named;
  const std::regex logger(R"re(logger\("([a-z-]+)"\))re");
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(SW_SOURCE_DIR) / "src")) {
    const fs::path& path = entry.path();
    if (path.extension() != ".cpp" && path.extension() != ".h") continue;
    std::ifstream in(path);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (std::sregex_iterator found(text.begin(), text.end(), logger), end; found != end; ++found) {
      named.insert((*found)[1]);
    }
  }
  EXPECT_GT(named.size(), 15U);
  // Reports of errors are logged under the part of the service that they befell.
  named.insert({"api", "storage", "cache", "bus", "sync", "planning", "delivery", "process"});
  const std::set<std::string> known(kLogComponents.begin(), kLogComponents.end());
  EXPECT_EQ(known, named);
}

TEST_F(ConfigTest, DataFolderFollowsXdgAndMustBeKnown) {
  environment_["XDG_DATA_HOME"] = "/xdg";
  EXPECT_EQ(load().data.directory, "/xdg/scheduling-worker");
  environment_.clear();
  EXPECT_THAT(mistakes(), ElementsAre(HasSubstr("DATA_DIR: must be set")));
}

TEST_F(ConfigTest, EnvironmentNameFallsBackToNodeEnv) {
  environment_["NODE_ENV"] = "staging";
  EXPECT_EQ(load().errors.environment, "staging");
  environment_["SENTRY_ENVIRONMENT"] = "blue";
  EXPECT_EQ(load().errors.environment, "blue");
}

TEST_F(ConfigTest, RedirectFollowsThePublicAddress) {
  environment_["PUBLIC_URL"] = "https://plan.example.com/";
  EXPECT_EQ(load().google.redirectUri, "https://plan.example.com/auth/google/callback");
}

TEST_F(ConfigTest, OtelValuesHaveTheirOwnUnitsAndPairs) {
  environment_["OTEL_BSP_SCHEDULE_DELAY"] = "250";
  environment_["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=a%20b, x = y";
  environment_["OTEL_RESOURCE_ATTRIBUTES"] = "team=planning";
  const Config config = load();
  EXPECT_EQ(config.tracing.scheduleDelay, std::chrono::milliseconds(250));
  EXPECT_EQ(config.tracing.otlpHeaders.at("api-key"), "a b");
  EXPECT_EQ(config.tracing.otlpHeaders.at("x"), "y");
  EXPECT_EQ(config.tracing.resourceAttributes.at("team"), "planning");
}

TEST_F(ConfigTest, MaskedDumpShowsNoSecret) {
  environment_["DATABASE_URL"] = "postgres://sw:p4ssw0rd@db/x";
  environment_["OPS_TOKEN"] = "ops-secret-value";
  environment_["SENTRY_DSN"] = "https://sentrykey@sentry.example/1";
  environment_["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=vendorsecret";
  const auto loaded = loadConfig(sources_);
  ASSERT_TRUE(loaded.ok());
  const std::string dump = maskedConfig(*loaded);
  for (const char* secret : {"p4ssw0rd", "ops-secret-value", "sentrykey", "vendorsecret"}) {
    EXPECT_THAT(dump, Not(HasSubstr(secret)));
  }
  EXPECT_THAT(dump, HasSubstr("postgres://sw:[masked]@db/x"));
  const auto document = json::Document::parse(dump);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->root().find("PORT").find("origin").asString(), "default");
  EXPECT_EQ(document->root().find("OPS_TOKEN").find("value").asString(), "[masked]");
  EXPECT_TRUE(document->root().find("REDIS_URL").find("value").isNull());
  EXPECT_THAT(loaded->secrets(),
              testing::IsSupersetOf({"p4ssw0rd", "ops-secret-value", "vendorsecret"}));
}

TEST(ConfigFlags, ReadBothFormsAndNameEveryMistake) {
  const std::vector<std::string> good = {
      "--data-dir", "/d", "--port=81", "--rate-limit-enabled", "--jwt-secret-file", "/s"};
  const auto flags = readFlags(good);
  ASSERT_TRUE(flags.ok());
  EXPECT_THAT(*flags, ElementsAre(std::pair("DATA_DIR", "/d"), std::pair("PORT", "81"),
                                  std::pair("RATE_LIMIT_ENABLED", "true"),
                                  std::pair("JWT_SECRET_FILE", "/s")));
  const std::vector<std::string> bad = {"stray", "--prot", "81", "--host"};
  const auto failed = readFlags(bad);
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(describeMistakes(failed.error()),
            "stray: unexpected argument\n--prot: unknown flag (did you mean port?)\n"
            "--host: expected a value after it\n");
}

TEST(ConfigText, HelpNamesEveryVariableWithinTheWidth) {
  const std::string help = configHelp(80);
  for (const char* name :
       {"PORT  --port", "PROMETHEUS_PORT", "LOG_LEVEL", "SENTRY_DSN", "ALERT_WEBHOOK_URL",
        "ALERT_EMAIL_TO", "JAEGER_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT", "RATE_LIMIT_ENABLED",
        "SETUP_CODE", "TRUSTED_PROXIES", "Default: 3007. Example: 8080."}) {
    EXPECT_THAT(help, HasSubstr(name));
  }
  for (std::size_t begin = 0; begin < help.size();) {
    const std::size_t end = help.find('\n', begin);
    const std::string line = help.substr(begin, end - begin);
    // A name with its flag, and a single word, may be longer.
    if (line.starts_with("      ") && line.find(' ', 6) != std::string::npos) {
      EXPECT_LE(line.size(), 80U) << line;
    }
    begin = end + 1;
  }
}

TEST(ConfigText, DocumentationPageIsUpToDate) {
  golden::expectSame("docs/configuration.md", configMarkdown());
}

}  // namespace
}  // namespace sw::base
