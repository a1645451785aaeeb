#include "base/json_reader.h"

#include <algorithm>

namespace sw::base::json {

void Problems::add(std::string field, std::string issue) {
  if (problems_.size() >= kMaxListed) {
    ++leftOut_;
    return;
  }
  problems_.push_back({std::move(field), std::move(issue)});
}

Error Problems::toError() const {
  std::vector<FieldProblem> details = problems_;
  if (leftOut_ > 0) details.push_back({"", std::to_string(leftOut_) + " more problems"});
  const std::size_t count = problems_.size() + leftOut_;
  std::string message;
  if (count == 1) {
    const FieldProblem& only = problems_.front();
    message = only.field.empty() ? only.issue : only.field + " " + only.issue;
  } else {
    message = "the body has " + std::to_string(count) + " problems";
  }
  return {Code::kInvalid, std::move(message), std::move(details)};
}

ObjectReader::ObjectReader(Value value, std::string path, Problems& problems)
    : object_(value), path_(std::move(path)), problems_(problems) {
  if (!object_.isObject()) {
    problems_.add(path_, "must be an object, not " + std::string(describe(object_.type())));
    object_ = Value();
  }
}

std::string ObjectReader::pathOf(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void ObjectReader::problem(std::string_view name, std::string issue) {
  problems_.add(pathOf(name), std::move(issue));
}

bool ObjectReader::has(std::string_view name) {
  asked_.push_back(name);
  return !object_.find(name).isMissing();
}

bool ObjectReader::isNull(std::string_view name) {
  asked_.push_back(name);
  return object_.find(name).isNull();
}

Value ObjectReader::value(std::string_view name, Presence presence) {
  asked_.push_back(name);
  const Value found = object_.find(name);
  if (found.isMissing() || found.isNull()) {
    if (presence == kRequired && object_.isObject()) problem(name, "is required");
    return {};
  }
  return found;
}

Value ObjectReader::value(std::string_view name, Value::Type type, Presence presence) {
  return expect(name, presence, type);
}

Value ObjectReader::expect(std::string_view name, Presence presence, Value::Type type) {
  const Value found = value(name, presence);
  if (found.isMissing() || found.type() == type) return found;
  problem(name, "must be " + std::string(describe(type)) + ", not " +
                    std::string(describe(found.type())));
  return {};
}

std::optional<std::string> ObjectReader::text(std::string_view name, std::size_t maxBytes,
                                              Presence presence) {
  const auto found = expect(name, presence, Value::Type::kString).asString();
  if (!found) return std::nullopt;
  if (found->size() > maxBytes) {
    problem(name, "must be at most " + std::to_string(maxBytes) + " bytes long");
    return std::nullopt;
  }
  if (found->empty() && presence == kRequired) {
    problem(name, "must not be empty");
    return std::nullopt;
  }
  return std::string(*found);
}

std::optional<std::int64_t> ObjectReader::integer(std::string_view name, std::int64_t min,
                                                  std::int64_t max, Presence presence) {
  const Value found = expect(name, presence, Value::Type::kNumber);
  if (found.isMissing()) return std::nullopt;
  const auto integer = found.asInteger();
  if (!integer || *integer < min || *integer > max) {
    problem(name,
            "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return std::nullopt;
  }
  return integer;
}

std::optional<double> ObjectReader::number(std::string_view name, double min, double max,
                                           Presence presence) {
  const auto found = expect(name, presence, Value::Type::kNumber).asNumber();
  if (!found) return std::nullopt;
  if (*found < min || *found > max) {
    std::string range;
    Writer(range).number(min);
    range += " to ";
    Writer(range).number(max);
    problem(name, "must be a number from " + range);
    return std::nullopt;
  }
  return found;
}

std::optional<bool> ObjectReader::boolean(std::string_view name, Presence presence) {
  return expect(name, presence, Value::Type::kBool).asBool();
}

std::optional<std::size_t> ObjectReader::choice(std::string_view name,
                                                std::initializer_list<std::string_view> allowed,
                                                Presence presence) {
  const auto found = expect(name, presence, Value::Type::kString).asString();
  if (!found) return std::nullopt;
  const auto* const match = std::ranges::find(allowed, *found);
  if (match != allowed.end()) return static_cast<std::size_t>(match - allowed.begin());
  std::string list;
  for (const std::string_view option : allowed) {
    if (!list.empty()) list += ", ";
    list += option;
  }
  problem(name, "must be one of " + list);
  return std::nullopt;
}

void ObjectReader::ignore(std::initializer_list<std::string_view> readOnly) {
  asked_.insert(asked_.end(), readOnly);
}

void ObjectReader::finish() {
  for (std::size_t i = 0; i < object_.size(); ++i) {
    const auto [name, member] = object_.memberAt(i);
    if (std::ranges::find(asked_, name) == asked_.end()) problem(name, "is not a known field");
  }
}

}  // namespace sw::base::json
