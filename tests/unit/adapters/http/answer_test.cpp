// What clients get, over real sockets.
#include <brotli/decode.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <utility>

#include "adapters/http/content_coding.h"
#include "http_fixture.h"

namespace sw::adapters::http {
namespace {

std::string gunzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(8 << 20, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

std::string unbrotli(const std::string& text) {
  std::string out(8 << 20, '\0');
  std::size_t size = out.size();
  EXPECT_EQ(BrotliDecoderDecompress(text.size(), reinterpret_cast<const std::uint8_t*>(text.data()),
                                    &size, reinterpret_cast<std::uint8_t*>(out.data())),
            BROTLI_DECODER_RESULT_SUCCESS);
  out.resize(size);
  return out;
}

std::string longText(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) text += "line " + std::to_string(i) + "\n";
  text.resize(bytes);
  return text;
}

/// Serves one made answer to every request.
std::function<void(FakeHandler&)> answering(std::function<api::Response()> make) {
  return [make = std::move(make)](FakeHandler& handler) {
    handler.onHandle = [make](api::Request& /*request*/) -> base::Task<api::Response> {
      co_return make();
    };
  };
}

api::Response text(std::string body) {
  api::Response response;
  response.contentType = "text/plain; charset=utf-8";
  response.body = std::move(body);
  response.with("ETag", "\"v1\"");
  return response;
}

TEST(Answer, IsCompressedAsTheClientPrefers) {
  const std::string body = longText(5000);
  Running running({}, answering([&] { return text(body); }));
  Caller client(running.port());
  client.send(get("/", "Accept-Encoding: gzip, br\r\n"));
  Answer answer = client.read();
  EXPECT_EQ(answer.header("content-encoding"), "br");
  EXPECT_EQ(answer.header("etag"), "\"v1-br\"");
  EXPECT_EQ(answer.header("vary"), "Accept-Encoding");
  EXPECT_EQ(unbrotli(answer.body), body);
  client.send(get("/", "Accept-Encoding: gzip;q=1.0, br;q=0.5\r\n"));
  answer = client.read();
  EXPECT_EQ(answer.header("content-encoding"), "gzip");
  EXPECT_EQ(answer.header("etag"), "\"v1-gzip\"");
  EXPECT_EQ(gunzip(answer.body), body);
  client.send(get("/"));
  answer = client.read();
  EXPECT_EQ(answer.header("content-encoding"), "");
  EXPECT_EQ(answer.header("vary"), "Accept-Encoding");
  EXPECT_EQ(answer.header("etag"), "\"v1\"");
  EXPECT_EQ(answer.body, body);
  const auto told = running.handler.waitForTold(3);
  EXPECT_LT(told[0].responseBytes, body.size());
  EXPECT_EQ(told[2].responseBytes, body.size());
}

TEST(Answer, IsNotCompressedWhenShortOrOfAnotherKind) {
  int round = 0;
  Running running({}, answering([&] {
                    api::Response response = text(round == 0 ? "short" : longText(5000));
                    if (round == 1) response.contentType = "image/png";
                    if (round == 2) response.compressible = false;
                    ++round;
                    return response;
                  }));
  Caller client(running.port());
  for (int i = 0; i < 3; ++i) {
    client.send(get("/", "Accept-Encoding: gzip, br\r\n"));
    EXPECT_EQ(client.read().header("content-encoding"), "") << i;
  }
}

TEST(Answer, TakesThePreparedFormOfASharedBody) {
  auto shared = std::make_shared<api::SharedBody>();
  shared->identity = "identity";
  shared->gzip = "as gzip";
  Running running({}, answering([&] {
                    api::Response response;
                    response.contentType = "text/html";
                    response.body = std::shared_ptr<const api::SharedBody>(shared);
                    return response;
                  }));
  Caller client(running.port());
  client.send(get("/", "Accept-Encoding: br, gzip\r\n"));
  const Answer answer = client.read();
  EXPECT_EQ(answer.body, "as gzip");
  EXPECT_EQ(answer.header("content-encoding"), "gzip");
  EXPECT_EQ(answer.header("vary"), "Accept-Encoding");
  client.send(get("/"));
  EXPECT_EQ(client.read().body, "identity");
}

TEST(Answer, HasNoBodyFor204And304) {
  int status = 204;
  Running running({}, answering([&] {
                    api::Response response = text("never sent");
                    response.status = std::exchange(status, 304);
                    return response;
                  }));
  Caller client(running.port());
  client.send(get("/") + get("/", "If-None-Match: \"x\", \"v1-gzip\"\r\n"));
  Answer answer = client.read();
  EXPECT_EQ(answer.statusLine, "HTTP/1.1 204 No Content");
  EXPECT_EQ(answer.headers.count("content-length"), 0U);
  answer = client.read();
  EXPECT_EQ(answer.statusLine, "HTTP/1.1 304 Not Modified");
  EXPECT_EQ(answer.header("etag"), "\"v1-gzip\"");
  client.send(get("/", "Connection: close\r\n"));
  EXPECT_TRUE(client.read().whole);
  EXPECT_EQ(client.readToEnd(), "");
}

TEST(Answer, CannotHoldAFieldOfItsOwn) {
  Running running(
      {}, answering([] {
        api::Response response;
        response.with("Location", "/a\r\nSet-Cookie: x=y").with("Content-Length", "999");
        return response;
      }));
  Caller client(running.port());
  client.send(get("/"));
  const Answer answer = client.read();
  EXPECT_EQ(answer.header("location"), "/a  Set-Cookie: x=y");
  EXPECT_EQ(answer.headers.count("set-cookie"), 0U);
  EXPECT_EQ(answer.header("content-length"), "0");
}

TEST(Answer, ArrivesWholeWhenItIsLong) {
  const std::string body = longText(4 << 20);
  Running running({}, answering([&] { return text(body); }));
  Caller plain(running.port());
  plain.send(get("/") + get("/"));
  EXPECT_TRUE(plain.read().body == body);
  EXPECT_TRUE(plain.read().body == body);
  Caller compressed(running.port());
  compressed.send(get("/", "Accept-Encoding: br\r\n"));
  EXPECT_TRUE(unbrotli(compressed.read().body) == body);
  compressed.send(get("/", "Accept-Encoding: gzip\r\n"));
  EXPECT_TRUE(gunzip(compressed.read().body) == body);
}

TEST(Answer, IsFiveHundredWhenTheHandlerThrows) {
  Running running({}, answering([]() -> api::Response { throw std::runtime_error("broken"); }));
  Caller client(running.port());
  client.send(get("/"));
  EXPECT_EQ(client.read().status, 500);
  EXPECT_EQ(running.handler.waitForTold(1)[0].status, 500);
}

/// Gives pieces, then waits at the gate when there is one, then ends or fails.
class Pieces final : public api::BodyStream {
 public:
  explicit Pieces(std::vector<std::string> pieces, Gate* gate = nullptr, bool fails = false)
      : pieces_(std::move(pieces)), gate_(gate), fails_(fails) {}

