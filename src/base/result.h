#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "base/error.h"

namespace sw::base {

/// A value, or why there is none. Crosses every module border in place of an exception.
/// Reading the value of a failed result, or the error of a good one, breaks an invariant and
/// throws `std::bad_variant_access`, which ends the program with a report.
template <class T>
class [[nodiscard]] Result {
  static_assert(!std::is_same_v<T, Error>);

 public:
  using Value = T;

  // Implicit on purpose: `return value;` and `return Error(...)` are how results are made.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() & { return std::get<0>(state_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using Value = void;

  Result() = default;
  Result(Error error) : state_(std::move(error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<std::monostate, Error> state_;
};

}  // namespace sw::base

/// Takes the value of a result, or leaves the enclosing function with its error:
///   SW_TRY(auto rule, parseRule(text));
/// The `CO` forms are the same inside a coroutine.
#define SW_TRY_CONCAT_(a, b) a##b
#define SW_TRY_NAME_(line) SW_TRY_CONCAT_(swTry, line)
#define SW_TRY_(name, declaration, expression, leave) \
  auto name = (expression);                           \
  if (!name.ok()) leave name.error();                 \
  declaration = *std::move(name)
#define SW_CHECK_(name, expression, leave) \
  if (auto name = (expression); !name.ok()) leave name.error()
#define SW_TRY(declaration, expression) \
  SW_TRY_(SW_TRY_NAME_(__LINE__), declaration, expression, return)
#define SW_CO_TRY(declaration, expression) \
  SW_TRY_(SW_TRY_NAME_(__LINE__), declaration, expression, co_return)
#define SW_CHECK(expression) SW_CHECK_(SW_TRY_NAME_(__LINE__), expression, return)
#define SW_CO_CHECK(expression) SW_CHECK_(SW_TRY_NAME_(__LINE__), expression, co_return)
