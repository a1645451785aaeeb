#include "api/docs_routes.h"

#include <memory>
#include <string>

#include "api/etag.h"
#include "api/request_scope.h"
#include "base/base64.h"
#include "base/crypto.h"

namespace sw::api {
namespace {

/// A text that never changes while the program runs.
struct FixedText {
  std::string_view contentType;
  std::string etag;
  std::string policy;  // empty for what is no page
  std::shared_ptr<const SharedBody> body;
};

std::shared_ptr<const FixedText> fixedText(std::string_view contentType, std::string_view text,
                                           std::string policy) {
  const base::Sha256 hash = base::sha256(text);
  FixedText made;
  made.contentType = contentType;
  made.etag = '"' + base::encodeBase64Url(std::span(hash).first<12>()) + '"';
  made.policy = std::move(policy);
  made.body = std::make_shared<const SharedBody>(SharedBody{std::string(text), {}, {}});
  return std::make_shared<const FixedText>(std::move(made));
}

base::Task<base::Result<Response>> answer(const RequestScope& scope, const FixedText& text) {
  Response response;
  const std::string_view known = scope.head().header("If-None-Match");
  if (!known.empty() && ifNoneMatchNames(known, text.etag)) {
    response.status = 304;
  } else {
    response.contentType = text.contentType;
    response.body = text.body;
  }
  response.with("ETag", text.etag).with("Cache-Control", "no-cache");
  if (!text.policy.empty()) response.with("Content-Security-Policy", text.policy);
  co_return response;
}

void addText(Router& router, std::string_view pattern, std::shared_ptr<const FixedText> text) {
  Route route;
  route.method = Method::kGet;
  route.pattern = pattern;
  route.access = Access::kPublic;
  // The lambda lives in the table, and so the text outlives every request.
  route.handler = [text = std::move(text)](RequestScope& scope) { return answer(scope, *text); };
  router.add(std::move(route));
}

}  // namespace

void addDocsRoutes(Router& router) {
  const std::string policy =
      "default-src 'none'; base-uri 'none'; form-action 'none'; "
      "frame-ancestors 'none'; style-src " +
      std::string(docsStyleSource());
  addText(router, "/openapi.json", fixedText(kJsonType, openApiJson(), {}));
  addText(router, "/asyncapi.json", fixedText(kJsonType, asyncApiJson(), {}));
  addText(router, "/docs", fixedText("text/html; charset=utf-8", docsPage(), policy));
}

}  // namespace sw::api
