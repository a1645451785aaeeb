#include "api/request_scope.h"

#include <utility>

#include "api/etag.h"

namespace sw::api {

Response jsonResponse(int status, std::string json) {
  Response response;
  response.status = status;
  response.contentType = kJsonType;
  response.body = std::move(json);
  return response;
}

Response noContent() {
  Response response;
  response.status = 204;
  return response;
}

RequestScope::RequestScope(Request& request, const Route& route, const PathParameters& parameters,
                           std::shared_ptr<const accounts::Principal> principal, jobs::Actor actor,
                           Query query, Stores stores, std::optional<Repeatable> repeatable)
    : request_(request),
      route_(route),
      parameters_(parameters),
      principal_(std::move(principal)),
      actor_(std::move(actor)),
      query_(std::move(query)),
      stores_(stores),
      repeatable_(std::move(repeatable)) {}

std::string RequestScope::parameter(std::string_view name) const {
  return percentDecode(parameters_.find(name)).value_or("");
}

base::Result<base::Uuid> RequestScope::idParameter(std::string_view name) const {
  const auto id = base::Uuid::parse(parameters_.find(name));
  if (!id) return base::Error(base::Code::kNotFound, "there is nothing with this id");
  return *id;
}

base::Result<base::json::Document> RequestScope::json() const {
  return base::json::Document::parse(request_.body);
}

void RequestScope::record(jobs::UnitOfWork& unit, const Response& response) {
  if (!repeatable_) return;
  recordAnswer(stores_.idempotency, unit, *repeatable_, response, stores_.clock.now());
}

base::Task<base::Result<Response>> RequestScope::answerAfter(base::Error error) {
  if (error.code() != base::Code::kConflict || !repeatable_) co_return error;
  auto earlier = co_await findAnswer(stores_.idempotency, *repeatable_);
  if (!earlier.ok()) co_return earlier.error();
  if (*earlier) co_return *std::move(*earlier);
  co_return error;
}

base::Task<base::Result<Response>> RequestScope::commit(jobs::UnitOfWork& unit, Response response) {
  record(unit, response);
  const auto committed = co_await unit.commit();
  if (!committed.ok()) co_return co_await afterConflict(committed.error());
  co_return response;
}

base::Task<base::Result<Response>> RequestScope::commit(jobs::UnitOfWork& unit, Response response,
                                                        const Response& repeated) {
  record(unit, repeated);
  const auto committed = co_await unit.commit();
  if (!committed.ok()) co_return co_await afterConflict(committed.error());
  co_return response;
}

Repeatable RequestScope::partOf(std::size_t part) const {
  Repeatable one = *repeatable_;
  one.key.scope += '#' + std::to_string(part);
  return one;
}

void RequestScope::recordPart(jobs::UnitOfWork& unit, std::size_t part, const std::string& result) {
  if (!repeatable_) return;
  recordAnswer(stores_.idempotency, unit, partOf(part), jsonResponse(200, result),
               stores_.clock.now());
}

base::Task<base::Result<std::optional<std::string>>> RequestScope::findPart(std::size_t part) {
  std::optional<std::string> result;
  if (!repeatable_) co_return result;
  const Repeatable one = partOf(part);
  SW_CO_TRY(auto known, co_await findAnswer(stores_.idempotency, one));
  if (known) result = std::get<std::string>(std::move(known->body));
  co_return result;
}

base::Task<base::Result<void>> RequestScope::commitPart(jobs::UnitOfWork& unit) {
  const auto committed = co_await unit.commit();
  if (!committed.ok()) outrun_ = committed.error().code() == base::Code::kConflict;
  co_return committed;
}

base::Task<base::Result<Response>> RequestScope::afterConflict(base::Error error) {
  if (error.code() != base::Code::kConflict) co_return error;
  if (repeatable_) {
    auto earlier = co_await findAnswer(stores_.idempotency, *repeatable_);
    if (!earlier.ok()) co_return earlier.error();
    if (*earlier) co_return *std::move(*earlier);
  }
  outrun_ = true;
  co_return error;
}

base::Result<void> RequestScope::checkIfMatch(std::string_view etag) const {
  const std::string_view wanted = request_.head.header("If-Match");
  if (wanted.empty() || ifMatchNames(wanted, etag)) return {};
  return base::Error(base::Code::kPreconditionFailed,
                     "it was changed since: its ETag is now " + std::string(etag));
}

Response RequestScope::tagged(int status, std::string json, std::string etag) const {
  const std::string_view known = request_.head.header("If-None-Match");
  const bool reads = request_.head.method == Method::kGet || request_.head.method == Method::kHead;
  Response response = reads && !known.empty() && ifNoneMatchNames(known, etag)
                          ? Response{304, {}, {}, std::string(), false}
                          : jsonResponse(status, std::move(json));
  response.with("ETag", std::move(etag));
  return response;
}

}  // namespace sw::api
