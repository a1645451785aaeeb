#include "api_world.h"

namespace sw::api {

ApiWorld::ApiWorld(WorldOptions options)
    : signIn(storage, users, credentials, provisioner, authenticator, clock,
             {.setupCode = std::move(options.setupCode)}),
      limiter(options.limits, clock) {
  calendarRoutes.addTo(router);
  eventRoutes.addTo(router);
  sharingRoutes.addTo(router);
  transferRoutes.addTo(router);
  changeRoutes.addTo(router);
  streamRoutes.addTo(router);
  freeBusyRoutes.addTo(router);
  sessionRoutes.addTo(router);
  tokenRoutes.addTo(router);
  settingsRoutes.addTo(router);
  push.routes.addTo(router);
  jobs.commandRoutes.addTo(router);
  jobs.jobRoutes.addTo(router);
  goals.addTo(router);
  habits.addTo(router);
  tasks.addTo(router);
  reminders.routes.addTo(router);
  webhooks.routes.addTo(router);
  addDocsRoutes(router);
  // What no real endpoint does: fail, and be for operators only.
  router.add({.method = Method::kGet,
              .pattern = "/test/throws",
              .handler = [](RequestScope&) -> base::Task<base::Result<Response>> {
                throw std::runtime_error("a secret detail");
              }});
  router.add({.method = Method::kGet,
              .pattern = "/test/operators",
              .access = Access::kOperator,
              .handler = [](RequestScope&) -> base::Task<base::Result<Response>> {
                co_return jsonResponse(200, "{}");
              }});
  api = std::make_unique<Api>(Api::Parts{router,
                                         authenticator,
                                         limiter,
                                         {storage, answers, clock},
                                         probe,
                                         errors,
                                         authProbe,
                                         nullptr,
                                         &activity},
                              std::move(options.api));
}

accounts::User ApiWorld::userOf(const std::string& subject) {
  const auto found = base::runBlocking(users.findBySubject(subject));
  return found.ok() && *found ? **found : accounts::User{};
}

Answer ApiWorld::call(Call call) {
  if (!call.token.empty()) call.headers.emplace_back("Authorization", "Bearer " + call.token);
  if (!call.body.empty()) {
    call.headers.emplace_back("Content-Length", std::to_string(call.body.size()));
  }
  Request request;
  request.head.method = call.method;
  const std::string_view target = call.target;
  const std::size_t mark = target.find('?');
  request.head.path = target.substr(0, mark);
  if (mark != std::string_view::npos) request.head.query = target.substr(mark + 1);
  for (const auto& [name, value] : call.headers) request.head.headers.push_back({name, value});
  request.head.remoteAddress = call.remote;
  request.head.secure = call.secure;
  request.head.received = clock.monotonic();
  request.body = call.body;

  Answer answer;
  Admission admission = api->admit(request.head);
  Response response;
  if (admission.refusal) {
    answer.readBody = false;
    response = *std::move(admission.refusal);
  } else if (request.body.size() > admission.maxBodyBytes) {
    response = api->reject(request.head, {base::Code::kPayloadTooLarge, "the body is too long"});
  } else {
    if (beforeHandler) std::exchange(beforeHandler, nullptr)();
    response = base::runBlocking(api->handle(request));
  }
  answer.status = response.status;
  answer.contentType = response.contentType;
  for (auto& [name, value] : response.headers) {
    answer.headers.emplace_back(name, std::move(value));
  }
  if (auto* text = std::get_if<std::string>(&response.body)) answer.body = std::move(*text);
  if (auto* shared = std::get_if<std::shared_ptr<const SharedBody>>(&response.body)) {
    answer.body = (*shared)->identity;
  }
  api->finished(
      {request.head, answer.status, request.body.size(), answer.body.size(), clock.monotonic()});
  return answer;
}

}  // namespace sw::api
