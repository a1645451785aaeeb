#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "obs/http_probe.h"
#include "obs/sql_probe.h"
#include "unit/obs/obs_fixture.h"

namespace sw::obs {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(HttpProbe, RoutesExistAtZeroWithSuccessAnd500) {
  Instruments obs;
  LogCapture capture(obs);
  HttpProbe probe(obs.catalog, capture.log);
  const auto post = probe.addRoute(label::HttpMethod::kPost, "/events", 201);
  const auto get = probe.addRoute(label::HttpMethod::kGet, "/events", 200);
  EXPECT_EQ(post, get);
  EXPECT_EQ(obs.sample("scheduling_api_requests_total{method=\"POST\",endpoint=\"/events\","
                       "status=\"201\"}"),
            "0");
  EXPECT_EQ(obs.sample("scheduling_api_requests_total{method=\"GET\",endpoint=\"/events\","
                       "status=\"500\"}"),
            "0");
  EXPECT_EQ(obs.sample("scheduling_api_response_size_bytes_count{method=\"GET\","
                       "endpoint=\"/events\"}"),
            "0");
}

TEST(HttpProbe, FinishedRequestIsCountedMeasuredAndLogged) {
  Instruments obs;
  LogCapture capture(obs);
  HttpProbe probe(obs.catalog, capture.log);
  const auto route = probe.addRoute(label::HttpMethod::kPost, "/events", 201);
  TraceRef trace;
  trace.traceId.fill(0xAB);
  probe.requestFinished({.route = route,
                         .method = label::HttpMethod::kPost,
                         .status = 201,
                         .duration = 250ms,
                         .requestBytes = 300,
                         .responseBytes = 5000,
                         .requestId = "req-1",
                         .userId = "user123",
                         .trace = trace});
  const std::string labels = "{method=\"POST\",endpoint=\"/events\"";
  EXPECT_EQ(obs.sample("scheduling_api_requests_total" + labels + ",status=\"201\"}"), "1");
  EXPECT_EQ(obs.sample("scheduling_api_request_duration_seconds_bucket" + labels + ",le=\"0.1\"}"),
            "0");
  EXPECT_EQ(obs.sample("scheduling_api_request_duration_seconds_bucket" + labels + ",le=\"0.25\"}"),
            "1");
  EXPECT_EQ(obs.sample("scheduling_api_request_size_bytes_sum" + labels + "}"), "300");
  EXPECT_EQ(obs.sample("scheduling_api_response_size_bytes_sum" + labels + "}"), "5000");
  EXPECT_THAT(obs.text(ExpositionFormat::kOpenMetrics),
              HasSubstr("trace_id=\"abababababababababababababababab\""));
  EXPECT_THAT(capture.lines().at(0),
              HasSubstr(R"("level":"INFO","service":"scheduling-worker","component":"api",)"
                        R"("userId":"user123","operation":"POST /events","duration":250,)"
                        R"("message":"API request completed",)"
                        R"("traceId":"abababababababababababababababab","requestId":"req-1",)"
                        R"("method":"POST","endpoint":"/events","status":201,"requestBytes":300,)"
                        R"("responseBytes":5000})"));
}

TEST(HttpProbe, UnknownPathsAndMethodsShareOneSeries) {
  Instruments obs;
  LogCapture capture(obs);
  HttpProbe probe(obs.catalog, capture.log);
  EXPECT_EQ(HttpProbe::methodOf("PATCH"), label::HttpMethod::kPatch);
  for (const char* method : {"BREW", "get", ""}) {
    probe.requestFinished({.method = HttpProbe::methodOf(method), .status = 404});
  }
  EXPECT_EQ(obs.sample("scheduling_api_requests_total{method=\"other\",endpoint=\"unmatched\","
                       "status=\"404\"}"),
            "3");
}

TEST(HttpProbe, FailuresAreErrorsAndRareStatusesCount) {
  Instruments obs;
  LogCapture capture(obs);
  HttpProbe probe(obs.catalog, capture.log);
  const auto route = probe.addRoute(label::HttpMethod::kGet, "/x", 200);
  for (const int status : {503, 499, 218, 218}) {
    probe.requestFinished({.route = route, .method = label::HttpMethod::kGet, .status = status});
  }
  EXPECT_EQ(obs.sample("scheduling_api_requests_total{method=\"GET\",endpoint=\"/x\","
                       "status=\"499\"}"),
            "1");
  EXPECT_EQ(obs.sample("scheduling_api_requests_total{method=\"GET\",endpoint=\"/x\","
                       "status=\"218\"}"),
            "2");
  const auto lines = capture.lines();
  EXPECT_THAT(lines.at(0), HasSubstr("\"level\":\"ERROR\""));
  EXPECT_THAT(lines.at(1), HasSubstr("\"level\":\"INFO\""));
}

TEST(HttpProbe, StreamsHaveTheirOwnLifetime) {
  Instruments obs;
  LogCapture capture(obs);
  HttpProbe probe(obs.catalog, capture.log);
  const auto route = probe.addRoute(label::HttpMethod::kGet, "/stream", 200);
  EXPECT_THAT(obs.text(), Not(HasSubstr("scheduling_api_streams_open")));
  probe.streamOpened(route);
  probe.streamOpened(route);
  probe.streamFinished(route, 90s);
  EXPECT_EQ(obs.sample("scheduling_api_streams_open{endpoint=\"/stream\"}"), "1");
  EXPECT_EQ(obs.sample("scheduling_api_stream_lifetime_seconds_sum{endpoint=\"/stream\"}"), "90");
  EXPECT_THAT(capture.lines(), IsEmpty());
}

TEST(SqlProbe, CountsQueriesConnectionsAndQueues) {
  Instruments obs;
  const SqlProbe probe(obs.catalog, label::DbBackend::kPostgresql);
  EXPECT_THAT(obs.text(), Not(HasSubstr("scheduling_db_connections_active")));
  probe.poolOpened(label::DbPool::kRead, 4);
  EXPECT_EQ(obs.sample("scheduling_db_connections_active{pool=\"read\"}"), "0");
  probe.connectionAcquired(label::DbPool::kRead);
  probe.waitBegun(label::DbPool::kRead);
  EXPECT_EQ(obs.sample("scheduling_db_connections_active{pool=\"read\"}"), "1");
  EXPECT_EQ(obs.sample("scheduling_db_connections_waiting{pool=\"read\"}"), "1");
  EXPECT_EQ(obs.sample("scheduling_db_connections_max{pool=\"read\"}"), "4");
  probe.queryFinished(label::DbOperation::kInsert, false, 2ms);
  EXPECT_EQ(obs.sample("scheduling_db_query_duration_seconds_sum{backend=\"postgresql\","
                       "operation=\"insert\",status=\"error\"}"),
            "0.002");
  probe.groupCommitted(64);
  EXPECT_EQ(obs.sample("scheduling_db_commit_group_size_sum"), "64");
  probe.queueChanged(label::WorkQueue::kDbWrite, 12);
  probe.queueEntryTaken(label::WorkQueue::kDbWrite, 1ms);
  probe.queueRejected(label::WorkQueue::kDbWrite);
  EXPECT_EQ(obs.sample("scheduling_queue_length{queue=\"db_write\"}"), "12");
  EXPECT_EQ(obs.sample("scheduling_queue_wait_seconds_count{queue=\"db_write\"}"), "1");
  EXPECT_EQ(obs.sample("scheduling_queue_rejected_total{queue=\"db_write\"}"), "1");
}

}  // namespace
}  // namespace sw::obs
