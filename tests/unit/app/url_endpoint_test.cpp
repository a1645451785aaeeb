#include "app/url_endpoint.h"

#include <gtest/gtest.h>

namespace sw::app {
namespace {

TEST(UrlEndpoint, ReadsWhereAnAddressLeads) {
  struct Case {
    const char* url;
    const char* scheme;
    const char* host;
    std::uint16_t port;
    bool hasUser;
    const char* path;
  };
  constexpr Case kCases[] = {
      {"http://jaeger:14268/api/traces", "http", "jaeger", 14268, false, "/api/traces"},
      {"HTTPS://key@o1.ingest.sentry.io/2?x=/3", "https", "o1.ingest.sentry.io", 443, true, "/2"},
      {"smtps://user:p@ss@mail.example", "smtps", "mail.example", 465, true, ""},
      {"smtp://[::1]:2525", "smtp", "::1", 2525, false, ""},
      {"redis://10.0.0.1", "redis", "10.0.0.1", 6379, false, ""},
      {"https://hooks.slack.com/a@b:c", "https", "hooks.slack.com", 443, false, "/a@b:c"},
      {"http://host?query", "http", "host", 80, false, ""},
  };
  for (const Case& wanted : kCases) {
    const auto read = parseUrlEndpoint(wanted.url);
    ASSERT_TRUE(read.ok()) << wanted.url << ": " << read.error().describe();
    EXPECT_EQ(read->scheme, wanted.scheme) << wanted.url;
    EXPECT_EQ(read->host, wanted.host) << wanted.url;
    EXPECT_EQ(read->port, wanted.port) << wanted.url;
    EXPECT_EQ(read->hasUser, wanted.hasUser) << wanted.url;
    EXPECT_EQ(read->path, wanted.path) << wanted.url;
  }
}

TEST(UrlEndpoint, RefusesWhatLeadsNowhere) {
  for (const char* url : {"", "host:80", "http://", "http://:80", "http://h:0", "http://h:65536",
                          "http://h:8x", "http://[::1", "gopher://h", "http:///path"}) {
    EXPECT_FALSE(parseUrlEndpoint(url).ok()) << url;
  }
}

}  // namespace
}  // namespace sw::app
