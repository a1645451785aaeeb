#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/principal.h"
#include "api/repeats.h"
#include "api/route.h"
#include "api/target.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/uuid.h"
#include "jobs/actor.h"
#include "jobs/idempotency.h"
#include "jobs/unit_of_work.h"

namespace sw::api {

/// A request on its way through its handler: who asks, for what, and the means to commit what
/// it writes. Lives as long as the handler runs; one coroutine's.
class RequestScope {
 public:
  /// Where what the handler commits goes; both outlive the scope.
  struct Stores {
    jobs::Storage& storage;
    jobs::IdempotencyStore& idempotency;
    const base::Clock& clock;
  };

  RequestScope(Request& request, const Route& route, const PathParameters& parameters,
               std::shared_ptr<const accounts::Principal> principal, jobs::Actor actor, Query query,
               Stores stores, std::optional<Repeatable> repeatable);

  [[nodiscard]] const RequestHead& head() const { return request_.head; }
  [[nodiscard]] std::string& body() { return request_.body; }
  [[nodiscard]] const Route& route() const { return route_; }
  /// Who asks; only on routes that are not public.
  [[nodiscard]] const accounts::Principal& principal() const { return *principal_; }
  [[nodiscard]] base::Uuid userId() const { return principal_->user.id; }
  [[nodiscard]] const jobs::Actor& actor() const { return actor_; }
  [[nodiscard]] const Query& query() const { return query_; }
  [[nodiscard]] const base::Clock& clock() const { return stores_.clock; }
  [[nodiscard]] const std::optional<Repeatable>& repeatable() const { return repeatable_; }

  /// A path parameter, decoded; empty when it cannot be.
  [[nodiscard]] std::string parameter(std::string_view name) const;
  /// A path parameter that is an id; `kNotFound` when it is none.
  [[nodiscard]] base::Result<base::Uuid> idParameter(std::string_view name) const;
  /// The body as JSON; `kMalformed` when it is none.
  [[nodiscard]] base::Result<base::json::Document> json() const;

  std::unique_ptr<jobs::UnitOfWork> begin() { return stores_.storage.begin(); }
  /// Commits `unit` together with the answer to repeat, and gives the answer; where another copy
  /// of the program has meanwhile answered the same key, that answer. Fails as
  /// `UnitOfWork::commit` does; `attempt` then does the work again where that is right.
  base::Task<base::Result<Response>> commit(jobs::UnitOfWork& unit, Response response);
  /// The same for an answer that holds a secret: a repeat gets `repeated` instead.
  base::Task<base::Result<Response>> commit(jobs::UnitOfWork& unit, Response response,
                                            const Response& repeated);

  /// Adds to `unit` the answer to repeat, where whoever commits it is somebody else.
  void record(jobs::UnitOfWork& unit, const Response& response);
  /// What to answer when such a unit failed: where another copy of the program has answered the
  /// same key, that answer, else `error`.
  base::Task<base::Result<Response>> answerAfter(base::Error error);

  /// Adds to `unit` the result of the part with that number, which a repeat of the request finds;
  /// nothing when the request cannot be repeated.
  void recordPart(jobs::UnitOfWork& unit, std::size_t part, const std::string& result);
  /// The result of a part that an earlier attempt at this request has committed, or nothing. Fails
  /// as `findAnswer` does.
  base::Task<base::Result<std::optional<std::string>>> findPart(std::size_t part);

  /// Commits a part of what the request asks for, whose answer is committed at its end.
  base::Task<base::Result<void>> commitPart(jobs::UnitOfWork& unit);

  /// Runs `work` (which reads, decides and commits) again while another writer was faster, at
  /// most `kAttempts` times. `work` must outlive the task.
  template <class Work>
  base::Task<base::Result<Response>> attempt(Work& work) {
    for (int tries = 1;; ++tries) {
      outrun_ = false;
      auto outcome = co_await work();
      if (outcome.ok() || !outrun_ || tries == kAttempts) co_return outcome;
    }
  }

  /// `kPreconditionFailed` when If-Match is sent and does not name `etag`.
  [[nodiscard]] base::Result<void> checkIfMatch(std::string_view etag) const;
  /// A JSON answer with its entity tag; 304 without a body when If-None-Match names it.
  [[nodiscard]] Response tagged(int status, std::string json, std::string etag) const;

 private:
  static constexpr int kAttempts = 8;

  base::Task<base::Result<Response>> afterConflict(base::Error error);
  [[nodiscard]] Repeatable partOf(std::size_t part) const;

  Request& request_;
  const Route& route_;
  const PathParameters& parameters_;
  std::shared_ptr<const accounts::Principal> principal_;
  jobs::Actor actor_;
  Query query_;
  Stores stores_;
  std::optional<Repeatable> repeatable_;
  bool outrun_ = false;
};

/// A JSON answer.
Response jsonResponse(int status, std::string json);
Response noContent();

}  // namespace sw::api
