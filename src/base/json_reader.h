#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace sw::base::json {

/// Collects everything that is wrong with one body, so that all of it is answered at once.
class Problems {
 public:
  /// More than this many are not listed; a last line says how many were left out.
  static constexpr std::size_t kMaxListed = 50;

  void add(std::string field, std::string issue);
  [[nodiscard]] bool empty() const { return problems_.empty(); }
  /// `kInvalid` with every problem as a detail; call only when there are some.
  [[nodiscard]] Error toError() const;

 private:
  std::vector<FieldProblem> problems_;
  std::size_t leftOut_ = 0;
};

/// Reads the members of one object, notes each problem under its path, and at the end every
/// member nobody asked for. Each getter answers nothing both when the member is absent and when
/// it is wrong (which it has noted). Not for use by two threads.
class ObjectReader {
 public:
  enum class Presence { kOptional, kRequired };
  static constexpr auto kOptional = Presence::kOptional;
  static constexpr auto kRequired = Presence::kRequired;

  /// `path` is where the object stands in the body ("" for the whole, "attendees[2]").
  /// Notes a problem when `value` is not an object; then every getter answers nothing.
  ObjectReader(Value value, std::string path, Problems& problems);

  /// Whether the member is there, null included; counts as asked for.
  bool has(std::string_view name);
  /// Whether the member is there and null (how a merge patch removes it, RFC 7396).
  bool isNull(std::string_view name);
  /// The raw member, for nested objects and arrays; missing when absent. With `type` given, a
  /// member of another type is a problem and comes back as missing. Null counts as absent.
  Value value(std::string_view name, Presence presence = kOptional);
  Value value(std::string_view name, Value::Type type, Presence presence = kOptional);

  /// Text of at most `maxBytes`; with `kRequired` also not empty.
  std::optional<std::string> text(std::string_view name, std::size_t maxBytes,
                                  Presence presence = kOptional);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max,
                                      Presence presence = kOptional);
  std::optional<double> number(std::string_view name, double min, double max,
                               Presence presence = kOptional);
  std::optional<bool> boolean(std::string_view name, Presence presence = kOptional);
  /// The index of the member's text in `allowed`.
  std::optional<std::size_t> choice(std::string_view name,
                                    std::initializer_list<std::string_view> allowed,
                                    Presence presence = kOptional);

  /// Members that an answer carries and a request may repeat: accepted and ignored.
  void ignore(std::initializer_list<std::string_view> readOnly);
  /// Notes a problem for the member `name` of this object.
  void problem(std::string_view name, std::string issue);
  /// "attendees[2].email" for the member `email`.
  [[nodiscard]] std::string pathOf(std::string_view name) const;
  Problems& problems() { return problems_; }

  /// Notes every member that was not asked for as unknown. Call last.
  void finish();

 private:
  Value expect(std::string_view name, Presence presence, Value::Type type);

  Value object_;
  std::string path_;
  Problems& problems_;
  std::vector<std::string_view> asked_;
};

}  // namespace sw::base::json
