#include <chrono>
#include <string>

#include "app/build_info.h"
#include "app/doctor/doctor.h"
#include "app/doctor/running_service.h"
#include "base/json.h"

namespace sw::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 3s;

std::string textOf(base::json::Value value) { return std::string(value.asString().value_or("")); }

/// One line for each check of a health answer that is not well.
void tellChecks(std::string_view check, const std::string& body, Findings& findings) {
  const auto document = base::json::Document::parse(body);
  if (!document.ok()) return;
  const base::json::Value checks = document->root().find("checks");
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const auto [name, state] = checks.memberAt(i);
    const std::string status = textOf(state.find("status"));
    if (status != "warn" && status != "fail") continue;
    std::string message = std::string(name) + ": " + status;
    if (const std::string error = textOf(state.find("lastError")); !error.empty()) {
      message += ", " + error;
    }
    const std::string advice =
        "The runbook of that name in docs/runbooks, also at "
        "/ops/runbooks of the operations port, says what to do";
    if (status == "fail") {
      findings.fail(check, message, advice);
    } else {
      findings.warn(check, message, advice);
    }
  }
}

void checkHealth(RunningService& service, std::string_view check, const std::string& path,
                 std::string_view good, const std::string& advice, Findings& findings) {
  const auto answer = service.get(path, kPatience);
  if (!answer.ok()) {
    findings.fail(check, path + ": " + answer.error().describe(), advice);
    return;
  }
  if (answer->status == 200) {
    findings.ok(check, std::string(good));
  } else {
    findings.fail(check, path + " answered " + std::to_string(answer->status), advice);
  }
  tellChecks(check, answer->body, findings);
}

}  // namespace

void checkService(const base::LoadedConfig& loaded, const base::Clock& /*clock*/,
                  Findings& findings) {
  RunningService service(loaded.config.operations);
  const auto alive = service.get("/health", kPatience);
  constexpr std::string_view kName = "service";
  if (!alive.ok()) {
    findings.ok(kName, "no service runs at " + service.address() + " now");
    return;
  }
  const auto document = base::json::Document::parse(alive->body);
  const std::string version = document.ok() ? textOf(document->root().find("version")) : "";
  if (alive->status != 200 || version.empty()) {
    findings.warn(kName, "what answers at " + service.address() + " is not this service",
                  "Set PROMETHEUS_PORT to a port that nothing else uses");
    return;
  }
  if (version == buildInfo().version) {
    findings.ok(kName, "version " + version + " runs at " + service.address());
  } else {
    findings.warn(
        kName, "version " + version + " runs, this program is " + std::string(buildInfo().version),
        "Restart the service to bring the new version in");
  }
  checkHealth(service, "service-ready", "/health/ready", "it is ready to do its work",
              "What it needs is away or it starts or drains: see the lines below", findings);
  checkHealth(service, "service-live", "/health/live", "it lives",
              "A restart cures what this finds; save a debug-bundle before", findings);
}

}  // namespace sw::app
