// What clients may send, over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_fixture.h"

namespace sw::adapters::http {
namespace {

TEST(Server, AnswersWithLengthDateAndType) {
  Running running;
  Caller client(running.port());
  client.send(get("/a/b?c=d"));
  const Answer answer = client.read();
  EXPECT_EQ(answer.statusLine, "HTTP/1.1 200 OK");
  EXPECT_EQ(answer.body, "GET /a/b?c=d ");
  EXPECT_EQ(answer.header("content-length"), "13");
  EXPECT_EQ(answer.header("content-type"), "text/plain");
  EXPECT_EQ(answer.header("date"), "Mon, 05 Jan 2026 09:00:00 GMT");
  EXPECT_EQ(answer.header("connection"), "");
}

TEST(Server, KeepsTheConnectionBetweenRequests) {
  Running running;
  Caller client(running.port());
  for (int i = 0; i < 3; ++i) {
    client.send(get("/" + std::to_string(i)));
    EXPECT_EQ(client.read().body, "GET /" + std::to_string(i) + " ");
  }
  EXPECT_EQ(running.server->connections(), 1U);
}

TEST(Server, AnswersAHundredPipelinedRequestsInOrder) {
  Running running;
  Caller client(running.port());
  std::string all;
  for (int i = 0; i < 100; ++i) all += get("/" + std::to_string(i));
  client.send(all);
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(client.read().body, "GET /" + std::to_string(i) + " ");
  }
  EXPECT_EQ(running.handler.waitForTold(100).size(), 100U);
}

TEST(Server, KeepsTheOrderWhenAnEarlierHandlerIsSlow) {
  Gate gate;
  Running running({}, [&](FakeHandler& handler) {
    handler.onHandle = [&gate](api::Request& request) -> base::Task<api::Response> {
      if (request.head.path == "/slow") co_await gate.pass();
      api::Response response;
      response.body = std::string(request.head.path);
      co_return response;
    };
  });
  Caller client(running.port());
  client.send(get("/first") + get("/slow") + get("/last"));
  EXPECT_EQ(client.read().body, "/first");
  gate.waitForWaiting(1);
  EXPECT_FALSE(client.readable(std::chrono::milliseconds(0)));
  gate.open();
  EXPECT_EQ(client.read().body, "/slow");
  EXPECT_EQ(client.read().body, "/last");
}

TEST(Server, ReadsRequestsByteByByte) {
  Running running;
  Caller client(running.port());
  const std::string bytes =
      "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
      "POST /y HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;x=\"y\"\r\nabc\r\n0002\r\nde\r\n0\r\nTrailer: t\r\n\r\n" +
      get("/z");
  for (const char c : bytes) client.send({&c, 1});
  EXPECT_EQ(client.read().body, "POST /x abc");
  EXPECT_EQ(client.read().body, "POST /y abcde");
  EXPECT_EQ(client.read().body, "GET /z ");
}

TEST(Server, ReadsPipelinedRequestsWithBodies) {
  Running running;
  Caller client(running.port());
  std::string all;
  for (int i = 0; i < 40; ++i) {
    const std::string body(static_cast<std::size_t>(i * 37), static_cast<char>('a' + i % 26));
    all += "POST /" + std::to_string(i) +
           " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
  }
  client.send(all);
  for (int i = 0; i < 40; ++i) {
    const std::string body(static_cast<std::size_t>(i * 37), static_cast<char>('a' + i % 26));
    ASSERT_EQ(client.read().body, "POST /" + std::to_string(i) + " " + body);
  }
}

TEST(Server, AnswersHeadWithTheHeaderOfGetAndNoBody) {
  Running running;
  Caller client(running.port());
  client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n" + get("/y"));
  const Answer answer = client.read(true);
  EXPECT_EQ(answer.header("content-length"), "8");
  EXPECT_EQ(client.read().body, "GET /y ");
}

TEST(Server, ClosesAfterHttp10UnlessAskedToKeep) {
  Running running;
  Caller closing(running.port());
  closing.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(closing.read().header("connection"), "close");
  EXPECT_TRUE(closing.ended());
  Caller keeping(running.port());
  for (int i = 0; i < 2; ++i) {
    keeping.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(keeping.read().header("connection"), "keep-alive");
  }
}

TEST(Server, ClosesWhenTheClientAsks) {
  Running running;
  Caller client(running.port());
  client.send(get("/", "Connection: close\r\n") + get("/ignored"));
  EXPECT_EQ(client.read().header("connection"), "close");
  EXPECT_TRUE(client.ended());
  EXPECT_EQ(running.handler.waitForTold(1).size(), 1U);
}

TEST(Server, AnswersAClientThatHasEndedItsOutput) {
  Running running;
  Caller client(running.port());
  client.send(get("/half"));
  client.endOutput();
  EXPECT_EQ(client.read().body, "GET /half ");
  EXPECT_TRUE(client.ended());
}

TEST(Server, InvitesTheBodyOnlyWhenItIsAdmitted) {
  Running running({}, [](FakeHandler& handler) {
    handler.onAdmit = [](api::RequestHead& head) -> api::Admission {
      if (head.path == "/yes") return {100, std::nullopt};
      api::Response refusal;
      refusal.status = 401;
      return {0, std::move(refusal)};
    };
  });
  const std::string fields =
      " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
  Caller admitted(running.port());
  admitted.send("PUT /yes" + fields);
  EXPECT_EQ(admitted.read().status, 100);
  admitted.send("abc");
  EXPECT_EQ(admitted.read().body, "PUT /yes abc");
  Caller refused(running.port());
  refused.send("PUT /no" + fields);
  const Answer answer = refused.read();
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.header("connection"), "close");
}

