#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/task.h"
#include "jobs/change_log.h"
#include "jobs/event_data.h"

namespace sw::jobs {

/// What every envelope of this installation has in common.
struct CloudEventOptions {
  /// Who says it, a URI reference: the address of the service, as "https://plan.example.org".
  std::string source;
};

/// Version of the shape of `data`, which the schemas of `asyncapi.yaml` describe. Grows when a
/// field goes away or changes its meaning; a new field is no change.
inline constexpr int kEventSchemaVersion = 1;
/// The media type of an envelope (CloudEvents 1.0, JSON event format, section 3).
inline constexpr std::string_view kCloudEventType = "application/cloudevents+json";

/// The id of a change's event: `{userId}-{number}`. The same each time the change is told, so
/// that a receiver can drop what it was told already.
[[nodiscard]] std::string cloudEventId(const Change& change);

/// A change as a CloudEvents 1.0 envelope in JSON: specversion, id, source, type, subject (the
/// resource's id), time, datacontenttype, dataschema, data; extensions `userid`, `revision`,
/// `schemaversion`, and where they are known `traceparent` (the distributed tracing extension),
/// `requestid`, `calendarid`, `part`. `data` is a JSON object, as `EventDataSources` answers it.
[[nodiscard]] std::string toCloudEvent(const Change& change, std::string_view data,
                                       const CloudEventOptions& options);

/// The same with `data` asked from `sources`. Fails as they do; may suspend.
[[nodiscard]] base::Task<base::Result<std::string>> cloudEventOf(const Change& change,
                                                                 const EventDataSources& sources,
                                                                 const CloudEventOptions& options);

}  // namespace sw::jobs
