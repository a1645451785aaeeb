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

/// The run of one batch. Each operation stands for itself: it sees what those before it wrote, and
/// a failed one does not take the others back. Results are committed with the next operation that
/// writes, so that a repeat of a batch that was broken off goes on where durable results end.
class BatchRun {
 public:
  BatchRun(RequestScope& scope, EventWriter& writer) : scope_(scope), writer_(writer) {}

  Task<Result<Response>> run(const std::vector<EventChange>& changes) {
    SW_CO_CHECK(co_await resume(changes.size()));
    while (results_.size() < changes.size()) {
      SW_CO_CHECK(co_await next(changes[results_.size()]));
    }
    std::string out = R"({"results":[)";
    for (const std::string& result : results_) {
      if (out.back() != '[') out += ',';
      out += result;
    }
    out += "]}";
    Response response = jsonResponse(200, std::move(out));
    const auto unit = scope_.begin();
    co_return co_await scope_.commit(*unit, std::move(response));
  }

 private:
  /// Takes over results of an earlier attempt, from the next one on.
  Task<Result<void>> resume(std::size_t count) {
    while (results_.size() < count) {
      SW_CO_TRY(std::optional<std::string> known, co_await scope_.findPart(results_.size()));
      if (!known) break;
      results_.push_back(*std::move(known));
      recorded_ = results_.size();
    }
    co_return Result<void>();
  }

  Task<Result<void>> next(const EventChange& change) {
    std::optional<Result<EventChanged>> outcome;
    bool outrun = false;
    const std::size_t index = results_.size();
    auto work = [&]() -> Task<Result<Response>> {
      // Another copy of the program may be at the same batch.
      if (outrun) SW_CO_CHECK(co_await resume(index + 1));
      if (results_.size() > index) co_return noContent();
      const auto unit = scope_.begin();
      outcome.emplace(co_await writer_.apply(*unit, scope_.userId(), change, scope_.actor()));
      if (!outcome->ok()) co_return noContent();
      for (std::size_t i = recorded_; i < index; ++i) scope_.recordPart(*unit, i, results_[i]);
      scope_.recordPart(*unit, index, textOf(*outcome));
      const auto committed = co_await scope_.commitPart(*unit);
      if (!committed.ok()) {
        outcome.emplace(committed.error());
        outrun = true;
        co_return committed.error();
      }
      recorded_ = index + 1;
      co_return noContent();
    };
    const auto ended = co_await scope_.attempt(work);
    if (results_.size() > index) co_return Result<void>();
    if (!outcome) co_return ended.error();
    results_.push_back(textOf(*outcome));
    co_return Result<void>();
  }

  [[nodiscard]] std::string textOf(const Result<EventChanged>& outcome) const {
    std::string text;
    appendResult(text, outcome, scope_.actor().requestId);
    return text;
  }

  RequestScope& scope_;
  EventWriter& writer_;
  std::vector<std::string> results_;
  std::size_t recorded_ = 0;  // so many of them are durable
};

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

  BatchRun run(scope, writer_);
  co_return co_await run.run(changes);
}

}  // namespace sw::api