TEST(Server, KeepsTheConnectionWhenARefusedBodyIsShort) {
  Running running({}, [](FakeHandler& handler) {
    handler.onAdmit = [](api::RequestHead& head) -> api::Admission {
      if (head.path != "/no") return {100, std::nullopt};
      api::Response refusal;
      refusal.status = 403;
      return {0, std::move(refusal)};
    };
  });
  Caller client(running.port());
  client.send("POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n");
  EXPECT_EQ(client.read().status, 403);
  client.send(std::string(20000, 'x') + get("/next"));
  EXPECT_EQ(client.read().body, "GET /next ");
}

TEST(Server, AnswersTooLargeBodiesBeforeReadingThem) {
  Running running;
  Caller announced(running.port());
  announced.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n");
  // The client goes on sending; the answer must reach it all the same.
  const std::string part(1 << 16, 'x');
  for (int i = 0; i < 16 && announced.trySend(part); ++i) {
  }
  const Answer answer = announced.read();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.header("connection"), "close");

  Caller chunked(running.port());
  chunked.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "80000\r\n" + std::string(0x80000, 'x') + "\r\n";
  for (int i = 0; i < 4 && chunked.trySend(chunk); ++i) {
  }
  EXPECT_EQ(chunked.read().status, 413);
}

TEST(Server, UnderstandsAbsoluteAndAsteriskTargets) {
  Running running({}, [](FakeHandler& handler) {
    handler.onHandle = [](api::Request& request) -> base::Task<api::Response> {
      api::Response response;
      response.body = std::string(request.head.path) + " " + std::string(request.head.query) + " " +
                      std::string(request.head.header("host"));
      co_return response;
    };
  });
  Caller client(running.port());
  client.send("GET http://b:1/x?y HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read().body, "/x y b:1");
  client.send("GET http://b?y HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read().body, "/ y b");
  client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read().body, "*  a");
}

TEST(Server, LeavesUnknownMethodsToTheHandler) {
  Running running;
  Caller client(running.port());
  client.send("BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read().body, "OTHER /pot ");
}

TEST(Server, IgnoresEmptyLinesBeforeARequest) {
  Running running;
  Caller client(running.port());
  client.send("\r\n\r\n" + get("/x"));
  EXPECT_EQ(client.read().body, "GET /x ");
}

struct Bad {
  const char* name;
  std::string bytes;
  int status;
};

class RefusedRequest : public testing::TestWithParam<Bad> {};

TEST_P(RefusedRequest, IsAnsweredOnceAndClosed) {
  Running running;
  Caller client(running.port());
  client.trySend(GetParam().bytes);
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_TRUE(client.ended());
  const auto told = running.handler.waitForTold(1);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].status, GetParam().status);
}

std::string post(std::string_view fields, std::string_view body = "") {
  return std::string("POST / HTTP/1.1\r\nHost: a\r\n").append(fields).append("\r\n").append(body);
}

