#include <set>

#include "api_world.h"

namespace sw::api {
namespace {

using base::json::Value;

/// "GET /events/{eventId}" of every operation that the description holds.
std::set<std::string> described(Value paths) {
  std::set<std::string> found;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const auto [path, item] = paths.memberAt(i);
    for (std::size_t j = 0; j < item.size(); ++j) {
      std::string method(item.memberAt(j).first);
      if (method == "parameters") continue;  // of all its operations
      for (char& c : method) c = static_cast<char>(c - 'a' + 'A');
      found.insert(method + ' ' + std::string(path));
    }
  }
  return found;
}

TEST(OpenApiTest, DescribesExactlyTheRoutesThatThereAre) {
  const auto document = base::json::Document::parse(openApiJson(), 64);
  ASSERT_TRUE(document.ok());
  std::set<std::string> missing;
  // What the composition root adds beside the API.
  std::set<std::string> left = described(document->root().find("paths"));
  for (const char* known :
       {"GET /health", "GET /health/ready", "GET /health/live", "GET /metrics"}) {
    EXPECT_EQ(left.erase(known), 1U) << known;
  }
  const ApiWorld world;
  for (const Route* route : world.router.routes()) {
    const std::string name =
        std::string(toString(route->method)) + ' ' + std::string(route->pattern);
    if (route->pattern.starts_with("/test/")) continue;
    if (left.erase(name) == 0) missing.insert(name);
  }
  EXPECT_EQ(missing, std::set<std::string>{}) << "routes that openapi.yaml lacks";
  EXPECT_EQ(left, std::set<std::string>{}) << "operations that have no route";
}

TEST(OpenApiTest, SaysOfEachOperationWhatTheTableSays) {
  const auto document = base::json::Document::parse(openApiJson(), 64);
  const Value paths = document->root().find("paths");
  const ApiWorld world;
  for (const Route* route : world.router.routes()) {
    std::string method(toString(route->method));
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    const Value operation = paths.find(route->pattern).find(method);
    if (operation.isMissing()) continue;  // the test above names it
    SCOPED_TRACE(method + ' ' + std::string(route->pattern));
    const Value success = operation.find("responses").find(std::to_string(route->success));
    EXPECT_FALSE(success.isMissing());
    EXPECT_FALSE(operation.find("responses").find("default").isMissing());
    EXPECT_FALSE(operation.find("operationId").isMissing());
    EXPECT_EQ(operation.find("security").isArray() && operation.find("security").size() == 0,
              route->access == Access::kPublic);
    EXPECT_EQ(operation.find("requestBody").isMissing(), route->body == BodyKind::kNone);
  }
}

TEST(OpenApiTest, IsServedAndKeptByItsTag) {
  ApiWorld world;
  const Answer json = world.get("/openapi.json", "");
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(json.text({"openapi"}), "3.1.0");
  EXPECT_EQ(world.get("/openapi.json", "", {{"If-None-Match", json.header("ETag")}}).status, 304);
  const Answer page = world.get("/docs", "");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.contentType, "text/html; charset=utf-8");
  EXPECT_NE(page.header("Content-Security-Policy").find("style-src 'sha256-"), std::string::npos);
  // It loads nothing: no script, no address of another place.
  EXPECT_EQ(page.body.find("<script"), std::string::npos);
  EXPECT_EQ(page.body.find("src="), std::string::npos);
  EXPECT_EQ(page.body.find("style="), std::string::npos);
  EXPECT_EQ(page.body.find("http://"), std::string::npos);
}

}  // namespace
}  // namespace sw::api
