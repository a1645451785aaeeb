#include <string>
#include <utility>
#include <vector>

#include "api/error_response.h"
#include "api/event_routes.h"
#include "base/json_reader.h"

namespace sw::api {
namespace {

using base::Result;
using base::Task;
using base::json::ObjectReader;
using base::json::Value;

constexpr std::size_t kMaxOperations = 1000;
constexpr std::size_t kMaxText = 1024;

/// Reads one operation; everything wrong goes to `problems`.
EventChange readOperation(Value value, std::size_t index, base::json::Problems& problems) {
  EventChange change;
  ObjectReader reader(value, "operations[" + std::to_string(index) + "]", problems);
  change.kind = static_cast<EventChange::Kind>(
      reader.choice("method", {"create", "update", "replace", "delete"}, ObjectReader::kRequired)
          .value_or(0));
  const bool creates = change.kind == EventChange::Kind::kCreate;
  change.eventId =
      reader.text("eventId", kMaxText, creates ? ObjectReader::kOptional : ObjectReader::kRequired)
          .value_or("");
  change.calendarId = reader.text("calendarId", kMaxText).value_or("");
  if (const auto scope = reader.choice("scope", {"this", "following", "all"})) {
    change.scope = static_cast<calendar::Scope>(*scope);
  }
  change.rejectConflicts = reader.choice("onConflict", {"allow", "reject"}).value_or(0) == 1;
  change.ifMatch = reader.text("ifMatch", kMaxText).value_or("");
  const bool needsBody = change.kind != EventChange::Kind::kDelete;
  change.body = reader.value("event", Value::Type::kObject,
                             needsBody ? ObjectReader::kRequired : ObjectReader::kOptional);
  reader.finish();
  return change;
}

void appendResult(std::string& out, const Result<EventChanged>& outcome,
                  const std::string& requestId) {
  out += R"({"status":)";
  if (!outcome.ok()) {
    out += std::to_string(base::describe(outcome.error().code()).httpStatus);
    out += R"(,"error":)";
    appendErrorBody(out, outcome.error(), requestId);
  } else {
    out += std::to_string(outcome->status);
    if (!outcome->view.empty()) out += R"(,"event":)" + outcome->view;
  }
  out += '}';
}

}  // namespace

Task<Result<Response>> EventRoutes::batch(RequestScope& scope) {
  SW_CO_TRY(const auto document, scope.json());
  base::json::Problems problems;
  ObjectReader reader(document.root(), "", problems);
  const Value operations = reader.value("operations", Value::Type::kArray, ObjectReader::kRequired);
  reader.finish();
  if (operations.size() > kMaxOperations || (operations.isArray() && operations.size() == 0)) {
    reader.problem("operations", "must be 1 to " + std::to_string(kMaxOperations));
  }
  std::vector<EventChange> changes;
  for (std::size_t i = 0; i < operations.size() && i < kMaxOperations; ++i) {
    changes.push_back(readOperation(operations.at(i), i, problems));
  }
  if (!problems.empty()) co_return problems.toError();

  // Each operation stands for itself: it sees what those before it wrote, and a failed one does
  // not take the others back.
  std::string out = R"({"results":[)";
  for (const EventChange& change : changes) {
    std::optional<Result<EventChanged>> outcome;
    auto work = [&]() -> Task<Result<Response>> {
      auto unit = scope.begin();
      outcome.emplace(co_await writer_.apply(*unit, scope.userId(), change, scope.actor()));
      if (!outcome->ok()) co_return noContent();
      auto committed = co_await scope.commitPart(*unit);
      if (!committed.ok()) {
        outcome.emplace(committed.error());
        co_return committed.error();
      }
      co_return noContent();
    };
    [[maybe_unused]] const auto ignored = co_await scope.attempt(work);
    if (out.back() != '[') out += ',';
    appendResult(out, *outcome, scope.actor().requestId);
  }
  out += "]}";
  Response response = jsonResponse(200, std::move(out));
  auto unit = scope.begin();
  co_return co_await scope.commit(*unit, std::move(response));
}

}  // namespace sw::api