std::string manyFields(int count) {
  std::string fields;
  for (int i = 0; i < count; ++i) fields += "X-" + std::to_string(i) + ": y\r\n";
  return fields;
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, RefusedRequest,
    testing::Values(Bad{"TlsOnPlainPort", std::string("\x16\x03\x01\x02", 4), 400},
                    Bad{"NoVersion", "GET /\r\n\r\n", 400},
                    Bad{"Http09", "GET /\r\nHost: a\r\n\r\n", 400},
                    Bad{"Http2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400},
                    Bad{"Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
                    Bad{"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
                    Bad{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
                    Bad{"TwoHostsHttp10", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
                    Bad{"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
                    Bad{"HostWithUser", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
                    Bad{"BareLineFeed", "GET / HTTP/1.1\nHost: a\n\n", 400},
                    Bad{"BareLineFeedInField", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400},
                    Bad{"BareReturn", "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", 400},
                    Bad{"Folded", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n", 400},
                    Bad{"BlankBeforeColon", "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", 400},
                    Bad{"NoColon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400},
                    Bad{"EmptyName", "GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n", 400},
                    Bad{"NulInValue", get("/", std::string_view("X: \0\r\n", 6)), 400},
                    Bad{"ControlInTarget", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Bad{"NonAsciiTarget", "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Bad{"FragmentInTarget", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Bad{"RelativeTarget", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Bad{"AsteriskGet", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Bad{"Connect", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Bad{"OtherScheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Bad{"TwoBlanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Bad{"CompressedBody",
                        post("Content-Encoding: gzip\r\nContent-Length: 1\r\n", "x"), 415},
                    Bad{"ManyEmptyLines", "\r\n\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n", 400}),
    [](const auto& each) { return each.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Smuggling, RefusedRequest,
    testing::Values(
        Bad{"LengthAndChunked",
            post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
        Bad{"ChunkedAndLength",
            post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400},
        Bad{"TwoLengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
        Bad{"TwoEqualLengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
        Bad{"LengthList", post("Content-Length: 5, 5\r\n", "hello"), 400},
        Bad{"LengthSigned", post("Content-Length: +5\r\n", "hello"), 400},
        Bad{"LengthNegative", post("Content-Length: -5\r\n", "hello"), 400},
        Bad{"LengthHex", post("Content-Length: 0x5\r\n", "hello"), 400},
        Bad{"LengthEmpty", post("Content-Length: \r\n"), 400},
        Bad{"LengthOverflow", post("Content-Length: 18446744073709551617\r\n", "x"), 400},
        Bad{"LengthBlankInside", post("Content-Length: 1 2\r\n", "x"), 400},
        Bad{"CodingUnknown", post("Transfer-Encoding: gzip\r\n", "x"), 501},
        Bad{"CodingList", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
        Bad{"CodingTwice",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
        Bad{"CodingHidden", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501},
        Bad{"CodingNameBlank", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400},
        Bad{"CodingInHttp10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400},
        Bad{"ChunkSizeSigned", post("Transfer-Encoding: chunked\r\n", "+1\r\nx\r\n0\r\n\r\n"), 400},
        Bad{"ChunkSizePrefixed", post("Transfer-Encoding: chunked\r\n", "0x1\r\nx\r\n0\r\n\r\n"),
            400},
        Bad{"ChunkSizeMissing", post("Transfer-Encoding: chunked\r\n", "\r\nx\r\n0\r\n\r\n"), 400},
        Bad{"ChunkSizeHuge",
            post("Transfer-Encoding: chunked\r\n", "00000000000000001\r\nx\r\n0\r\n\r\n"), 400},
        Bad{"ChunkSizeOverflow", post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\nx"),
            413},
        Bad{"ChunkBareLineFeed", post("Transfer-Encoding: chunked\r\n", "1\nx\n0\n\n"), 400},
        Bad{"ChunkTooLong", post("Transfer-Encoding: chunked\r\n", "1\r\nxy\r\n0\r\n\r\n"), 400},
        Bad{"ChunkExtensionControl",
            post("Transfer-Encoding: chunked\r\n", "1;a\x01\r\nx\r\n0\r\n\r\n"), 400},
        Bad{"TrailerFolded", post("Transfer-Encoding: chunked\r\n", "0\r\nA: b\r\n c\r\n\r\n"),
            400}),
    [](const auto& each) { return each.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Limits, RefusedRequest,
    testing::Values(Bad{"TargetTooLong",
                        "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
                    Bad{"TargetJustTooLong",
                        "GET /" + std::string(8192, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
                    Bad{"TargetEndless", "GET /" + std::string(30000, 'a'), 414},
                    Bad{"FieldTooLong", get("/", "X: " + std::string(17000, 'a') + "\r\n"), 431},
                    Bad{"FieldEndless", "GET / HTTP/1.1\r\nX: " + std::string(40000, 'a'), 431},
                    Bad{"TooManyFields", get("/", manyFields(100)), 431},
                    Bad{"FieldFlood", get("/", manyFields(5000)), 431}),
    [](const auto& each) { return each.param.name; });

TEST(Server, AcceptsTargetsAndHeadersUpToTheLimits) {
  Running running;
  Caller client(running.port());
  client.send("GET /" + std::string(8191, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read().status, 200);
  client.send(get("/", "X: " + std::string(16000, 'a') + "\r\n"));
  EXPECT_EQ(client.read().status, 200);
  client.send(get("/", manyFields(99)));
  EXPECT_EQ(client.read().status, 200);
}

}  // namespace
}  // namespace sw::adapters::http
