#include "api/transfer_routes.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include "base/crypto.h"
#include "base/json.h"
#include "base/local_loop.h"
#include "base/time_format.h"
#include "base/worker_pool.h"
#include "calendar/calendar_export.h"
#include "calendar/calendar_file.h"
#include "calendar/calendar_importer.h"
#include "obs/allocator.h"

namespace sw::api {
namespace {

using accounts::AccessRole;
using base::Code;
using base::Error;
using base::Result;
using base::Task;
using calendar::CalendarAccess;

constexpr std::string_view kCalendarType = "text/calendar; charset=utf-8";
constexpr std::string_view kFeedSuffix = ".ics";
constexpr std::size_t kMaxReported = 1000;
constexpr std::size_t kLargeFile = std::size_t{1} << 20;

/// Sends an export while it is being made.
class ExportStream final : public BodyStream {
 public:
  explicit ExportStream(calendar::CalendarExport source) : source_(std::move(source)) {}

  Task<Result<std::optional<std::string>>> next() override { return source_.next(); }

 private:
  calendar::CalendarExport source_;
};

Response fileResponse(CalendarServices& services, const CalendarAccess& access, base::Instant now) {
  Response response;
  response.contentType = kCalendarType;
  response.body =
      std::make_unique<ExportStream>(calendar::CalendarExport(services.events, access, now));
  response.with("Content-Disposition", "attachment; filename=\"calendar.ics\"");
  response.with("Cache-Control", "private, no-cache");
  return response;
}

void appendFeed(std::string& out, const calendar::Feed& feed, const std::string& url) {
  base::json::Writer writer(out);
  writer.beginObject()
      .field("id", feed.id.toString())
      .field("calendarId", feed.calendarId.toString())
      .field("created", base::formatInstant(feed.created));
  if (!url.empty()) writer.field("url", url);
  writer.endObject();
}

}  // namespace

void TransferRoutes::addTo(Router& router) {
  router.add({.method = Method::kPost,
              .pattern = "/calendars/{calendarId}/import",
              .body = BodyKind::kCalendarFile,
              .role = AccessRole::kWriter,
              .handler = [this](RequestScope& scope) { return import(scope); },
              .writes = true,
              .heavy = true});
  router.add({.method = Method::kGet,
              .pattern = "/calendars/{calendarId}/export.ics",
              .role = AccessRole::kReader,
              .handler = [this](RequestScope& scope) { return exportFile(scope); },
              .heavy = true});
  router.add({.method = Method::kGet,
              .pattern = "/calendars/{calendarId}/feeds",
              .role = AccessRole::kOwner,
              .handler = [this](RequestScope& scope) { return listFeeds(scope); }});
  router.add({.method = Method::kPost,
              .pattern = "/calendars/{calendarId}/feeds",
              .role = AccessRole::kOwner,
              .handler = [this](RequestScope& scope) { return createFeed(scope); },
              .writes = true,
              .success = 201});
  router.add({.method = Method::kDelete,
              .pattern = "/calendars/{calendarId}/feeds/{feedId}",
              .role = AccessRole::kOwner,
              .handler = [this](RequestScope& scope) { return removeFeed(scope); },
              .writes = true,
              .success = 204});
  router.add({.method = Method::kGet,
              .pattern = "/feeds/{feedToken}",
              .access = Access::kPublic,
              .handler = [this](RequestScope& scope) { return readFeed(scope); }});
}

Task<Result<Response>> TransferRoutes::import(RequestScope& scope) {
  std::string id = scope.parameter("calendarId");
  SW_CO_TRY(const CalendarAccess access,
            co_await findCalendar(services_, scope.userId(), std::move(id), AccessRole::kWriter));
  std::function<Result<Response>()> work = [&] {
    const bool large = scope.body().size() > kLargeFile;
    auto answer = importNow(scope, access.calendar);
    // What a large file took, nobody else needs soon.
    if (large) obs::releaseFreeMemory();
    return answer;
  };
  auto answer = co_await services_.workers.run(work);
  if (answer.ok()) co_return answer;
  co_return co_await scope.answerAfter(answer.error());
}

// On a thread that may be busy: reading a large file takes a second, writing it many.
Result<Response> TransferRoutes::importNow(RequestScope& scope,
                                           const calendar::Calendar& into) const {
  SW_TRY(const auto file, calendar::CalendarFile::open(std::move(scope.body())));
  std::string report;
  calendar::CalendarImporter::Controls controls;
  controls.seal = [&](jobs::UnitOfWork& unit, const calendar::ImportOutcome& outcome) {
    report.clear();
    calendar::appendImportReport(report, outcome, kMaxReported);
    scope.record(unit, jsonResponse(200, report));
  };
  controls.cancelled = [this] { return services_.workers.stopping(); };
  SW_CHECK(base::runBlocking(services_.importer.run(into, *file, scope.actor(), controls)));
  return jsonResponse(200, std::move(report));
}

Task<Result<Response>> TransferRoutes::exportFile(RequestScope& scope) {
  std::string id = scope.parameter("calendarId");
  SW_CO_TRY(const CalendarAccess access,
            co_await findCalendar(services_, scope.userId(), std::move(id), AccessRole::kReader));
  co_return fileResponse(services_, access, scope.clock().now());
}

Task<Result<Response>> TransferRoutes::listFeeds(RequestScope& scope) {
  std::string id = scope.parameter("calendarId");
  SW_CO_TRY(const CalendarAccess access,
            co_await findCalendar(services_, scope.userId(), std::move(id), AccessRole::kOwner));
  SW_CO_TRY(const auto feeds, co_await services_.calendars.feedsOf(access.calendar.id));
  std::string out = R"({"items":[)";
  for (const calendar::Feed& feed : feeds) {
    if (out.back() != '[') out += ',';
    appendFeed(out, feed, {});
  }
  out += "]}";
  co_return jsonResponse(200, std::move(out));
}

Task<Result<Response>> TransferRoutes::createFeed(RequestScope& scope) {
  std::string id = scope.parameter("calendarId");
  SW_CO_TRY(const CalendarAccess access,
            co_await findCalendar(services_, scope.userId(), std::move(id), AccessRole::kOwner));
  const std::string token = base::randomToken();
  calendar::Feed feed;
  feed.id = base::newUuid(scope.clock());
  feed.calendarId = access.calendar.id;
  feed.hash = base::sha256(token);
  feed.created = scope.clock().now();
  auto unit = scope.begin();
  services_.calendars.addFeed(*unit, feed);
  std::string body;
  appendFeed(body, feed, services_.publicUrl + "/feeds/" + token + std::string(kFeedSuffix));
  std::string masked;
  appendFeed(masked, feed, {});
  Response response = jsonResponse(201, std::move(body));
  // The secret is not kept, so a repeat is answered without it.
  const Response repeated = jsonResponse(201, std::move(masked));
  co_return co_await scope.commit(*unit, std::move(response), repeated);
}

Task<Result<Response>> TransferRoutes::removeFeed(RequestScope& scope) {
  std::string id = scope.parameter("calendarId");
  SW_CO_TRY(const CalendarAccess access,
            co_await findCalendar(services_, scope.userId(), std::move(id), AccessRole::kOwner));
  SW_CO_TRY(const base::Uuid feedId, scope.idParameter("feedId"));
  auto unit = scope.begin();
  services_.calendars.removeFeed(*unit, access.calendar.id, feedId);
  Response response = noContent();
  co_return co_await scope.commit(*unit, std::move(response));
}

Task<Result<Response>> TransferRoutes::readFeed(RequestScope& scope) {
  std::string token = scope.parameter("feedToken");
  const Error unknown(Code::kNotFound, "there is no such feed");
  if (!token.ends_with(kFeedSuffix)) co_return unknown;
  token.resize(token.size() - kFeedSuffix.size());
  SW_CO_TRY(const auto feed, co_await services_.calendars.findFeed(base::sha256(token)));
  if (!feed) co_return unknown;
  SW_CO_TRY(auto calendar, co_await services_.calendars.find(feed->calendarId));
  if (!calendar) co_return unknown;
  // The address was given out by the owner, so it shows what a reader sees.
  const CalendarAccess access{*std::move(calendar), AccessRole::kReader};
  co_return fileResponse(services_, access, scope.clock().now());
}

}  // namespace sw::api
