#include "adapters/http/request_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <charconv>

namespace sw::adapters::http {
namespace {

namespace beast = boost::beast;
using Field = beast::http::field;
using Verb = beast::http::verb;
using beast::string_view;
using Error = beast::error_code;

std::string_view toStd(string_view text) { return {text.data(), text.size()}; }

bool equalsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

api::Method toMethod(Verb verb) {
  switch (verb) {
    case Verb::get: return api::Method::kGet;
    case Verb::head: return api::Method::kHead;
    case Verb::post: return api::Method::kPost;
    case Verb::put: return api::Method::kPut;
    case Verb::patch: return api::Method::kPatch;
    case Verb::delete_: return api::Method::kDelete;
    case Verb::options: return api::Method::kOptions;
    default: return api::Method::kOther;
  }
}

/// A host and optional port, as far as it matters that nothing else hides in it (RFC 3986
/// section 3.2): no user, path, blank or list.
bool plausibleAuthority(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7f && c != '/' && c != '@' && c != ',' && c != '\\' && c != '?' &&
           c != '#' && c != '"' && c != '<' && c != '>';
  });
}

/// Collects one head from Beast's parser; the first fault stays.
class HeadParser final : public beast::http::basic_parser<true> {
 public:
  HeadParser(api::RequestHead& head, HeadInfo& info) : head_(head), info_(info) {}

  [[nodiscard]] std::string_view target() const { return target_; }
  [[nodiscard]] int version() const { return version_; }
  [[nodiscard]] const std::optional<HeadFault>& fault() const { return fault_; }
  [[nodiscard]] bool connectMethod() const { return connect_; }
  [[nodiscard]] std::size_t hosts() const { return hosts_; }
  [[nodiscard]] std::size_t hostIndex() const { return hostIndex_; }
  [[nodiscard]] bool transferEncoded() const { return transferEncodings_ > 0; }

 private:
  void refuse(base::Code code, const char* reason, int status = 0) {
    if (!fault_) fault_ = HeadFault{code, reason, status};
  }

  void on_request_impl(Verb verb, string_view /*name*/, string_view target, int version,
                       Error& /*error*/) override {
    head_.method = toMethod(verb);
    connect_ = verb == Verb::connect;
    target_ = toStd(target);
    version_ = version;
  }

  void on_field_impl(Field field, string_view name, string_view text, Error& /*error*/) override {
    const std::string_view value = toStd(text);
    head_.headers.push_back({toStd(name), value});
    switch (field) {
      case Field::host:
        ++hosts_;
        hostIndex_ = head_.headers.size() - 1;
        break;
      case Field::content_length: contentLength(value); break;
      case Field::transfer_encoding: transferEncoding(value); break;
      case Field::content_encoding:
        if (!value.empty() && !equalsIgnoringCase(value, "identity")) {
          refuse(base::Code::kUnsupportedMediaType, "a compressed request body is not accepted");
        }
        break;
      case Field::expect: info_.expectsContinue = equalsIgnoringCase(value, "100-continue"); break;
      case Field::accept_encoding: info_.acceptEncoding = value; break;
      case Field::if_none_match: info_.ifNoneMatch = value; break;
      default: break;
    }
  }

  /// One field with one number: a list or a repetition, even of equal values, is refused.
  void contentLength(std::string_view value) {
    std::uint64_t length = 0;
    const char* end = value.data() + value.size();
    const auto [rest, error] = std::from_chars(value.data(), end, length);
    if (value.empty() || error != std::errc{} || rest != end || info_.contentLength) {
      refuse(base::Code::kMalformed, "Content-Length must be one number, given once");
      return;
    }
    info_.contentLength = length;
  }

  void transferEncoding(std::string_view value) {
    if (++transferEncodings_ > 1) {
      refuse(base::Code::kMalformed, "Transfer-Encoding must be given once");
    } else if (equalsIgnoringCase(value, "chunked")) {
      info_.chunked = true;
    } else {
      refuse(base::Code::kUnsupportedMediaType, "the only known transfer coding is chunked", 501);
    }
  }

  void on_header_impl(Error& /*error*/) override { info_.keepAlive = keep_alive(); }
  void on_body_init_impl(boost::optional<std::uint64_t> const& /*length*/,
                         Error& /*error*/) override {}
  std::size_t on_body_impl(string_view body, Error& /*error*/) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t /*size*/, string_view /*extensions*/,
                            Error& /*error*/) override {}
  std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, string_view body,
                                 Error& /*error*/) override {
    return body.size();
  }
  void on_finish_impl(Error& /*error*/) override {}
  void on_response_impl(int /*code*/, string_view /*reason*/, int /*version*/,
                        Error& /*error*/) override {}

  api::RequestHead& head_;
  HeadInfo& info_;
  std::optional<HeadFault> fault_;
  std::string_view target_;
  int version_ = 0;
  bool connect_ = false;
  std::size_t hosts_ = 0;
  std::size_t hostIndex_ = 0;
  std::size_t transferEncodings_ = 0;
};

