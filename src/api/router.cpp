#include "api/router.h"

#include <cstdio>
#include <cstdlib>

namespace sw::api {
namespace {

constexpr std::size_t kMethods = static_cast<std::size_t>(Method::kOther) + 1;

/// Takes the first segment off a path that begins with '/'.
std::string_view takeSegment(std::string_view& path) {
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

bool isParameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

}  // namespace

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> fixed;
  std::unique_ptr<Node> parameter;
  std::array<const Route*, kMethods> routes{};
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::add(Route route) {
  route.index = routes_.size();
  routes_.push_back(std::make_unique<const Route>(std::move(route)));
  const Route& added = *routes_.back();
  Node* node = root_.get();
  for (std::string_view rest = added.pattern; !rest.empty();) {
    const std::string_view segment = takeSegment(rest);
    auto& next = isParameter(segment) ? node->parameter : node->fixed[std::string(segment)];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  const Route*& place = node->routes.at(static_cast<std::size_t>(added.method));
  if (place != nullptr) {
    std::fprintf(stderr, "two routes for %s %s\n", std::string(toString(added.method)).c_str(),
                 std::string(added.pattern).c_str());
    std::abort();
  }
  place = &added;
}

const Router::Node* Router::find(std::string_view path, PathParameters* parameters) const {
  const Node* node = root_.get();
  std::array<std::string_view, PathParameters::kMax> values;
  std::size_t count = 0;
  while (!path.empty()) {
    if (path.front() != '/') return nullptr;
    const std::string_view segment = takeSegment(path);
    const auto fixed = node->fixed.find(segment);
    if (fixed != node->fixed.end()) {
      node = fixed->second.get();
    } else if (node->parameter && !segment.empty() && count < values.size()) {
      values.at(count++) = segment;
      node = node->parameter.get();
    } else {
      return nullptr;
    }
  }
  if (parameters == nullptr) return node;
  // Names come from the route that the node leads to; any of them has the same places.
  for (const Route* route : node->routes) {
    if (route == nullptr) continue;
    std::size_t next = 0;
    for (std::string_view rest = route->pattern; !rest.empty();) {
      const std::string_view segment = takeSegment(rest);
      if (isParameter(segment)) {
        parameters->add(segment.substr(1, segment.size() - 2), values.at(next++));
      }
    }
    break;
  }
  return node;
}

Router::Match Router::match(Method method, std::string_view path) const {
  Match match;
  const Node* node = find(path, &match.parameters);
  if (node == nullptr) return match;
  for (const Route* route : node->routes) match.pathExists |= route != nullptr;
  const Method effective = method == Method::kHead ? Method::kGet : method;
  match.route = node->routes.at(static_cast<std::size_t>(effective));
  return match;
}

std::string Router::allowed(std::string_view path) const {
  const Node* node = find(path, nullptr);
  std::string out;
  if (node == nullptr) return out;
  const auto add = [&](std::string_view name) {
    if (!out.empty()) out += ", ";
    out += name;
  };
  for (std::size_t i = 0; i < node->routes.size(); ++i) {
    if (node->routes.at(i) == nullptr) continue;
    const auto method = static_cast<Method>(i);
    add(toString(method));
    if (method == Method::kGet) add("HEAD");
  }
  if (!out.empty()) add("OPTIONS");
  return out;
}

std::vector<const Route*> Router::routes() const {
  std::vector<const Route*> out;
  out.reserve(routes_.size());
  for (const auto& route : routes_) out.push_back(route.get());
  return out;
}

}  // namespace sw::api
