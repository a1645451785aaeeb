// What variables of the configuration do to the parts that the composition root makes of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "app/secrets.h"
#include "app/serve_settings.h"
#include "app/stores.h"
#include "app/telemetry.h"
#include "fakes/fake_clock.h"
#include "obs/log_archive.h"
#include "unit/app/temporary_folder.h"

namespace sw::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

base::LoadedConfig configOf(std::map<std::string, std::string> environment) {
  environment.try_emplace("DATA_DIR", "/nowhere");
  base::ConfigSources sources;
  sources.environment = [environment](std::string_view name) -> std::optional<std::string> {
    const auto found = environment.find(std::string(name));
    return found == environment.end() ? std::nullopt : std::optional(found->second);
  };
  auto loaded = base::loadConfig(sources);
  EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : base::describeMistakes(loaded.error()));
  return loaded.ok() ? *std::move(loaded) : base::LoadedConfig{};
}

TEST(ConfiguredEffects, ReachTheLimitsOfRequests) {
  const auto loaded = configOf({{"RATE_LIMIT_READ", "11"},
                                {"RATE_LIMIT_WRITE", "12"},
                                {"RATE_LIMIT_HEAVY", "13"},
                                {"RATE_LIMIT_ANONYMOUS", "14"},
                                {"RATE_LIMIT_FAILURES", "15"},
                                {"RATE_LIMIT_BURST", "16"},
                                {"HTTP_MAX_BODY_BYTES", "2KiB"},
                                {"IMPORT_MAX_BODY_BYTES", "3KiB"}});
  const auto settings = resolveSettings(loaded.config);
  ASSERT_TRUE(settings.ok());
  EXPECT_TRUE(settings->limits.enabled);
  EXPECT_EQ(settings->limits.readsPerMinute, 11);
  EXPECT_EQ(settings->limits.writesPerMinute, 12);
  EXPECT_EQ(settings->limits.heavyPerMinute, 13);
  EXPECT_EQ(settings->limits.anonymousPerMinute, 14);
  EXPECT_EQ(settings->limits.failuresPerMinute, 15);
  EXPECT_EQ(settings->limits.burst, 16);
  EXPECT_EQ(settings->apiOptions.bodies.json, 2048U);
  EXPECT_EQ(settings->apiOptions.bodies.calendarFile, 3072U);
  EXPECT_FALSE(resolveSettings(configOf({{"RATE_LIMIT_ENABLED", "no"}}).config)->limits.enabled);
}

TEST(ConfiguredEffects, ReachTheListeners) {
  const auto loaded = configOf({{"PORT", "4001"},
                                {"HTTP_THREADS", "3"},
                                {"HTTP_MAX_CONNECTIONS", "77"},
                                {"HTTP_MAX_HEADER_BYTES", "4KiB"},
                                {"HTTP_READ_TIMEOUT", "2s"},
                                {"HTTP_WRITE_TIMEOUT", "3s"},
                                {"HTTP_IDLE_TIMEOUT", "4s"},
                                {"METRICS_ON_API", "off"},
                                {"PROMETHEUS_PORT", "4002"},
                                {"OPS_HOST", "127.0.0.2"}});
  const auto settings = resolveSettings(loaded.config);
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->api.port, 4001);
  EXPECT_EQ(settings->api.threads, 3U);
  EXPECT_EQ(settings->api.maxConnections, 77U);
  EXPECT_EQ(settings->api.headBytes, 4096U);
  EXPECT_EQ(settings->api.headTimeout, 2s);
  EXPECT_EQ(settings->api.bodyTimeout, 2s);
  EXPECT_EQ(settings->api.writeTimeout, 3s);
  EXPECT_EQ(settings->api.idleTimeout, 4s);
  EXPECT_FALSE(settings->metricsOnApi);
  EXPECT_EQ(settings->operations.port, 4002);
  EXPECT_EQ(settings->operations.address, "127.0.0.2");
}

