// Time-outs, limits, draining and stopping, over real sockets.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <thread>

#include "http_fixture.h"

namespace sw::adapters::http {
namespace {

using std::chrono::seconds;

ServerOptions onPort(std::uint16_t port) {
  ServerOptions options;
  options.port = port;
  return options;
}

TEST(Server, AnswersAStalledHeader) {
  Running running;
  Caller client(running.port());
  client.send("GET / HTTP/1.1\r\nHo");
  running.advanceUntilReadable(client);
  EXPECT_EQ(client.read().status, 408);
  EXPECT_TRUE(client.ended());
  EXPECT_EQ(running.handler.waitForTold(1).size(), 1U);
}

TEST(Server, AnswersAStalledBody) {
  Running running;
  for (const char* framing :
       {"Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nab"}) {
    Caller client(running.port());
    client.send(std::string("POST / HTTP/1.1\r\nHost: a\r\n") + framing);
    running.advanceUntilReadable(client);
    EXPECT_EQ(client.read().status, 408) << framing;
  }
}

TEST(Server, CutsABodyThatComesTooSlowly) {
  Running running;
  Caller client(running.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
  // A byte a second never stalls for long, but it is not what a client sends who means it.
  for (int i = 0; i < 2000 && !client.readable(std::chrono::milliseconds(10)); ++i) {
    client.trySend("x");
    running.clock.advance(seconds(1));
  }
  EXPECT_EQ(client.read().status, 408);
}

TEST(Server, ClosesIdleConnectionsWithoutAnAnswer) {
  Running running;
  Caller fresh(running.port());
  running.advanceUntilReadable(fresh);
  EXPECT_TRUE(fresh.ended());
  Caller used(running.port());
  used.send(get("/"));
  EXPECT_EQ(used.read().status, 200);
  running.advanceUntilReadable(used);
  EXPECT_TRUE(used.ended());
  EXPECT_EQ(running.handler.told().size(), 1U);
}

TEST(Server, AbandonsAClientThatTakesNothing) {
  Running running({}, [](FakeHandler& handler) {
    handler.onHandle = [](api::Request& /*request*/) -> base::Task<api::Response> {
      api::Response response;
      response.body = std::string(64 << 20, 'x');
      co_return response;
    };
  });
  Caller client(running.port());
  client.send(get("/"));
  for (int i = 0; i < 2000 && running.handler.told().empty(); ++i) {
    running.clock.advance(seconds(1));
    running.handler.waitForTold(1, std::chrono::milliseconds(10));
  }
  EXPECT_EQ(running.handler.waitForTold(1).at(0).status, 499);
}

TEST(Server, TellsOfAClientThatLeavesDuringTheBody) {
  Running running;
  {
    Caller client(running.port());
    client.send("POST /gone HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  }
  const auto told = running.handler.waitForTold(1);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].path, "/gone");
  EXPECT_EQ(told[0].status, 499);
  EXPECT_EQ(told[0].requestBytes, 3U);
}

TEST(Server, TellsOfAClientThatLeavesDuringTheAnswer) {
  Gate gate;
  Running running({}, [&](FakeHandler& handler) {
    handler.onHandle = [&gate](api::Request& /*request*/) -> base::Task<api::Response> {
      co_await gate.pass();
      api::Response response;
      response.body = std::string(32 << 20, 'x');
      co_return response;
    };
  });
  Caller client(running.port());
  client.send(get("/"));
  gate.waitForWaiting(1);
  client.reset();
  gate.open();
  EXPECT_EQ(running.handler.waitForTold(1).at(0).status, 499);
}

TEST(Server, TellsTimesOfTheClock) {
  Gate gate;
  Running running({}, [&](FakeHandler& handler) {
    handler.onHandle = [&gate](api::Request& /*request*/) -> base::Task<api::Response> {
      co_await gate.pass();
      co_return api::Response();
    };
  });
  Caller client(running.port());
  client.send(get("/"));
  gate.waitForWaiting(1);
  running.clock.advance(std::chrono::milliseconds(1500));
  gate.open();
  EXPECT_EQ(client.read().status, 200);
  const Told told = running.handler.waitForTold(1).at(0);
  EXPECT_EQ(told.finished - told.received, std::chrono::milliseconds(1500));
}

TEST(Server, RefusesConnectionsBeyondTheLimit) {
  ServerOptions options;
  options.maxConnections = 2;
  Running running(options);
  Caller first(running.port());
  Caller second(running.port());
  first.send(get("/"));
  EXPECT_EQ(first.read().status, 200);
  second.send(get("/"));
  EXPECT_EQ(second.read().status, 200);
  Caller third(running.port());
  const Answer answer = third.read();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("connection"), "close");
}

TEST(Server, HoldsAThousandConnections) {
  ServerOptions options;
  options.threads = 2;
  Running running(options);
  std::vector<std::unique_ptr<Caller>> clients;
  for (int i = 0; i < 1000; ++i) clients.push_back(std::make_unique<Caller>(running.port()));
  for (int round = 0; round < 2; ++round) {
    for (const auto& client : clients) client->send(get("/x"));
    for (const auto& client : clients) ASSERT_EQ(client->read().body, "GET /x ");
  }
  EXPECT_EQ(running.server->connections(), 1000U);
  EXPECT_EQ(running.handler.waitForTold(2000).size(), 2000U);
  EXPECT_TRUE(running.server->stop(seconds(20)));
  EXPECT_EQ(running.server->connections(), 0U);
}

TEST(Server, ResumesHandlersThatOtherThreadsPost) {
  Gate gate;
  ServerOptions options;
  options.threads = 2;
  Running running(options, [&](FakeHandler& handler) {
    handler.onHandle = [&gate](api::Request& request) -> base::Task<api::Response> {
      const std::thread::id before = std::this_thread::get_id();
      co_await gate.pass();
      api::Response response;
      response.status = std::this_thread::get_id() == before ? 200 : 500;
      response.body = std::string(request.head.path);
      co_return response;
    };
  });
  std::vector<std::unique_ptr<Caller>> clients;
  for (int i = 0; i < 64; ++i) {
    clients.push_back(std::make_unique<Caller>(running.port()));
    clients.back()->send(get("/" + std::to_string(i)));
  }
  gate.waitForWaiting(64);
  gate.open();
  for (int i = 0; i < 64; ++i) {
    const Answer answer = clients[static_cast<std::size_t>(i)]->read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "/" + std::to_string(i));
  }
}

TEST(Server, FinishesWhatIsInFlightWhenItDrains) {
  Gate gate;
  Running running({}, [&](FakeHandler& handler) {
    handler.onHandle = [&gate](api::Request& request) -> base::Task<api::Response> {
      if (request.head.path == "/slow") co_await gate.pass();
      co_return api::Response();
    };
  });
  Caller idle(running.port());
  idle.send(get("/"));
  EXPECT_EQ(idle.read().status, 200);
  Caller busy(running.port());
  busy.send(get("/slow"));
  gate.waitForWaiting(1);
  std::future<bool> stopped =
      std::async(std::launch::async, [&] { return running.server->stop(seconds(20)); });
  EXPECT_TRUE(idle.ended());
  gate.open();
  const Answer answer = busy.read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_TRUE(busy.ended());
  EXPECT_TRUE(stopped.get());
  EXPECT_EQ(running.handler.told().size(), 2U);
}

TEST(Server, LosesNoAnswerWhenItDrainsUnderLoad) {
  ServerOptions options;
  options.threads = 2;
  Running running(options);
  std::atomic<int> asked{0};
  std::atomic<int> broken{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      Caller client(running.port());
      for (;;) {
        if (!client.trySend(get("/x"))) return;
        const Answer answer = client.read();
        ++asked;
        if (answer.status == 0) return;  // closed between requests
        if (!answer.whole) ++broken;
        if (answer.header("connection") == "close") return;
      }
    });
  }
  while (asked < 200) std::this_thread::yield();
  EXPECT_TRUE(running.server->stop(seconds(20)));
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(broken, 0);
  for (const Told& told : running.handler.told()) EXPECT_EQ(told.status, 200);
}

