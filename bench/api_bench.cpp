#include <benchmark/benchmark.h>

#include "base/crypto.h"
#include "unit/api/api_world.h"

// What the API adds to a request besides its handler: no socket, stores in memory.

namespace sw::api {
namespace {

/// A request as a server would hand it over, made once.
struct Prepared {
  Prepared(std::string_view path, const std::string& token) : authorization("Bearer " + token) {
    head.path = path;
    head.remoteAddress = "127.0.0.1";
    head.headers = {{"Host", "127.0.0.1:3007"},
                    {"User-Agent", "wrk"},
                    {"Accept", "*/*"},
                    {"Accept-Encoding", "gzip"},
                    {"Authorization", authorization},
                    {"Connection", "keep-alive"}};
  }

  std::string authorization;
  RequestHead head;
};

/// With limits that are looked at and never reached.
WorldOptions unhurried() {
  WorldOptions options;
  options.limits.enabled = true;
  options.limits.readsPerMinute = 1'000'000'000;
  return options;
}

void exchange(ApiWorld& world, Prepared& prepared) {
  Request request;
  request.head = std::move(prepared.head);
  request.head.context.reset();
  request.head.received = world.clock.monotonic();
  Admission admission = world.api->admit(request.head);
  Response response;
  if (admission.refusal) {
    response = *std::move(admission.refusal);
  } else {
    response = base::runBlocking(world.api->handle(request));
  }
  benchmark::DoNotOptimize(response.status);
  world.api->finished({request.head, response.status, 0, 2, request.head.received});
  prepared.head = std::move(request.head);
}

void authenticatedRequest(benchmark::State& state) {
  ApiWorld world(unhurried());
  Prepared prepared("/test/operators", tokenFor("ann", R"(,"role":"operator")"));
  for (auto _ : state) exchange(world, prepared);
}
BENCHMARK(authenticatedRequest);

void refusedRequest(benchmark::State& state) {
  ApiWorld world;
  Prepared prepared("/nowhere", "");
  for (auto _ : state) exchange(world, prepared);
}
BENCHMARK(refusedRequest);

void knownCredential(benchmark::State& state) {
  ApiWorld world;
  const std::string token = tokenFor("ann");
  static_cast<void>(world.get("/settings", token));
  for (auto _ : state) {
    benchmark::DoNotOptimize(world.authenticator.known(base::sha256(token)));
  }
}
BENCHMARK(knownCredential);

void verifyOwnToken(benchmark::State& state) {
  ApiWorld world;
  const std::string token = tokenFor("ann");
  for (auto _ : state) benchmark::DoNotOptimize(world.verifier.verifyNow(token));
}
BENCHMARK(verifyOwnToken);

void matchRoute(benchmark::State& state) {
  const ApiWorld world;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        world.router.match(Method::kGet, "/events/0190163d-8694-739b-aea5-966c26f8ad91"));
  }
}
BENCHMARK(matchRoute);

void takeFromLimit(benchmark::State& state) {
  ApiWorld world(unhurried());
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        world.limiter.take("0190163d-8694-739b-aea5-966c26f8ad91", RateClass::kRead));
  }
}
BENCHMARK(takeFromLimit);

}  // namespace
}  // namespace sw::api

BENCHMARK_MAIN();
