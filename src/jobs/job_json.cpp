#include "jobs/job_json.h"

#include "base/json.h"
#include "base/time_format.h"

namespace sw::jobs {
namespace {

void writeItems(base::json::Writer& json, const std::vector<JobStore::Census>& census) {
  json.key("items").beginArray();
  for (const JobStore::Census& one : census) {
    json.beginObject()
        .field("kind", one.kind)
        .field("waiting", one.waiting)
        .field("overdue", one.overdue)
        .field("dead", one.dead);
    if (one.oldestDue) json.field("oldestDue", base::formatInstant(*one.oldestDue));
    json.endObject();
  }
  json.endArray();
}

}  // namespace

void appendCensus(std::string& out, const std::vector<JobStore::Census>& census) {
  base::json::Writer json(out);
  json.beginObject();
  writeItems(json, census);
  json.endObject();
}

void appendOverview(std::string& out, const std::vector<JobStore::Census>& census,
                    const std::vector<Job>& dead) {
  base::json::Writer json(out);
  json.beginObject();
  writeItems(json, census);
  json.key("newestDead").beginArray();
  for (const Job& job : dead) {
    std::string item;
    appendDeadJob(item, job);
    json.raw(item);
  }
  json.endArray().endObject();
}

void appendDeadJob(std::string& out, const Job& job) {
  base::json::Writer json(out);
  json.beginObject().field("id", job.id.toString()).field("kind", job.kind);
  if (!job.key.empty()) json.field("key", job.key);
  if (!job.userId.isNil()) json.field("userId", job.userId.toString());
  if (!job.actor.requestId.empty()) json.field("requestId", job.actor.requestId);
  json.field("priority", std::int64_t{job.priority})
      .field("attempts", std::int64_t{job.attempts})
      .field("error", job.lastError)
      .field("due", base::formatInstant(job.due))
      .field("created", base::formatInstant(job.created))
      .endObject();
}

}  // namespace sw::jobs