TEST(ConfiguredEffects, ReachTheDatabase) {
  const auto loaded = configOf({{"DATABASE_URL", "sqlite:/d/x.db"},
                                {"DB_QUERY_TIMEOUT", "3s"},
                                {"DB_POOL_SIZE", "5"},
                                {"BACKUP_DIR", "/b"},
                                {"BACKUP_INTERVAL", "6h"},
                                {"BACKUP_KEEP", "9"}});
  const sql::SqliteOptions sqlite = sqliteOptions(loaded.config.data);
  EXPECT_EQ(sqlite.file, "/d/x.db");
  EXPECT_EQ(sqlite.readDeadline, 3s);
  EXPECT_EQ(sqlite.longReaders, 5);
  EXPECT_EQ(sqlite.backups, "/b");
  EXPECT_EQ(sqlite.backupInterval, 6h);
  EXPECT_EQ(sqlite.backupsKept, 9);
  EXPECT_EQ(sqliteOptions(configOf({{"BACKUP_INTERVAL", "0"}}).config.data).backupInterval, 0s);
  const auto remote = configOf({{"DATABASE_URL", "postgres://u:p4ssword@db/x"},
                                {"DB_QUERY_TIMEOUT", "3s"},
                                {"DB_POOL_SIZE", "8"},
                                {"HTTP_THREADS", "2"}});
  const sql::PostgresOptions postgres = postgresOptions(remote.config);
  EXPECT_EQ(postgres.url, "postgres://u:p4ssword@db/x");
  EXPECT_EQ(postgres.queryTimeout, 3s);
  EXPECT_EQ(postgres.connectionsPerThread, 4);
}

