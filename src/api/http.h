#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"

/// HTTP as the rest of the program sees it: plain requests and responses, no server.
namespace sw::api {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };
std::string_view toString(Method method);

struct Header {
  std::string_view name;  // as sent; compared without case
  std::string_view value;
};

/// What a handler keeps with a request from its admission to its end.
class RequestContext {
 public:
  RequestContext() = default;
  RequestContext(const RequestContext&) = delete;
  RequestContext& operator=(const RequestContext&) = delete;
  virtual ~RequestContext() = default;
};

/// What is known of a request before its body. All views point into the connection's buffer and
/// live until the response has been written.
struct RequestHead {
  Method method = Method::kGet;
  std::string_view path;   // of the target, percent-encoded as sent, begins with '/'
  std::string_view query;  // of the target, after '?', percent-encoded as sent
  std::vector<Header> headers;
  std::string_view remoteAddress;           // of the peer, numeric, without port
  bool secure = false;                      // arrived by TLS
  base::Monotonic received{};               // when its first byte was read
  std::unique_ptr<RequestContext> context;  // the handler's own; null until it sets one

  /// The value of the first header called `name` (any case), empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] bool hasHeader(std::string_view name) const;
};

/// A whole request. `body` is as sent (a content coding is refused before), within the limit
/// that `RequestHandler::admit` gave.
struct Request {
  RequestHead head;
  std::string body;
};

/// A body made piece by piece, for answers that are long or never end. Used by one connection.
class BodyStream {
 public:
  BodyStream() = default;
  BodyStream(const BodyStream&) = delete;
  BodyStream& operator=(const BodyStream&) = delete;
  virtual ~BodyStream() = default;

  /// The next piece (never empty), or nothing at the end. An error breaks the connection off, so
  /// that the client sees that the body is not whole. May suspend.
  virtual base::Task<base::Result<std::optional<std::string>>> next() = 0;
  /// The answer has ended early (the client is gone, or the server drains): a `next` that is
  /// suspended should end soon, with whatever outcome. Called at most once, on the thread that
  /// called `next`; never blocks.
  virtual void stop() {}
};

/// Text that many responses share, with what it is when compressed; empty where not made.
struct SharedBody {
  std::string identity;
  std::string gzip;
  std::string brotli;
};

/// An answer. The server adds Date, Content-Length or chunks, Connection, and compresses where
/// the client accepts it and `compressible` says so.
struct Response {
  using Body =
      std::variant<std::string, std::shared_ptr<const SharedBody>, std::unique_ptr<BodyStream>>;

  int status = 200;
  std::string_view contentType;  // static storage; empty: no such header
  std::vector<std::pair<std::string_view, std::string>> headers;  // names in static storage
  Body body;
  bool compressible = true;

  Response& with(std::string_view name, std::string value) {
    headers.emplace_back(name, std::move(value));
    return *this;
  }
};

inline constexpr std::string_view kJsonType = "application/json";

/// What becomes of a request whose head has arrived.
struct Admission {
  /// The largest body that is read; a longer one is answered 413.
  std::size_t maxBodyBytes = 0;
  /// Set when the request is refused already: answered at once, the body is not read.
  std::optional<Response> refusal;
};

/// The outcome of an exchange, told once when its last byte was written or it was abandoned.
struct Exchange {
  const RequestHead& head;
  int status;  // 499 when the client went away before the whole answer
  std::uint64_t requestBytes;
  std::uint64_t responseBytes;  // of the body, after compression
  base::Monotonic finished;
};

/// What a server serves. Called on the server's threads, for many requests at a time.
class RequestHandler {
 public:
  RequestHandler() = default;
  RequestHandler(const RequestHandler&) = delete;
  RequestHandler& operator=(const RequestHandler&) = delete;
  virtual ~RequestHandler() = default;

  /// Decides on a request by its head alone: the body limit of its route, or a refusal. Never
  /// blocks.
  virtual Admission admit(RequestHead& head) = 0;
  /// Answers. Never throws: what goes wrong is a response. May suspend, never blocks.
  virtual base::Task<Response> handle(Request& request) = 0;
  /// The answer to what is no acceptable request at all (bad syntax, too large, too slow), where
  /// `head` holds as much as could be read.
  virtual Response reject(RequestHead& head, const base::Error& error) = 0;
  /// Told of every exchange, refused and broken ones too.
  virtual void finished(const Exchange& exchange) = 0;
};

}  // namespace sw::api
