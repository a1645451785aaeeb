#include "api/change_json.h"

#include "base/time_format.h"

namespace sw::api {

void writeChange(base::json::Writer& writer, const jobs::Change& change) {
  writer.beginObject().field("type", change.type).field("resourceId", change.resourceId.toString());
  if (!change.calendarId.isNil()) writer.field("calendarId", change.calendarId.toString());
  if (!change.part.empty()) writer.field("occurrenceId", change.part);
  writer.field("revision", change.revision).field("time", base::formatInstant(change.at));
  if (!change.requestId.empty()) writer.field("requestId", change.requestId);
  writer.endObject();
}

}  // namespace sw::api
