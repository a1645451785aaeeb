#include <utility>

#include "base/json.h"
#include "base/time_format.h"
#include "obs/alert_engine.h"

namespace sw::obs {
namespace {

using base::json::Writer;

void writeTime(Writer& json, std::string_view name, base::Instant at) {
  json.field(name, base::formatInstant(at));
}

void writeAlert(Writer& json, const AlertInfo& info, std::string_view state,
                std::string_view labels, std::string_view runbookBase) {
  json.field("alert", info.name).field("state", state);
  json.field("severity", toString(info.severity));
  json.key("labels").raw(labels);
  json.field("summary", info.summary).field("runbook", runbookOf(runbookBase, info));
}

void writeLocal(Writer& json, const TrackedAlert& alert, std::string_view runbookBase) {
  const AlertInfo& info = describe(alert.condition.id);
  json.beginObject();
  writeAlert(json, info, toString(alert.phase), labelsToJson(alert.condition.labels), runbookBase);
  writeTime(json, "activeSince", alert.activeAt);
  if (alert.phase != AlertPhase::kPending) writeTime(json, "since", alert.firedAt);
  if (alert.phase == AlertPhase::kResolved) writeTime(json, "resolvedAt", alert.resolvedAt);
  json.key("value").number(alert.condition.value);
  json.key("threshold").number(alert.condition.threshold);
  json.field("forSeconds", std::int64_t{info.holdFor.count()});
  json.field("description", alert.condition.description);
  json.endObject();
}

void writeElsewhere(Writer& json, const AlertNotice& notice, std::string_view runbookBase) {
  const AlertInfo* info = findAlert(notice.alert);
  if (info == nullptr) return;
  json.beginObject();
  const std::string labels = labelsToJson(labelsFromJson(notice.labels));
  writeAlert(json, *info, toString(AlertPhase::kFiring), labels, runbookBase);
  writeTime(json, "since", notice.since);
  json.key("value").number(notice.value).key("threshold").number(notice.threshold);
  json.field("forSeconds", std::int64_t{info->holdFor.count()});
  json.field("description", notice.description).field("seenBy", notice.instance);
  json.endObject();
}

void writeChannel(Writer& json, const AlertDispatcher::Channel& channel) {
  json.beginObject();
  json.field("channel", label::AlertChannel::kValues.at(channel.channel));
  json.field("destination", channel.destination);
  json.field("status", channel.failing ? "fail" : "ok");
  json.field("queued", static_cast<std::int64_t>(channel.queued));
  if (channel.lastDelivered) writeTime(json, "lastDelivered", *channel.lastDelivered);
  if (channel.lastFailed) {
    writeTime(json, "lastFailed", *channel.lastFailed);
    json.field("lastError", channel.lastError);
  }
  json.endObject();
}

}  // namespace

std::string AlertEngine::json() const {
  View view;
  {
    const std::lock_guard lock(mutex_);
    view = view_;
  }
  std::string out;
  Writer json(out);
  json.beginObject().field("instance", options_.instance);
  if (view.evaluated != base::Instant{}) writeTime(json, "evaluatedAt", view.evaluated);
  json.field("state", view.shared ? "shared" : "alone");
  if (view.lastDrill) writeTime(json, "lastDrill", *view.lastDrill);
  json.key("channels").beginArray();
  for (const auto& channel : dispatcher_.channels()) writeChannel(json, channel);
  json.endArray().key("active").beginArray();
  for (const auto& [fingerprint, alert] : view.local) {
    if (alert.phase != AlertPhase::kResolved) writeLocal(json, alert, options_.runbookBase);
  }
  for (const AlertNotice& notice : view.elsewhere) {
    writeElsewhere(json, notice, options_.runbookBase);
  }
  json.endArray().key("recent").beginArray();
  for (const auto& [fingerprint, alert] : view.local) {
    if (alert.phase == AlertPhase::kResolved) writeLocal(json, alert, options_.runbookBase);
  }
  json.endArray().endObject();
  return out;
}

}  // namespace sw::obs
