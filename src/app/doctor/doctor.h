#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/config.h"
#include "base/result.h"

/// `scheduling-worker doctor`: looks at everything that a service needs on its machine, says what
/// is wrong and what to do. It changes nothing and sends nothing. Runbooks name its checks.
namespace sw::app {

enum class Verdict { kOk, kWarn, kFail };
/// "ok", "warn", "fail".
std::string_view toString(Verdict verdict);

/// What one check has found. Both texts are whole sentences and hold no secret.
struct Finding {
  std::string check;  // as in "database-integrity"
  Verdict verdict = Verdict::kOk;
  std::string message;
  std::string advice{};  // what to do; empty where all is well
};

/// Collects the findings of one check under its name.
class Findings {
 public:
  void ok(std::string_view check, std::string message);
  void warn(std::string_view check, std::string message, std::string advice);
  void fail(std::string_view check, std::string message, std::string advice);

  [[nodiscard]] const std::vector<Finding>& all() const { return all_; }
  /// The worst verdict.
  [[nodiscard]] Verdict verdict() const;

 private:
  std::vector<Finding> all_;
};

/// One group of checks. Blocks, for some seconds at most.
using DoctorCheck = std::function<void(const base::LoadedConfig&, const base::Clock&, Findings&)>;

/// The data folder and its secrets, free disk, backups, where logs go.
void checkFiles(const base::LoadedConfig& loaded, const base::Clock& clock, Findings& findings);
/// The database: connection string, reachability, integrity, migrations, pool.
void checkDatabase(const base::LoadedConfig& loaded, const base::Clock& clock, Findings& findings);
/// The machine: clock, time zones, ports, memory, file descriptors.
void checkMachine(const base::LoadedConfig& loaded, const base::Clock& clock, Findings& findings);
/// Redis, Kafka and Google, where they are configured.
void checkDependencies(const base::LoadedConfig& loaded, const base::Clock& clock,
                       Findings& findings);
/// Who is told of errors, traces and alerts: each is reached, nothing is sent.
void checkReceivers(const base::LoadedConfig& loaded, const base::Clock& clock, Findings& findings);
/// The service that runs here with this configuration.
void checkService(const base::LoadedConfig& loaded, const base::Clock& clock, Findings& findings);

/// Runs every check. Secrets of the configuration are removed from what was found.
Findings examine(const base::LoadedConfig& loaded, const base::Clock& clock);

/// For people: one line each, what to do below it, a verdict at the end. Colours when `colour`.
std::string doctorText(const Findings& findings, bool colour);
/// {"status": "warn", "version": "1.0.0", "checks": [{"name", "status", "message", "advice"}]}.
std::string doctorJson(const Findings& findings);

}  // namespace sw::app
