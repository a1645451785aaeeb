#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"

namespace sw::api {

/// Finds the route of a request. Filled once at start, then read by all threads.
class Router {
 public:
  Router();
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  /// Adds a route. Two of the same method and path are a defect and end the program.
  void add(Route route);

  struct Match {
    const Route* route = nullptr;  // null: nothing there, or not with this method
    PathParameters parameters;
    bool pathExists = false;  // with some method
  };
  /// HEAD is answered by the route of GET. Does not allocate.
  [[nodiscard]] Match match(Method method, std::string_view path) const;
  /// "GET, HEAD, OPTIONS": what the path answers to; empty when there is no such path.
  [[nodiscard]] std::string allowed(std::string_view path) const;
  /// Every route, in the order they were added.
  [[nodiscard]] std::vector<const Route*> routes() const;

 private:
  struct Node;

  const Node* find(std::string_view path, PathParameters* parameters) const;

  std::vector<std::unique_ptr<const Route>> routes_;
  std::unique_ptr<Node> root_;
};

}  // namespace sw::api
