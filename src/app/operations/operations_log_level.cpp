#include "app/operations/operations_log_level.h"

#include <optional>
#include <string>
#include <utility>

#include "app/operations/operations_debug.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "base/text.h"

namespace sw::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::string_view kConfigured = "configured";

/// False when there is no such component.
bool apply(obs::Log& log, const std::optional<std::string>& component,
           std::optional<obs::Level> level) {
  if (!component) {
    if (level) {
      log.setLevel(*level);
    } else {
      log.resetLevels();
    }
    return true;
  }
  return level ? log.setLevel(*component, *level) : log.resetLevel(*component);
}

}  // namespace

api::Response answerLogLevels(const obs::Log& log) {
  std::string body;
  base::json::Writer writer(body);
  writer.beginObject()
      .field("level", base::toLowerAscii(obs::toString(log.level())))
      .key("components")
      .beginObject();
  for (const obs::ComponentLevel& component : log.levels()) {
    writer.field(component.name, base::toLowerAscii(obs::toString(component.level)));
  }
  writer.endObject().endObject();
  return operationsAnswer(api::kJsonType, std::move(body));
}

Result<api::Response> changeLogLevel(obs::Log& log, std::string_view body) {
  SW_TRY(const base::json::Document document, base::json::Document::parse(body));
  base::json::Problems problems;
  base::json::ObjectReader reader(document.root(), "", problems);
  const auto name = reader.text("level", kMaxName, reader.kRequired);
  const auto component = reader.text("component", kMaxName);
  const auto level = name ? obs::levelFrom(*name) : std::nullopt;
  if (name && !level && *name != kConfigured) {
    reader.problem("level", "expected one of error, warn, info, debug, configured");
  }
  reader.finish();
  if (!problems.empty()) return problems.toError();
  if (!apply(log, component, level)) {
    return Error(Code::kNotFound, "no component of that name logs; GET lists them");
  }
  log.logger("operations")
      .warn("The level of the log was changed",
            {obs::operation("log_level"), obs::field("newLevel", *name),
             obs::field("of", component ? std::string_view(*component) : "all components")});
  return answerLogLevels(log);
}

}  // namespace sw::app
