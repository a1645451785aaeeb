#include "reminders/teller.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "jobs/event_types.h"

namespace sw::reminders {
namespace {

/// What is missed by one message of a digest waits behind everything that is on time.
constexpr int kOnTime = 3;
constexpr int kLatePriority = 4;

bool wants(const Reminder& row, std::string_view setting) {
  return std::ranges::find(row.channels, setting) != row.channels.end();
}

obs::ReminderProbe::Subject subjectOf(ResourceKind kind) {
  return static_cast<obs::ReminderProbe::Subject>(kind);
}

}  // namespace

std::string DeliveryOrder::toJson() const {
  std::string out;
  base::json::Writer writer(out);
  writer.beginObject().field("message", messageId.toString()).field("channel", channel);
  writer.key("reminders").beginArray();
  for (const base::Uuid& id : reminders) writer.string(id.toString());
  writer.endArray().endObject();
  return out;
}

std::optional<DeliveryOrder> DeliveryOrder::parse(std::string_view json) {
  const auto document = base::json::Document::parse(json);
  if (!document.ok()) return std::nullopt;
  const base::json::Value root = document->root();
  const auto message = base::Uuid::parse(root.find("message").asString().value_or(""));
  const auto channel = root.find("channel").asString();
  if (!message || !channel) return std::nullopt;
  DeliveryOrder order{*message, std::string(*channel), {}};
  const base::json::Value list = root.find("reminders");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto id = base::Uuid::parse(list.at(i).asString().value_or(""));
    if (!id) return std::nullopt;
    order.reminders.push_back(*id);
  }
  if (order.reminders.empty()) return std::nullopt;
  return order;
}

std::string RevivalOrder::toJson() const {
  std::string out;
  base::json::Writer writer(out);
  writer.beginObject().field("kind", kind).field("key", key).field("payload", payload).endObject();
  return out;
}

std::optional<RevivalOrder> RevivalOrder::parse(std::string_view json) {
  const auto document = base::json::Document::parse(json);
  if (!document.ok()) return std::nullopt;
  const base::json::Value root = document->root();
  const auto kind = root.find("kind").asString();
  const auto key = root.find("key").asString();
  const auto payload = root.find("payload").asString();
  if (!kind || !key || !payload) return std::nullopt;
  return RevivalOrder{std::string(*kind), std::string(*key), std::string(*payload)};
}

void Teller::put(jobs::UnitOfWork& unit, Reminder& row) const {
  if (row.id.isNil()) row.id = base::newUuid(parts_.clock);
  ++row.revision;
  row.updated = parts_.clock.now();
  parts_.reminders.put(unit, row);
}

void Teller::order(jobs::UnitOfWork& unit, const Channel& channel, base::Uuid messageId,
                   std::span<const Reminder> rows, const jobs::Actor& actor) const {
  DeliveryOrder delivery{messageId, std::string(channel.name()), {}};
  for (const Reminder& row : rows) {
    if (wants(row, channel.setting())) delivery.reminders.push_back(row.id);
  }
  if (delivery.reminders.empty()) return;
  const base::Instant now = parts_.clock.now();
  const base::Uuid userId = rows.front().userId;
  parts_.reminders.addDelivery(unit, {.messageId = messageId,
                                      .channel = delivery.channel,
                                      .userId = userId,
                                      .error = {},
                                      .updated = now});
  jobs::Job job;
  job.id = base::newUuid(parts_.clock);
  job.kind = job_kind::kDelivery;
  job.key = messageId.toString() + "/" + delivery.channel;
  job.userId = userId;
  job.payload = delivery.toJson();
  job.priority = rows.size() > 1 ? kLatePriority : kOnTime;
  job.due = now;
  job.created = now;
  job.actor = actor;
  parts_.jobs.put(unit, job);
}

void Teller::tell(jobs::UnitOfWork& unit, std::vector<Reminder> rows,
                  const jobs::Actor& actor) const {
  const base::Instant now = parts_.clock.now();
  for (Reminder& row : rows) {
    if (row.id.isNil()) row.id = base::newUuid(parts_.clock);
  }
  const bool first = rows.size() == 1 && rows.front().snoozes == 0;
  const base::Uuid messageId = first ? rows.front().id : base::newUuid(parts_.clock);
  for (Reminder& row : rows) {
    row.state = ReminderState::kSent;
    row.reason = SkipReason::kNone;
    row.told = now;
    row.messageId = messageId;
    put(unit, row);
    parts_.probe.told(subjectOf(row.kind), now - row.due);
  }
  jobs::Change entry;
  entry.userId = rows.front().userId;
  entry.type = jobs::event_type::kReminderSent;
  entry.resourceId = rows.front().id;
  entry.revision = rows.front().revision;
  entry.at = now;
  entry.requestId = actor.requestId;
  entry.traceParent = actor.traceParent;
  parts_.changes.append(unit, std::move(entry));
  for (const Channel* channel : parts_.channels) order(unit, *channel, messageId, rows, actor);
}

void Teller::skip(jobs::UnitOfWork& unit, Reminder row, SkipReason reason) const {
  row.state = ReminderState::kSkipped;
  row.reason = reason;
  row.told = parts_.clock.now();
  put(unit, row);
  parts_.probe.skipped(subjectOf(row.kind), toString(reason));
}

void Teller::gather(jobs::UnitOfWork& unit, Reminder row) const {
  row.state = ReminderState::kGathered;
  put(unit, row);
}

void Teller::orderDigest(jobs::UnitOfWork& unit, base::Uuid userId, base::Instant due,
                         const jobs::Actor& actor) const {
  jobs::Job job;
  job.id = base::newUuid(parts_.clock);
  job.kind = job_kind::kDigest;
  job.key = userId.toString();
  job.userId = userId;
  job.payload = "{}";
  job.priority = kLatePriority;
  job.due = due;
  job.created = parts_.clock.now();
  job.actor = actor;
  parts_.jobs.put(unit, job);
}

void Teller::orderRevival(jobs::UnitOfWork& unit, const jobs::Job& dead) const {
  jobs::Job job;
  job.id = base::newUuid(parts_.clock);
  job.kind = job_kind::kRevival;
  job.key = dead.kind + "/" + dead.key;
  job.userId = dead.userId;
  job.payload = RevivalOrder{dead.kind, dead.key, dead.payload}.toJson();
  job.priority = kLatePriority;
  job.created = parts_.clock.now();
  job.due = job.created + kRest;
  job.actor = dead.actor;
  parts_.jobs.put(unit, job);
}

}  // namespace sw::reminders
