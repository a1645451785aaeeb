#include "base/json.h"

#include <algorithm>
#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/byte_scan.h"

namespace sw::base::json {
namespace {

namespace bj = boost::json;

const bj::value& unwrap(const void* impl) { return *static_cast<const bj::value*>(impl); }

/// Whether every number is one. RFC 8259 allows 1e400 and lets a reader set limits; read as
/// infinity it could not be written again. Not deeper than the parser went.
bool isFinite(const bj::value& value) {  // NOLINT(misc-no-recursion)
  switch (value.kind()) {
    case bj::kind::double_: return std::isfinite(value.get_double());
    case bj::kind::array: return std::ranges::all_of(value.get_array(), isFinite);
    case bj::kind::object:
      return std::ranges::all_of(value.get_object(),
                                 [](const auto& member) { return isFinite(member.value()); });
    default: return true;
  }
}

bool needsEscape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

/// Where the first byte from `at` on is that cannot stand in a string as it is.
std::size_t plainEnd(std::string_view value, std::size_t at) {
  for (; at + sizeof(std::uint64_t) <= value.size(); at += sizeof(std::uint64_t)) {
    const std::uint64_t word = eightBytes(value.data() + at);
    if (anyIsBelow(word, 0x20) || anyIs(word, '"') || anyIs(word, '\\')) break;
  }
  while (at < value.size() && !needsEscape(value[at])) ++at;
  return at;
}

void appendEscaped(std::string& out, char c) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4U];
      out += kHex[static_cast<unsigned char>(c) & 0x0fU];
  }
}

}  // namespace

Value::Type Value::type() const {
  if (impl_ == nullptr) return Type::kMissing;
  switch (unwrap(impl_).kind()) {
    case bj::kind::null: return Type::kNull;
    case bj::kind::bool_: return Type::kBool;
    case bj::kind::int64:
    case bj::kind::uint64:
    case bj::kind::double_: return Type::kNumber;
    case bj::kind::string: return Type::kString;
    case bj::kind::array: return Type::kArray;
    case bj::kind::object: return Type::kObject;
  }
  return Type::kMissing;
}

std::optional<bool> Value::asBool() const {
  if (type() != Type::kBool) return std::nullopt;
  return unwrap(impl_).get_bool();
}

std::optional<std::int64_t> Value::asInteger() const {
  if (impl_ == nullptr) return std::nullopt;
  const bj::value& value = unwrap(impl_);
  if (const auto* integer = value.if_int64()) return *integer;
  if (const auto* real = value.if_double()) {
    constexpr double kExact = 9007199254740992.0;  // 2^53: beyond it integers have gaps
    if (std::abs(*real) <= kExact && std::trunc(*real) == *real) {
      return static_cast<std::int64_t>(*real);
    }
  }
  return std::nullopt;
}

std::optional<double> Value::asNumber() const {
  if (type() != Type::kNumber) return std::nullopt;
  return unwrap(impl_).to_number<double>();
}

std::optional<std::string_view> Value::asString() const {
  if (type() != Type::kString) return std::nullopt;
  const bj::string& text = unwrap(impl_).get_string();
  return std::string_view(text.data(), text.size());
}

std::size_t Value::size() const {
  if (impl_ == nullptr) return 0;
  const bj::value& value = unwrap(impl_);
  if (const auto* array = value.if_array()) return array->size();
  if (const auto* object = value.if_object()) return object->size();
  return 0;
}

Value Value::at(std::size_t index) const { return Value(&unwrap(impl_).get_array()[index]); }

std::pair<std::string_view, Value> Value::memberAt(std::size_t index) const {
  const auto member = unwrap(impl_).get_object().begin() + static_cast<std::ptrdiff_t>(index);
  return {std::string_view(member->key().data(), member->key().size()), Value(&member->value())};
}

Value Value::find(std::string_view name) const {
  if (impl_ == nullptr) return {};
  const auto* object = unwrap(impl_).if_object();
  return object == nullptr ? Value() : Value(object->if_contains({name.data(), name.size()}));
}

std::string Value::serialize() const {
  return impl_ == nullptr ? std::string("null") : bj::serialize(unwrap(impl_));
}

std::string_view describe(Value::Type type) {
  switch (type) {
    case Value::Type::kMissing: return "nothing";
    case Value::Type::kNull: return "null";
    case Value::Type::kBool: return "true or false";
    case Value::Type::kNumber: return "a number";
    case Value::Type::kString: return "a string";
    case Value::Type::kArray: return "an array";
    case Value::Type::kObject: return "an object";
  }
  return "nothing";
}

struct Document::Impl {
  bj::monotonic_resource memory;
  bj::value root = bj::value(bj::storage_ptr(&memory));
};

Document::Document(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text, std::size_t maxDepth) {
  auto impl = std::make_unique<Impl>();
  bj::parse_options options;
  options.max_depth = maxDepth;
  try {
    bj::parser parser(bj::storage_ptr(), options);
    parser.reset(&impl->memory);
    boost::system::error_code failure;
    const std::size_t read = parser.write_some(text.data(), text.size(), failure);
    if (!failure && read == text.size()) {
      impl->root = parser.release();
      if (!isFinite(impl->root)) {
        return Error(Code::kMalformed, "the body is not valid JSON: a number is out of range");
      }
      return Document(std::move(impl));
    }
    const std::string reason = failure ? failure.message() : "more follows after the value";
    return Error(Code::kMalformed, "the body is not valid JSON in UTF-8: " + reason + " at byte " +
                                       std::to_string(read));
  } catch (const std::exception& thrown) {
    // The parser throws for an incomplete text and when memory runs out.
    return Error(Code::kMalformed,
                 std::string("the body is not valid JSON in UTF-8: ") + thrown.what());
  }
}

Value Document::root() const { return Value(&impl_->root); }

void Writer::beforeValue() {
  if (needsComma_) out_ += ',';
  needsComma_ = true;
}

Writer& Writer::open(char bracket) {
  beforeValue();
  out_ += bracket;
  needsComma_ = false;
  return *this;
}

Writer& Writer::close(char bracket) {
  out_ += bracket;
  needsComma_ = true;
  return *this;
}

Writer& Writer::key(std::string_view name) {
  beforeValue();
  appendQuoted(out_, name);
  out_ += ':';
  needsComma_ = false;
  return *this;
}

Writer& Writer::string(std::string_view value) {
  beforeValue();
  appendQuoted(out_, value);
  return *this;
}

Writer& Writer::integer(std::int64_t value) {
  beforeValue();
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out_.append(text.data(), end);
  return *this;
}

Writer& Writer::number(double value) {
  if (!std::isfinite(value)) return null();
  beforeValue();
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out_.append(text.data(), end);
  return *this;
}

Writer& Writer::boolean(bool value) {
  beforeValue();
  out_ += value ? "true" : "false";
  return *this;
}

Writer& Writer::null() {
  beforeValue();
  out_ += "null";
  return *this;
}

Writer& Writer::raw(std::string_view json) {
  beforeValue();
  out_ += json;
  return *this;
}

void appendQuoted(std::string& out, std::string_view value) {
  out += '"';
  for (std::size_t at = 0;;) {
    const std::size_t end = plainEnd(value, at);
    out.append(value, at, end - at);
    if (end == value.size()) break;
    appendEscaped(out, value[end]);
    at = end + 1;
  }
  out += '"';
}

}  // namespace sw::base::json
