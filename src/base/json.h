#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

/// JSON (RFC 8259) without a library's header: parsed values as views, and a writer.
namespace sw::base::json {

/// A view of one value inside a `Document`, valid as long as that lives. A view can also be
/// missing: what `find` gives for an absent member. Cheap to copy. Thread-safe to read.
class Value {
 public:
  enum class Type { kMissing, kNull, kBool, kNumber, kString, kArray, kObject };

  Value() = default;

  [[nodiscard]] Type type() const;
  [[nodiscard]] bool isMissing() const { return impl_ == nullptr; }
  [[nodiscard]] bool isNull() const { return type() == Type::kNull; }
  [[nodiscard]] bool isArray() const { return type() == Type::kArray; }
  [[nodiscard]] bool isObject() const { return type() == Type::kObject; }

  /// The value as that type, or nothing when it is of another. An integer is any number without
  /// a fractional part that fits.
  [[nodiscard]] std::optional<bool> asBool() const;
  [[nodiscard]] std::optional<std::int64_t> asInteger() const;
  [[nodiscard]] std::optional<double> asNumber() const;
  [[nodiscard]] std::optional<std::string_view> asString() const;

  /// Elements of an array or members of an object; 0 for anything else.
  [[nodiscard]] std::size_t size() const;
  /// An array's element, `index` < size().
  [[nodiscard]] Value at(std::size_t index) const;
  /// An object's member in the order of the text, `index` < size().
  [[nodiscard]] std::pair<std::string_view, Value> memberAt(std::size_t index) const;
  /// An object's member; missing when there is none (of a repeated name, the last).
  [[nodiscard]] Value find(std::string_view name) const;

  /// The value as compact JSON text.
  [[nodiscard]] std::string serialize() const;

 private:
  friend class Document;
  explicit Value(const void* impl) : impl_(impl) {}

  const void* impl_ = nullptr;
};

/// "string", "number", "true or false" …: the type's name in messages for people.
std::string_view describe(Value::Type type);

/// A parsed text and the memory of its values. Movable; views stay valid when it moves.
class Document {
 public:
  /// `kMalformed` with the position when `text` is not exactly one JSON value in UTF-8, or nests
  /// deeper than `maxDepth`.
  static Result<Document> parse(std::string_view text, std::size_t maxDepth = 32);

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  [[nodiscard]] Value root() const;

 private:
  struct Impl;
  explicit Document(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

/// Appends JSON text to a string; puts the commas. The caller keeps begin and end paired.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  Writer& beginObject() { return open('{'); }
  Writer& endObject() { return close('}'); }
  Writer& beginArray() { return open('['); }
  Writer& endArray() { return close(']'); }

  /// A member's name; its value follows by one of the calls below.
  Writer& key(std::string_view name);

  Writer& string(std::string_view value);  // must be UTF-8
  Writer& integer(std::int64_t value);
  Writer& number(double value);  // the shortest text that reads back the same; NaN as null
  Writer& boolean(bool value);
  Writer& null();
  /// A value that is JSON text already.
  Writer& raw(std::string_view json);

  Writer& field(std::string_view name, std::string_view value) { return key(name).string(value); }
  Writer& field(std::string_view name, const char* value) { return key(name).string(value); }
  Writer& field(std::string_view name, std::int64_t value) { return key(name).integer(value); }
  Writer& field(std::string_view name, bool value) { return key(name).boolean(value); }

  /// The string under construction, for appending a value's text by other means: call
  /// `beforeValue` first.
  std::string& out() { return out_; }
  void beforeValue();

 private:
  Writer& open(char bracket);
  Writer& close(char bracket);

  std::string& out_;
  bool needsComma_ = false;
};

/// Appends `value` as a quoted and escaped JSON string.
void appendQuoted(std::string& out, std::string_view value);

}  // namespace sw::base::json
