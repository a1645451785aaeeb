#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/uuid.h"

namespace sw::sql {

/// One parameter of a statement. Text and bytes are views: what they point to must live until the
/// statement has run (`WriteBatch` copies them). Trivially copyable.
class Value {
 public:
  struct Text {
    std::string_view bytes;  // UTF-8
  };
  struct Blob {
    std::string_view bytes;
  };
  using Storage = std::variant<std::monostate, std::int64_t, double, Text, Blob, base::Uuid>;

  Value() = default;  // SQL's NULL
  Value(std::nullptr_t) {}
  template <std::integral T>
  Value(T number) : storage_(static_cast<std::int64_t>(number)) {}
  Value(double number) : storage_(number) {}
  Value(std::string_view text) : storage_(Text{text}) {}
  Value(const std::string& text) : storage_(Text{text}) {}
  Value(std::string&&) = delete;  // it would be gone before the statement runs
  Value(const char* text) : storage_(Text{text}) {}
  Value(const base::Uuid& id) : storage_(id) {}
  /// Microseconds since 1970.
  Value(base::Instant at) : storage_(std::int64_t{at.time_since_epoch().count()}) {}
  Value(std::chrono::sys_seconds at) : storage_(std::int64_t{at.time_since_epoch().count()}) {}
  template <class T>
  Value(const std::optional<T>& value) {
    if (value) *this = Value(*value);
  }

  static Value blob(std::string_view bytes) {
    Value value;
    value.storage_ = Blob{bytes};
    return value;
  }
  static Value blob(std::span<const std::uint8_t> bytes) {
    return blob(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }
  /// NULL for the nil id.
  static Value idOrNull(const base::Uuid& id) { return id.isNil() ? Value() : Value(id); }

  [[nodiscard]] const Storage& storage() const { return storage_; }

 private:
  Storage storage_;
};

using Params = std::span<const Value>;

/// The present row of a result. Views into it are valid during the call that hands it over. A
/// column read as a type it does not have gives that type's zero.
class Row {
 public:
  Row() = default;
  Row(const Row&) = delete;
  Row& operator=(const Row&) = delete;
  virtual ~Row() = default;

  [[nodiscard]] virtual bool isNull(int column) const = 0;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  [[nodiscard]] virtual double real(int column) const = 0;
  /// Text or bytes; empty for NULL.
  [[nodiscard]] virtual std::string_view text(int column) const = 0;

  /// Nil for NULL.
  [[nodiscard]] base::Uuid uuid(int column) const;
  [[nodiscard]] std::string string(int column) const { return std::string(text(column)); }
  [[nodiscard]] base::Instant instant(int column) const {
    return base::Instant(std::chrono::microseconds(integer(column)));
  }
  [[nodiscard]] std::chrono::sys_seconds seconds(int column) const {
    return std::chrono::sys_seconds(std::chrono::seconds(integer(column)));
  }
  /// Copies exactly `out.size()` bytes; zeros when the column holds another number of them.
  void copyBytes(int column, std::span<std::uint8_t> out) const;
};

/// Where the rows of a read go, one call a row. A reference to a callable that the caller keeps
/// alive while it awaits; takes named callables only, so that none can die early.
class RowSink {
 public:
  template <class Callable>
    requires std::invocable<Callable&, const Row&>
  RowSink(Callable& callable)
      : object_(&callable),
        call_([](void* object, const Row& row) { (*static_cast<Callable*>(object))(row); }) {}

  void operator()(const Row& row) const { call_(object_, row); }

 private:
  void* object_;
  void (*call_)(void*, const Row&);
};

}  // namespace sw::sql
