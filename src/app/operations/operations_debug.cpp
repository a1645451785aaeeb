#include "app/operations/operations_debug.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "app/operations/operations_log_level.h"
#include "app/operations/ready_answer.h"
#include "app/operations/runbooks.h"
#include "base/json.h"
#include "obs/allocator.h"
#include "obs/memory_limit.h"

namespace sw::app {

using api::Method;
using api::Response;
using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::string_view kPlain = "text/plain; charset=utf-8";
constexpr std::string_view kMarkdown = "text/markdown; charset=utf-8";
constexpr std::string_view kRunbooks = "/ops/runbooks/";

void addView(OperationsTable& table, OperationsViews& views, OperationsViews::Name name,
             std::string path, std::string about) {
  table.add({.path = std::move(path),
             .about = std::move(about),
             .handler = [&views, name](api::Request&) -> base::Task<Result<Response>> {
               Result<std::string> shown = views.render(name);
               if (!shown.ok()) return readyAnswer(shown.error());
               return readyAnswer(operationsAnswer(api::kJsonType, *std::move(shown)));
             }});
}

/// Gives memory back and says what that changed.
std::string releaseMemory(const obs::Logger& logger) {
  const obs::AllocatorUse before = obs::readAllocator();
  const auto used = obs::residentBytes();
  obs::releaseFreeMemory();
  const obs::AllocatorUse after = obs::readAllocator();
  const auto left = obs::residentBytes();
  std::string body;
  base::json::Writer writer(body);
  const auto write = [&writer](std::string_view name, std::uint64_t bytes) {
    writer.field(name, static_cast<std::int64_t>(bytes));
  };
  writer.beginObject().field("allocator", obs::allocatorName());
  write("freeBytesBefore", before.free);
  write("freeBytesAfter", after.free);
  write("residentBytesBefore", used);
  write("residentBytesAfter", left);
  writer.endObject();
  logger.info("Free memory was given back to the system",
              {obs::operation("release_memory"), obs::field("residentBytesBefore", used),
               obs::field("residentBytesAfter", left)});
  return body;
}

/// A runbook as an answer. Browsers show plain text and would store Markdown as a file.
Result<Response> answerRunbook(const api::RequestHead& head) {
  std::string_view name = head.path.substr(kRunbooks.size());
  if (name.ends_with(".md")) name.remove_suffix(3);
  const auto books = runbooks();
  const auto found = std::ranges::find(books, name, &Runbook::name);
  if (found == books.end()) return Error(Code::kNotFound, "there is no runbook of that name");
  const bool forBrowser = head.header("Accept").find("text/html") != std::string_view::npos;
  return operationsAnswer(forBrowser ? kPlain : kMarkdown, std::string(found->text));
}

std::string runbookNames() {
  std::string body;
  base::json::Writer writer(body);
  writer.beginObject().key("runbooks").beginArray();
  for (const Runbook& book : runbooks()) writer.string(book.name);
  writer.endArray().endObject();
  return body;
}

}  // namespace

Response operationsAnswer(std::string_view contentType, std::string body) {
  Response response;
  response.contentType = contentType;
  response.body = std::move(body);
  response.with("Cache-Control", "no-store");
  return response;
}

void addDebugRoutes(OperationsTable& table, OperationsViews& views, obs::Log& log) {
  using Name = OperationsViews::Name;
  addView(table, views, Name::kConfig, "/debug/config", "the configuration, secrets masked");
  addView(table, views, Name::kRequests, "/debug/requests", "requests in flight, slow and failed");
  addView(table, views, Name::kAlerts, "/debug/alerts", "alerts of this process and their state");
  addView(table, views, Name::kJobs, "/debug/jobs", "jobs of each kind, and the newest dead ones");
  table.add({.path = "/debug/log-level",
             .about = "levels of the log",
             .handler = [&log](api::Request&) { return readyAnswer(answerLogLevels(log)); }});
  table.add({.method = Method::kPut,
             .path = "/debug/log-level",
             .about = R"(sets one: {"level": "debug", "component": "api"})",
             .handler = [&log](api::Request& request) {
               return readyAnswer(changeLogLevel(log, request.body));
             }});
  table.add({.method = Method::kPost,
             .path = "/debug/release-memory",
             .about = "gives free memory back to the system",
             .handler = [logger = log.logger("operations")](api::Request&) {
               return readyAnswer(operationsAnswer(api::kJsonType, releaseMemory(logger)));
             }});
}

void addRunbookRoutes(OperationsTable& table) {
  table.add(
      {.path = "/ops/runbooks", .about = "names of the runbooks", .handler = [](api::Request&) {
         return readyAnswer(operationsAnswer(api::kJsonType, runbookNames()));
       }});
  table.add(
      {.path = std::string(kRunbooks),
       .about = "one of them",
       .handler = [](api::Request& request) { return readyAnswer(answerRunbook(request.head)); }});
}

void addIndexRoute(OperationsTable& table) {
  std::string text = "The operations port of scheduling-worker\n\n";
  constexpr std::size_t kColumn = 34;
  for (const OperationsRoute& route : table.routes()) {
    std::string line(api::toString(route.method));
    line.resize(std::max<std::size_t>(line.size(), 5), ' ');
    line += route.path;
    line.resize(std::max(line.size() + 1, kColumn), ' ');
    text += line + route.about + "\n";
  }
  table.add({.path = "/", .about = "this list", .handler = [text](api::Request&) {
               return readyAnswer(operationsAnswer(kPlain, text));
             }});
}

}  // namespace sw::app
