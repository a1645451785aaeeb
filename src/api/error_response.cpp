#include "api/error_response.h"

#include "base/json.h"
#include "base/text.h"

namespace sw::api {
namespace {

constexpr int kFirstServerError = 500;

/// What callers may read of a failure.
std::string messageOf(const base::Error& error, int status) {
  if (status < kFirstServerError) return error.message();
  if (status == 503) return "the service cannot answer at the moment; please try again";
  return "something went wrong inside the service; the request id helps to find it";
}

/// Text that came from a request may be no UTF-8.
void appendText(base::json::Writer& writer, std::string_view text) {
  if (base::isUtf8(text)) {
    writer.string(text);
    return;
  }
  std::string clean;
  base::appendAsUtf8(clean, text);
  writer.string(clean);
}

}  // namespace

void appendErrorBody(std::string& out, const base::Error& error, std::string_view requestId) {
  const base::CodeInfo& info = base::describe(error.code());
  base::json::Writer writer(out);
  writer.beginObject().field("code", info.name);
  writer.key("message");
  appendText(writer, messageOf(error, info.httpStatus));
  if (!error.details().empty() && info.httpStatus < kFirstServerError) {
    writer.key("details").beginArray();
    for (const base::FieldProblem& problem : error.details()) {
      writer.beginObject().key("field");
      appendText(writer, problem.field);
      writer.key("issue");
      appendText(writer, problem.issue);
      writer.endObject();
    }
    writer.endArray();
  }
  writer.field("requestId", requestId);
  writer.endObject();
}

Response errorResponse(const base::Error& error, std::string_view requestId) {
  const base::CodeInfo& info = base::describe(error.code());
  std::string body = R"({"error":)";
  appendErrorBody(body, error, requestId);
  body += '}';

  Response response;
  response.status = info.httpStatus;
  response.contentType = kJsonType;
  response.body = std::move(body);
  if (info.httpStatus == 401) response.with("WWW-Authenticate", "Bearer");
  if (info.httpStatus == 503) response.with("Retry-After", "1");
  return response;
}

}  // namespace sw::api
