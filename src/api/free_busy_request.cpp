#include "api/free_busy_request.h"

#include <utility>

#include "base/time_format.h"

namespace sw::api {
namespace {

using base::json::ObjectReader;
using base::json::Value;

constexpr std::size_t kMaxItems = 100;
constexpr std::size_t kMaxText = 320;
constexpr std::int64_t kMaxBuffer = 240;
constexpr std::chrono::days kMaxWindow{366 * 2};

base::UtcSeconds readTime(ObjectReader& reader, std::string_view name, const base::Zone& zone) {
  const auto text = reader.text(name, kMaxText, ObjectReader::kRequired);
  if (!text) return {};
  const auto parsed = base::parseDateTime(*text);
  if (!parsed) {
    reader.problem(name, "must be a time such as 2026-03-01T09:00:00+01:00 (RFC 3339)");
    return {};
  }
  if (!parsed->offset) return zone.toUtc(parsed->local);
  return base::UtcSeconds(parsed->local.time_since_epoch() - *parsed->offset);
}

std::chrono::minutes readBuffer(ObjectReader& reader, std::string_view name) {
  return std::chrono::minutes(reader.integer(name, 0, kMaxBuffer).value_or(0));
}

}  // namespace

FreeBusyRequest readFreeBusyRequest(Value body, base::json::Problems& problems) {
  FreeBusyRequest request;
  ObjectReader reader(body, "", problems);
  if (const auto name = reader.text("timeZone", kMaxText)) {
    const auto zone = base::Zone::find(*name);
    if (zone.ok()) request.zone = *zone;
    if (!zone.ok()) reader.problem("timeZone", "must be a name of the tz database");
  }
  request.window.start = readTime(reader, "timeMin", request.zone);
  request.window.end = readTime(reader, "timeMax", request.zone);
  if (problems.empty() && request.window.end <= request.window.start) {
    reader.problem("timeMax", "must be after timeMin");
  } else if (problems.empty() && request.window.end - request.window.start > kMaxWindow) {
    reader.problem("timeMax", "must be at most two years after timeMin");
  }
  const Value items = reader.value("items", Value::Type::kArray, ObjectReader::kRequired);
  if (items.size() > kMaxItems) {
    reader.problem("items", "must be at most " + std::to_string(kMaxItems));
  }
  for (std::size_t i = 0; i < items.size() && i < kMaxItems; ++i) {
    ObjectReader item(items.at(i), "items[" + std::to_string(i) + "]", problems);
    if (auto id = item.text("id", kMaxText, ObjectReader::kRequired)) {
      request.items.push_back(*std::move(id));
    }
    item.finish();
  }
  request.bufferBefore = readBuffer(reader, "bufferBefore");
  request.bufferAfter = readBuffer(reader, "bufferAfter");
  request.workingHours = reader.boolean("workingHours").value_or(false);
  reader.ignore({"groupExpansionMax", "calendarExpansionMax"});
  reader.finish();
  return request;
}

}  // namespace sw::api