TEST(Server, CutsWhatIsNotDoneByTheDeadline) {
  Gate gate;
  Running running({}, [&](FakeHandler& handler) {
    handler.onHandle = [&gate](api::Request& /*request*/) -> base::Task<api::Response> {
      co_await gate.pass();
      co_return api::Response();
    };
  });
  Caller client(running.port());
  client.send(get("/stuck"));
  gate.waitForWaiting(1);
  EXPECT_FALSE(running.server->stop(std::chrono::milliseconds(1)));
  const auto told = running.handler.told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].status, 499);
  EXPECT_TRUE(client.ended());
  // A late post finds the loop still there and is not run.
  gate.open();
}

TEST(Server, AcceptsNothingAfterItWasToldSo) {
  Running running;
  Caller before(running.port());
  running.server->stopAccepting();
  running.server->stopAccepting();
  before.send(get("/x"));
  EXPECT_EQ(before.read().body, "GET /x ");
  auto again = Server::start(onPort(running.port()), running.handler, running.clock);
  EXPECT_TRUE(again.ok());
}

TEST(Server, SaysWhichAddressIsTaken) {
  Running running;
  const auto second = Server::start(onPort(running.port()), running.handler, running.clock);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), base::Code::kConfiguration);
  EXPECT_NE(second.error().message().find("127.0.0.1:" + std::to_string(running.port())),
            std::string::npos)
      << second.error().message();
  ServerOptions named;
  named.address = "localhost";
  const auto malformed = Server::start(named, running.handler, running.clock);
  ASSERT_FALSE(malformed.ok());
  EXPECT_NE(malformed.error().message().find("localhost"), std::string::npos);
}

TEST(Server, GivesTheAddressOfTheClient) {
  Running running({}, [](FakeHandler& handler) {
    handler.onHandle = [](api::Request& request) -> base::Task<api::Response> {
      api::Response response;
      response.body = std::string(request.head.remoteAddress) + (request.head.secure ? " s" : " p");
      co_return response;
    };
  });
  Caller client(running.port());
  client.send(get("/"));
  EXPECT_EQ(client.read().body, "127.0.0.1 p");
}

TEST(AsioLoop, SleepsAndWaitsForDescriptors) {
  Running running({}, [](FakeHandler& handler) {
    handler.onHandle = [](api::Request& /*request*/) -> base::Task<api::Response> {
      constexpr std::chrono::milliseconds kShort{1};
      co_await base::sleepFor(kShort);
      std::array<int, 2> ends{};
      api::Response response;
      if (::pipe(ends.data()) != 0) co_return response;
      // Both directions of loops' interest, more than once, on descriptors that are not theirs.
      for (int i = 0; i < 3; ++i) {
        co_await base::whenReady(ends[1], base::Loop::Readiness::kWritable);
        const char byte = 'x';
        if (::write(ends[1], &byte, 1) != 1) break;
        co_await base::whenReady(ends[0], base::Loop::Readiness::kReadable);
        char got = 0;
        if (::read(ends[0], &got, 1) == 1) std::get<std::string>(response.body) += got;
      }
      ::close(ends[0]);
      ::close(ends[1]);
      co_return response;
    };
  });
  Caller client(running.port());
  client.send(get("/"));
  EXPECT_EQ(client.read().body, "xxx");
}

}  // namespace
}  // namespace sw::adapters::http
