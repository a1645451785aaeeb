#include "app/web_routes.h"

#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "api/etag.h"
#include "api/request_scope.h"
#include "app/operations/ready_answer.h"

namespace sw::app {
namespace {

constexpr std::string_view kIndex = "index.html";
constexpr std::string_view kHashedFolder = "assets/";
constexpr const char* kForEver = "public, max-age=31536000, immutable";
constexpr const char* kAskAgain = "no-cache";

/// Paths of routes live as long as the program; deque elements never move.
std::string_view keepPath(std::string path) {
  static std::deque<std::string> kept;
  return kept.emplace_back(std::move(path));
}

/// One file, ready to be sent.
struct Page {
  WebAsset asset;
  std::shared_ptr<const api::SharedBody> body;
  const char* caching;

  [[nodiscard]] api::Response answer(const api::RequestHead& head) const {
    api::Response response;
    response.with("ETag", std::string(asset.etag));
    response.with("Cache-Control", caching);
    response.with("Content-Security-Policy", kPagePolicy);
    response.with("Cross-Origin-Opener-Policy", "same-origin");
    response.with("Cross-Origin-Resource-Policy", "same-origin");
    if (api::ifNoneMatchNames(head.header("If-None-Match"), asset.etag)) {
      response.status = 304;
      return response;
    }
    response.contentType = asset.contentType;
    response.body = body;
    return response;
  }
};

}  // namespace

void addWebRoutes(api::Router& router, std::span<const WebAsset> assets) {
  for (const WebAsset& asset : assets) {
    const bool hashed = asset.path.starts_with(kHashedFolder);
    auto page = std::make_shared<const Page>(
        Page{asset,
             std::make_shared<const api::SharedBody>(api::SharedBody{
                 std::string(asset.identity), std::string(asset.gzip), std::string(asset.brotli)}),
             hashed ? kForEver : kAskAgain});
    api::Route route;
    route.method = api::Method::kGet;
    route.pattern = asset.path == kIndex ? "/" : keepPath("/" + std::string(asset.path));
    route.access = api::Access::kPublic;
    route.limited = false;
    route.handler = [page = std::move(page)](api::RequestScope& scope) {
      return readyAnswer(page->answer(scope.head()));
    };
    router.add(std::move(route));
  }
}

}  // namespace sw::app
