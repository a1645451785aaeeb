#include "api/service.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "api/error_response.h"
#include "api/request_id.h"
#include "base/context.h"
#include "base/crypto.h"
#include "base/text.h"

namespace sw::api {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

namespace {

constexpr std::size_t kUsualHeaders = 13;
constexpr const char* kNothingMayLoad = "default-src 'none'; frame-ancestors 'none'";

obs::HttpProbe::Method probeMethod(Method method) {
  return static_cast<obs::HttpProbe::Method>(method);
}
static_assert(static_cast<int>(Method::kOther) == obs::HttpProbe::Method::kOther &&
              static_cast<int>(Method::kPatch) == obs::HttpProbe::Method::kPatch);

bool has(const Response& response, std::string_view name) {
  return std::ranges::any_of(response.headers,
                             [name](const auto& header) { return header.first == name; });
}

/// Where the caller is in its trace; nothing when it does not say so validly, and exactly once.
std::optional<obs::TraceContext> callersTrace(const RequestHead& head) {
  std::string_view parent;
  std::string state;  // of several, one after the other (W3C Trace Context, section 3.3.1)
  for (const Header& header : head.headers) {
    if (base::equalsIgnoringCase(header.name, "traceparent")) {
      if (!parent.empty()) return std::nullopt;
      parent = header.value;
    } else if (base::equalsIgnoringCase(header.name, "tracestate")) {
      if (!state.empty()) state.push_back(',');
      state.append(header.value);
    }
  }
  if (parent.empty()) return std::nullopt;
  return obs::readTraceContext(parent, state);
}

/// Routes that probes and scrapers ask.
bool isWatching(std::string_view pattern) {
  return pattern.starts_with("/health") || pattern == "/metrics";
}

/// Whose failure it is: damage and input-output are the storage's, by whichever request they are
/// found.
obs::ErrorReporter::Component componentOf(Code code) {
  return code == Code::kCorrupted || code == Code::kIo ? obs::label::ErrorComponent::kStorage
                                                       : obs::label::ErrorComponent::kApi;
}

bool isStream(const Response& response) {
  return std::holds_alternative<std::unique_ptr<BodyStream>>(response.body);
}

/// What the probe needs to end the trace of an exchange.
void tellTrace(const RequestHead& head, ExchangeContext& context, obs::HttpProbe::Request& told) {
  if (!context.trace) return;
  told.recorded = &context.trace;
  told.path = head.path;
  told.query = head.query;
  told.host = head.header("Host");
  told.secure = context.origin.secure;
}

}  // namespace

Api::Api(Parts parts, ApiOptions options)
    : parts_(parts),
      options_(std::move(options)),
      gate_(parts.router, parts.authenticator, parts.limiter,
            CredentialGuard(parts.limiter, parts.authProbe), options_.cors) {
  for (const Route* route : parts_.router.routes()) {
    probeRoutes_.push_back(
        parts_.probe.addRoute(probeMethod(route->method), route->pattern, route->success));
  }
}

ExchangeContext& Api::contextOf(RequestHead& head) const {
  if (auto* known = static_cast<ExchangeContext*>(head.context.get())) return *known;
  auto made = std::make_unique<ExchangeContext>();
  made->requestId = requestIdOr(head.header("X-Request-ID"), parts_.stores.clock);
  beginTrace(head, *made);
  made->origin = options_.proxies.originOf(head);
  ExchangeContext& context = *made;
  head.context = std::move(made);
  return context;
}

void Api::beginTrace(const RequestHead& head, ExchangeContext& context) const {
  const std::optional<obs::TraceContext> caller = callersTrace(head);
  if (parts_.tracer == nullptr) {
    if (caller) context.traceParent = head.header("traceparent");
    return;
  }
  const bool heard = caller && parts_.tracer->propagates();
  context.trace = parts_.tracer->begin({.parent = heard ? &*caller : nullptr,
                                        .begun = head.received,
                                        .requestId = context.requestId,
                                        .path = head.path,
                                        .query = head.query});
}

void Api::describeTrace(ExchangeContext& context, Method method) const {
  if (!context.trace) return;
  parts_.probe.requestRouted(context.trace, probeRouteOf(context), probeMethod(method));
  // What machines ask every few seconds would hide the rest.
  const Route* const route = context.match.route;
  if (route != nullptr && isWatching(route->pattern)) context.trace.leaveToCaller();
  context.traceParent = context.trace.context().traceParent();
}

obs::HttpProbe::Route Api::probeRouteOf(const ExchangeContext& context) const {
  const Route* const route = context.match.route;
  return route == nullptr ? obs::HttpProbe::Route::kUnmatched : probeRoutes_.at(route->index);
}

Response Api::fail(const Error& error, ExchangeContext& context) const {
  const base::CodeInfo& info = base::describe(error.code());
  context.errorCode = info.name;
  if (info.httpStatus >= 500) {
    obs::ErrorContext where{.requestId = context.requestId};
    if (context.principal != nullptr) where.userId = context.principal->userIdText;
    if (context.match.route != nullptr) where.endpoint = context.match.route->pattern;
    parts_.errors.report(componentOf(error.code()), error, where);
  }
  return errorResponse(error, context.requestId);
}

Admission Api::admit(RequestHead& head) {
  ExchangeContext& context = contextOf(head);
  const base::ContextScope scope(context.trace.scope());
  Admission admission;
  auto outcome = gate_.admit(head, context);
  describeTrace(context, head.method);
  if (outcome.ok() && !*outcome) {
    admission.maxBodyBytes = maxBodyOf(*context.match.route, options_.bodies);
    return admission;
  }
  admission.refusal = outcome.ok() ? *std::move(*outcome) : fail(outcome.error(), context);
  if (admission.refusal->status == 405) {
    admission.refusal->with("Allow", parts_.router.allowed(head.path));
  }
  dress(head, context, *admission.refusal);
  return admission;
}

Task<Response> Api::handle(Request& request) {
  ExchangeContext& context = contextOf(request.head);
  const base::ContextScope scope(context.trace.scope());
  std::optional<Response> response;
  try {
    auto outcome = co_await process(request, context);
    response = outcome.ok() ? *std::move(outcome) : fail(outcome.error(), context);
  } catch (const std::exception& thrown) {
    response = fail(Error(Code::kInternal, std::string("an exception: ") + thrown.what()), context);
  } catch (...) {
    response = fail(Error(Code::kInternal, "an exception of an unknown type"), context);
  }
  dress(request.head, context, *response);
  if (isStream(*response)) openStream(request.head, context, *response);
  co_return *std::move(response);
}

Result<std::optional<Repeatable>> Api::repeatableOf(const Request& request,
                                                    const ExchangeContext& context) const {
  const Route& route = *context.match.route;
  if (route.method != Method::kPost || !route.repeatable || context.principal == nullptr) {
    return std::optional<Repeatable>();
  }
  if (!request.head.hasHeader("Idempotency-Key")) return std::optional<Repeatable>();
  const std::string_view key = request.head.header("Idempotency-Key");
  SW_CHECK(checkRepeatKey(key));
  Repeatable repeatable;
  repeatable.key.userId = context.principal->user.id;
  repeatable.key.scope = "POST " + std::string(request.head.path);
  repeatable.key.key = key;
  // The query belongs to what is asked, too.
  if (request.head.query.empty()) {
    repeatable.requestHash = base::sha256(request.body);
  } else {
    repeatable.requestHash = base::sha256(std::string(request.head.query) + '\n' + request.body);
  }
  return std::optional(std::move(repeatable));
}

Task<Result<Response>> Api::process(Request& request, ExchangeContext& context) {
  if (context.match.route == nullptr) co_return Error(Code::kInternal, "it was not admitted");
  const Route& route = *context.match.route;
  SW_CO_CHECK(co_await gate_.identify(request.head, context));
  if (parts_.activity != nullptr && context.principal != nullptr) {
    parts_.activity->seen(context.principal->user.id, parts_.stores.clock.now());
  }
  SW_CO_TRY(Query query, Query::parse(request.head.query));
  SW_CO_TRY(std::optional<Repeatable> repeatable, repeatableOf(request, context));
  const bool once = repeatable.has_value();
  std::string traceParent;  // what only reads has no use for it
  if (route.writes) traceParent = context.traceParent;
  RequestScope scope(request, route, context.match.parameters, context.principal,
                     jobs::Actor{context.requestId, std::move(traceParent)}, std::move(query),
                     parts_.stores, std::move(repeatable));
  if (once) co_return co_await runOnce(scope, *scope.repeatable());
  co_return co_await route.handler(scope);
}

Task<Result<Response>> Api::runOnce(RequestScope& scope, const Repeatable& repeatable) {
  SW_CO_TRY(const auto running, running_.begin(repeatable.key));
  const Route& route = scope.route();
  if (!route.oneUnit) {
    SW_CO_TRY(auto earlier, co_await findAnswer(parts_.stores.idempotency, repeatable));
    if (earlier) co_return *std::move(earlier);
  }
  auto outcome = co_await route.handler(scope);
  if (outcome.ok() || !route.oneUnit) co_return outcome;
  // It may have failed for what the first request did.
  SW_CO_TRY(auto earlier, co_await findAnswer(parts_.stores.idempotency, repeatable));
  if (earlier) co_return *std::move(earlier);
  co_return outcome;
}

Response Api::reject(RequestHead& head, const Error& error) {
  ExchangeContext& context = contextOf(head);
  if (context.match.route == nullptr && head.path.starts_with('/')) {
    context.match = parts_.router.match(head.method, head.path);
  }
  const base::ContextScope scope(context.trace.scope());
  describeTrace(context, head.method);
  Response response = fail(error, context);
  dress(head, context, response);
  return response;
}

void Api::dress(const RequestHead& head, ExchangeContext& context, Response& response) const {
  response.headers.reserve(response.headers.size() + kUsualHeaders);
  response.with("X-Request-ID", context.requestId);
  if (context.trace && parts_.tracer->propagates()) {
    response.with("traceparent", context.traceParent);
  }
  response.with("X-Content-Type-Options", "nosniff");
  response.with("Referrer-Policy", "no-referrer");
  if (!has(response, "Content-Security-Policy")) {
    response.with("Content-Security-Policy", kNothingMayLoad);
  }
  if (!has(response, "Cache-Control")) {
    // A resource with a tag may be kept and asked for again; everything else is of this moment
    // only.
    response.with("Cache-Control", has(response, "ETag") ? "private, no-cache" : "no-store");
  }
  if (context.origin.secure) response.with("Strict-Transport-Security", "max-age=31536000");
  if (context.rate) {
    response.with("RateLimit-Limit", std::to_string(context.rate->limit));
    response.with("RateLimit-Remaining", std::to_string(context.rate->remaining));
    response.with("RateLimit-Reset", std::to_string(context.rate->reset.count()));
    if (!context.rate->allowed) {
      response.with("Retry-After", std::to_string(context.rate->retryAfter.count()));
    }
  }
  options_.cors.decorate(head, response);
}

void Api::openStream(const RequestHead& head, ExchangeContext& context, const Response& response) {
  const base::Monotonic now = parts_.stores.clock.monotonic();
  context.streamOpened = now;
  obs::HttpProbe::Request told;
  told.route = probeRouteOf(context);
  told.method = probeMethod(head.method);
  told.status = response.status;
  told.duration = now - head.received;
  told.requestId = context.requestId;
  if (context.principal != nullptr) told.userId = context.principal->userIdText;
  told.ended = now;
  tellTrace(head, context, told);
  parts_.probe.requestFinished(told);
  parts_.probe.streamOpened(told.route);
}

void Api::finished(const Exchange& exchange) {
  auto* context = static_cast<ExchangeContext*>(exchange.head.context.get());
  obs::HttpProbe::Request told;
  if (context != nullptr) {
    told.route = probeRouteOf(*context);
    if (context->streamOpened) {
      parts_.probe.streamFinished(told.route, exchange.finished - *context->streamOpened);
      return;
    }
    told.requestId = context->requestId;
    if (context->principal != nullptr) told.userId = context->principal->userIdText;
    told.errorCode = context->errorCode;
    tellTrace(exchange.head, *context, told);
  }
  told.method = probeMethod(exchange.head.method);
  told.status = exchange.status;
  told.ended = exchange.finished;
  told.duration = exchange.finished - exchange.head.received;
  told.requestBytes = exchange.requestBytes;
  told.responseBytes = exchange.responseBytes;
  parts_.probe.requestFinished(told);
}

}  // namespace sw::api
