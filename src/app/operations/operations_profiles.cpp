#include "app/operations/operations_profiles.h"

#include <charconv>
#include <string>
#include <utility>

#include "api/target.h"
#include "app/operations/operations_debug.h"
#include "app/operations/ready_answer.h"

namespace sw::app {

using api::Method;
using api::Response;
using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::string_view kBinary = "application/octet-stream";
constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::chrono::seconds kUsual{30};  // as pprof takes it for granted

/// `seconds` of a query.
Result<std::chrono::seconds> lengthOf(std::string_view text) {
  SW_TRY(const api::Query query, api::Query::parse(text));
  const auto given = query.find("seconds");
  if (!given) return kUsual;
  std::int64_t seconds = 0;
  const char* const end = given->data() + given->size();
  const auto read = std::from_chars(given->data(), end, seconds);
  const std::int64_t most = obs::Profiles::kLongest.count();
  if (read.ec != std::errc() || read.ptr != end || seconds < 1 || seconds > most) {
    return Error(Code::kInvalid,
                 "seconds: expected a whole number from 1 to " + std::to_string(most));
  }
  return std::chrono::seconds(seconds);
}

/// Makes a profile and answers it. Parameters by value: they live in the coroutine.
base::Task<Result<Response>> answerCall(SideCall& sideCall, SideCall::Call call,
                                        std::string_view contentType) {
  Result<std::string> profile = co_await sideCall.run(std::move(call));
  if (!profile.ok()) co_return profile.error();
  co_return operationsAnswer(contentType, *std::move(profile));
}

OperationsRoute profileRoute(std::string path, std::string about,
                             OperationsRoute::Handler handler) {
  return {.path = std::move(path),
          .guard = OperationsGuard::kProfiles,
          .about = std::move(about),
          .handler = std::move(handler)};
}

}  // namespace

void addProfileRoutes(OperationsTable& table, obs::Profiles& profiles, SideCall& sideCall,
                      obs::Log& log) {
  const obs::Logger logger = log.logger("operations");
  table.add(profileRoute(
      "/debug/pprof/profile", "where processor time goes; ?seconds=30",
      [&profiles, &sideCall, logger](api::Request& request) -> base::Task<Result<Response>> {
        const auto length = lengthOf(request.head.query);
        if (!length.ok()) return readyAnswer(length.error());
        logger.info("A profile of the processor is being made",
                    {obs::operation("profile"), obs::field("seconds", length->count())});
        return answerCall(
            sideCall, [&profiles, wanted = *length] { return profiles.processor(wanted); },
            kBinary);
      }));
  table.add(profileRoute("/debug/pprof/heap", "what holds memory", [&](api::Request&) {
    return answerCall(sideCall, [&profiles] { return profiles.heap(); }, kText);
  }));
  table.add(profileRoute("/debug/pprof/growth", "where the heap has grown", [&](api::Request&) {
    return answerCall(sideCall, [&profiles] { return profiles.growth(); }, kText);
  }));
  table.add(profileRoute("/debug/pprof/cmdline", "the program's path", [](api::Request&) {
    // What follows the path may hold secrets, and pprof wants the path alone.
    const std::string words = obs::Profiles::commandLine();
    return readyAnswer(operationsAnswer(kText, words.substr(0, words.find('\n')) + "\n"));
  }));
  table.add(profileRoute("/debug/pprof/symbol", "names for addresses", [](api::Request& request) {
    // Without addresses a number above 0 says that names are to be had.
    const std::string names = request.head.query.empty()
                                  ? "num_symbols: 1\n"
                                  : obs::Profiles::symbols(request.head.query);
    return readyAnswer(operationsAnswer(kText, names));
  }));
  OperationsRoute posted =
      profileRoute("/debug/pprof/symbol", "names for addresses", [](api::Request& request) {
        return readyAnswer(operationsAnswer(kText, obs::Profiles::symbols(request.body)));
      });
  posted.method = Method::kPost;
  table.add(std::move(posted));
}

}  // namespace sw::app