  base::Task<base::Result<std::optional<std::string>>> next() override {
    if (next_ == pieces_.size()) {
      if (gate_ != nullptr) co_await gate_->pass();
      if (fails_) co_return base::Error(base::Code::kIo, "broken");
      co_return std::optional<std::string>();
    }
    co_return std::optional<std::string>(pieces_[next_++]);
  }
  void stop() override {
    if (gate_ != nullptr) gate_->open();
  }

 private:
  std::vector<std::string> pieces_;
  std::size_t next_ = 0;
  Gate* gate_;
  bool fails_;
};

api::Response stream(std::vector<std::string> pieces, Gate* gate = nullptr, bool fails = false,
                     std::string_view type = "text/plain") {
  api::Response response;
  response.contentType = type;
  response.body = std::make_unique<Pieces>(std::move(pieces), gate, fails);
  return response;
}

TEST(Answer, StreamsInChunksAndKeepsTheConnection) {
  Running running({}, answering([] { return stream({"ab", "cde", "f"}); }));
  Caller client(running.port());
  for (int i = 0; i < 2; ++i) {
    client.send(get("/"));
    const Answer answer = client.read();
    EXPECT_EQ(answer.header("transfer-encoding"), "chunked");
    EXPECT_EQ(answer.body, "abcdef");
  }
  EXPECT_EQ(running.handler.waitForTold(2)[0].responseBytes, 6U);
}

TEST(Answer, StreamsToTheEndOfTheConnectionForHttp10) {
  Running running({}, answering([] { return stream({"ab", "cde", "f"}); }));
  Caller client(running.port());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const Answer answer = client.read();
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_EQ(answer.body, "abcdef");
}

TEST(Answer, CompressesAStream) {
  std::string whole;
  std::vector<std::string> pieces;
  for (int i = 0; i < 50; ++i) {
    pieces.push_back(longText(3000));
    whole += pieces.back();
  }
  Running running({}, answering([&] { return stream(pieces); }));
  Caller client(running.port());
  client.send(get("/", "Accept-Encoding: gzip\r\n"));
  EXPECT_TRUE(gunzip(client.read().body) == whole);
  client.send(get("/", "Accept-Encoding: br\r\n"));
  EXPECT_TRUE(unbrotli(client.read().body) == whole);
}

TEST(Answer, SendsHeadOfAStreamWithoutBody) {
  Running running({}, answering([] { return stream({"ab"}); }));
  Caller client(running.port());
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read(true).header("transfer-encoding"), "chunked");
  EXPECT_FALSE(client.readable(std::chrono::milliseconds(0)));
}

TEST(Answer, BreaksOffWhenAStreamFails) {
  Running running({}, answering([] { return stream({"ab"}, nullptr, true); }));
  Caller client(running.port());
  client.send(get("/"));
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.whole);
  EXPECT_EQ(running.handler.waitForTold(1)[0].status, 500);
}