HeadFault fromParser(const Error& error) {
  using Cause = beast::http::error;
  using enum base::Code;
  if (error == Cause::header_limit) return {kHeadersTooLarge, "the request header is too large"};
  if (error == Cause::bad_version) return {kMalformed, "only HTTP/1.0 and HTTP/1.1 are spoken"};
  if (error == Cause::bad_method) return {kMalformed, "the method is not a token"};
  if (error == Cause::bad_target) return {kMalformed, "the request target is malformed"};
  if (error == Cause::bad_content_length || error == Cause::multiple_content_length) {
    return {kMalformed, "Content-Length must be one number, given once"};
  }
  if (error == Cause::bad_transfer_encoding) {
    return {kMalformed, "Transfer-Encoding contradicts the rest of the header"};
  }
  return {kMalformed, "a header field is malformed"};
}

/// Splits the target by its form (RFC 9112 section 3.2). An absolute form's authority takes the
/// place of the Host field's value.
std::optional<HeadFault> readTarget(const HeadParser& parser, const HeadLimits& limits,
                                    api::RequestHead& head) {
  using enum base::Code;
  std::string_view target = parser.target();
  if (target.size() > limits.targetBytes) {
    return HeadFault{kUriTooLong, "the request target is too long"};
  }
  if (parser.connectMethod()) return HeadFault{kMalformed, "CONNECT is not served"};
  const bool clean = std::ranges::all_of(
      target, [](char c) { return c > ' ' && c < 0x7f && c != '#' && c != '"'; });
  if (!clean) return HeadFault{kMalformed, "the request target holds a character that it may not"};
  if (target == "*") {
    if (head.method != api::Method::kOptions) {
      return HeadFault{kMalformed, "the target * belongs to OPTIONS"};
    }
    head.path = target;
    return std::nullopt;
  }
  if (!target.starts_with('/')) {
    const std::size_t scheme = target.find("://");
    if (scheme == std::string_view::npos ||
        !(equalsIgnoringCase(target.substr(0, scheme), "http") ||
          equalsIgnoringCase(target.substr(0, scheme), "https"))) {
      return HeadFault{kMalformed, "the request target must begin with /"};
    }
    target.remove_prefix(scheme + 3);
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    const std::string_view authority = target.substr(0, end);
    if (authority.empty() || !plausibleAuthority(authority)) {
      return HeadFault{kMalformed, "the request target's host is malformed"};
    }
    if (parser.hosts() == 1) head.headers[parser.hostIndex()].value = authority;
    target.remove_prefix(end);
  }
  const std::size_t question = std::min(target.find('?'), target.size());
  head.path = question == 0 ? std::string_view("/") : target.substr(0, question);
  if (question < target.size()) head.query = target.substr(question + 1);
  return std::nullopt;
}

}  // namespace

std::optional<HeadFault> parseHead(std::string_view bytes, const HeadLimits& limits,
                                   api::RequestHead& head, HeadInfo& info) {
  head.method = api::Method::kOther;
  head.path = "/";
  head.query = {};
  head.headers.clear();
  info = {};
  HeadParser parser(head, info);
  parser.header_limit(static_cast<std::uint32_t>(bytes.size() + 1));
  parser.skip(true);  // bodies are read by the connection
  Error error;
  parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  info.http11 = parser.version() != 10;
  if (!parser.target().empty()) {
    if (auto fault = readTarget(parser, limits, head)) return fault;
  }
  if (parser.fault()) return parser.fault();
  if (error) return fromParser(error);
  if (!parser.is_header_done()) return HeadFault{base::Code::kMalformed, "the header is not whole"};
  if (info.contentLength && parser.transferEncoded()) {
    return HeadFault{base::Code::kMalformed,
                     "Content-Length and Transfer-Encoding exclude each other"};
  }
  if (!info.http11 && parser.transferEncoded()) {
    return HeadFault{base::Code::kMalformed, "HTTP/1.0 has no Transfer-Encoding"};
  }
  if (parser.hosts() > 1 || (parser.hosts() == 0 && info.http11)) {
    return HeadFault{base::Code::kMalformed, "exactly one Host field is required"};
  }
  if (parser.hosts() == 1 && !plausibleAuthority(head.headers[parser.hostIndex()].value)) {
    return HeadFault{base::Code::kMalformed, "the Host field is malformed"};
  }
  return std::nullopt;
}

}  // namespace sw::adapters::http
