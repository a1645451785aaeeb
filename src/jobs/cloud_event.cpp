#include "jobs/cloud_event.h"

#include "base/json.h"
#include "base/time_format.h"

namespace sw::jobs {
namespace {

constexpr std::string_view kSpecVersion = "1.0";
constexpr std::string_view kSchemas = "/asyncapi.json#/components/messages/";
constexpr std::size_t kEnvelope = 640;  // bytes beside `data`, about

}  // namespace

std::string cloudEventId(const Change& change) {
  std::string id = change.userId.toString();
  id += '-';
  id += std::to_string(change.number);
  return id;
}

// Names and order as in the CloudEvents specification 1.0.2, sections "Required Attributes",
// "Optional Attributes"; extension names are lower-case letters only.
std::string toCloudEvent(const Change& change, std::string_view data,
                         const CloudEventOptions& options) {
  std::string out;
  out.reserve(kEnvelope + data.size());
  base::json::Writer writer(out);
  writer.beginObject()
      .field("specversion", kSpecVersion)
      .field("id", cloudEventId(change))
      .field("source", options.source)
      .field("type", change.type)
      .field("subject", change.resourceId.toString())
      .field("time", base::formatInstant(change.at))
      .field("datacontenttype", "application/json")
      .field("dataschema", options.source + std::string(kSchemas) + change.type)
      .field("userid", change.userId.toString())
      .field("schemaversion", std::int64_t{kEventSchemaVersion})
      .field("revision", change.revision);
  if (!change.calendarId.isNil()) writer.field("calendarid", change.calendarId.toString());
  if (!change.part.empty()) writer.field("part", change.part);
  if (!change.requestId.empty()) writer.field("requestid", change.requestId);
  if (!change.traceParent.empty()) writer.field("traceparent", change.traceParent);
  writer.key("data").raw(data).endObject();
  return out;
}

base::Task<base::Result<std::string>> cloudEventOf(const Change& change,
                                                   const EventDataSources& sources,
                                                   const CloudEventOptions& options) {
  SW_CO_TRY(const std::string data, co_await sources.dataOf(change));
  co_return toCloudEvent(change, data, options);
}

}  // namespace sw::jobs