TEST(Answer, DeliversEventsAtOnceAndUncompressed) {
  Gate gate;
  Running running(
      {}, answering([&] { return stream({"data: 1\n\n"}, &gate, false, "text/event-stream"); }));
  Caller client(running.port());
  client.send(get("/", "Accept-Encoding: gzip\r\n"));
  gate.waitForWaiting(1);
  ASSERT_TRUE(client.readable(std::chrono::seconds(10)));
  gate.open();
  const Answer answer = client.read();
  EXPECT_EQ(answer.body, "data: 1\n\n");
  EXPECT_EQ(answer.header("content-encoding"), "");
}

TEST(Answer, StopsAnEventStreamWhenTheClientLeaves) {
  Gate gate;
  Running running(
      {}, answering([&] { return stream({"data: 1\n\n"}, &gate, false, "text/event-stream"); }));
  {
    Caller client(running.port());
    client.send(get("/"));
    gate.waitForWaiting(1);
  }
  // The gate is opened by the stream's `stop`, which the server calls.
  EXPECT_EQ(running.handler.waitForTold(1).at(0).status, 499);
}

TEST(Answer, EndsAnEventStreamWhenTheServerDrains) {
  Gate gate;
  Running running(
      {}, answering([&] { return stream({"data: 1\n\n"}, &gate, false, "text/event-stream"); }));
  Caller client(running.port());
  client.send(get("/"));
  gate.waitForWaiting(1);
  EXPECT_TRUE(running.server->stop(std::chrono::seconds(20)));
  const Answer answer = client.read();
  EXPECT_TRUE(answer.whole);
  EXPECT_EQ(running.handler.told().at(0).status, 200);
}

TEST(Coding, IsNegotiatedByWeight) {
  EXPECT_EQ(negotiate(""), Coding::kIdentity);
  EXPECT_EQ(negotiate("gzip"), Coding::kGzip);
  EXPECT_EQ(negotiate("GZIP , Br"), Coding::kBrotli);
  EXPECT_EQ(negotiate("gzip;q=0.9, br;q=0.8"), Coding::kGzip);
  EXPECT_EQ(negotiate("gzip;q=0, br;q=0"), Coding::kIdentity);
  EXPECT_EQ(negotiate("*"), Coding::kBrotli);
  EXPECT_EQ(negotiate("*;q=0.5, br;q=0"), Coding::kGzip);
  EXPECT_EQ(negotiate("identity;q=1, gzip;q=0.5"), Coding::kIdentity);
  EXPECT_EQ(negotiate("gzip;q=x"), Coding::kIdentity);
  EXPECT_EQ(negotiate("gzip;q=0.001"), Coding::kGzip);
  EXPECT_EQ(negotiate("br, gzip", {true, false}), Coding::kGzip);
  EXPECT_EQ(negotiate(",,;;q=,="), Coding::kIdentity);
}

TEST(Coding, GivesEntityTagsASuffixInsideTheQuotes) {
  EXPECT_EQ(tagFor("\"a\"", Coding::kGzip), "\"a-gzip\"");
  EXPECT_EQ(tagFor("W/\"a\"", Coding::kBrotli), "W/\"a-br\"");
  EXPECT_EQ(tagFor("\"a\"", Coding::kIdentity), "\"a\"");
  EXPECT_EQ(tagFor("bad", Coding::kGzip), "bad");
}

}  // namespace
}  // namespace sw::adapters::http