/// Telemetry that logs into a file of its own.
class ConfiguredLog : public testing::Test {
 protected:
  std::unique_ptr<Telemetry> make(std::map<std::string, std::string> environment) {
    environment["LOG_FILE"] = file_;
    auto made = Telemetry::make(configOf(std::move(environment)), clock_);
    EXPECT_TRUE(made.ok());
    return made.ok() ? *std::move(made) : nullptr;
  }
  [[nodiscard]] std::string text() const {
    std::ifstream in(file_);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  TemporaryFolder folder_;
  const std::string file_ = (folder_.path() / "service.log").string();
  fakes::FakeClock clock_;
};

TEST_F(ConfiguredLog, HasTheLevelsAndNames) {
  const auto telemetry = make({{"LOG_LEVEL", "warn"},
                               {"LOG_LEVELS", "storage=debug"},
                               {"INSTANCE_ID", "copy-7"},
                               {"OTEL_SERVICE_NAME", "planner"}});
  telemetry->log.logger("api").info("hidden");
  telemetry->log.logger("storage").debug("shown");
  telemetry->log.flush();
  EXPECT_THAT(text(), HasSubstr(R"("service":"planner")"));
  EXPECT_THAT(text(), HasSubstr(R"("instance":"copy-7")"));
  EXPECT_THAT(text(), HasSubstr(R"("message":"shown")"));
  EXPECT_THAT(text(), Not(HasSubstr("hidden")));
}

TEST_F(ConfiguredLog, HasTheFormat) {
  const auto telemetry = make({{"LOG_FORMAT", "ecs"}});
  telemetry->log.logger("api").info("m");
  telemetry->log.flush();
  EXPECT_THAT(text(), HasSubstr(R"("ecs.version":)"));
}

TEST_F(ConfiguredLog, IsPutAsideAtItsSizeAndKeepsAsManyAsAreWanted) {
  auto telemetry = make({{"LOG_MAX_SIZE", "1KiB"}, {"LOG_KEEP", "2"}, {"LOG_MAX_AGE", "0"}});
  const obs::Logger logger = telemetry->log.logger("api").unlimited();
  for (int i = 0; i < 40; ++i) {
    logger.info("a line of some length", {obs::field("i", i)});
    telemetry->log.flush();
    clock_.advance(1s);
  }
  EXPECT_LE(std::filesystem::file_size(file_), 1024U);
  telemetry.reset();
  obs::LogArchive archive(file_, 2);
  archive.sweep();
  EXPECT_EQ(archive.list().size(), 2U);
}

TEST_F(ConfiguredLog, IsPutAsideAtItsAge) {
  auto telemetry = make({{"LOG_MAX_AGE", "12h"}});
  for (int day = 0; day < 3; ++day) {
    telemetry->log.logger("api").info("once a day");
    telemetry->log.flush();
    clock_.advance(24h);
  }
  telemetry.reset();
  EXPECT_EQ(obs::LogArchive(file_, 14).list().size(), 2U);
}

TEST_F(ConfiguredLog, LimitsRepeats) {
  const auto telemetry = make({{"LOG_REPEATS", "3"}});
  for (int i = 0; i < 5; ++i) telemetry->log.logger("api").info("again and again");
  telemetry->log.flush();
  std::size_t lines = 0;
  for (std::size_t at = text().find("again and"); at != std::string::npos;
       at = text().find("again and", at + 1)) {
    ++lines;
  }
  EXPECT_EQ(lines, 3U);
}

TEST_F(ConfiguredLog, TakesOtherLevelsWhenItIsReloaded) {
  const auto telemetry = make({});
  const obs::Logger logger = telemetry->log.logger("api");
  telemetry->reload(configOf({{"LOG_LEVEL", "debug"}}));
  EXPECT_TRUE(logger.wants(obs::Level::kDebug));
  telemetry->reload(configOf({{"LOG_LEVELS", "api=error"}}));
  EXPECT_FALSE(logger.wants(obs::Level::kWarn));
}

TEST_F(ConfiguredLog, GoesOnInANewFileWhenItsOwnWasMovedAndItIsReloaded) {
  const auto telemetry = make({});
  telemetry->log.logger("api").info("before");
  telemetry->log.flush();
  std::filesystem::rename(file_, file_ + ".1");
  telemetry->reload(configOf({}));
  telemetry->log.logger("api").info("after");
  telemetry->log.flush();
  EXPECT_THAT(text(), HasSubstr("after"));
  EXPECT_THAT(text(), Not(HasSubstr("before")));
}

TEST_F(ConfiguredLog, NamesNoSecretThatTheProgramMadeForItself) {
  const auto telemetry = make({{"OPS_TOKEN", "configured-secret"}});
  const auto secrets = loadSecrets({}, folder_.path());
  ASSERT_TRUE(secrets.ok());
  for (const std::string& secret : secrets->values()) telemetry->redactor.addSecret(secret);
  telemetry->log.logger("api").error(
      "it is " + secrets->jwt,
      {obs::field("also", secrets->encryption), obs::field("and", "configured-secret")});
  telemetry->log.flush();
  EXPECT_THAT(text(), Not(HasSubstr(secrets->jwt)));
  EXPECT_THAT(text(), Not(HasSubstr(secrets->encryption)));
  EXPECT_THAT(text(), Not(HasSubstr("configured-secret")));
  EXPECT_THAT(text(), HasSubstr(obs::Redactor::kMask));
}

TEST_F(ConfiguredLog, ShowsInHealthThatItCannotBeWritten) {
  const auto telemetry = make({});
  telemetry->health.setPhase(obs::Phase::kServing);
  telemetry->health.tick();
  EXPECT_THAT(telemetry->health.live().body, HasSubstr(R"("log":{"status":"ok"})"));
  std::filesystem::rename(folder_.path(), folder_.path().string() + "-moved");
  telemetry->log.reopen();
  telemetry->log.flush();
  telemetry->health.tick();
  const auto live = telemetry->health.live();
  EXPECT_EQ(live.status, 200);
  EXPECT_THAT(live.body, HasSubstr(R"("status":"warn")"));
  EXPECT_THAT(live.body, HasSubstr(R"("log":{"status":"warn","output":"the log file)"));
  std::filesystem::rename(folder_.path().string() + "-moved", folder_.path());
}

}  // namespace
}  // namespace sw::app
