#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"
#include "app/operations/operations_access.h"
#include "base/result.h"
#include "base/task.h"

namespace sw::app {

/// What the operations listener answers at one path.
struct OperationsRoute {
  using Handler = std::function<base::Task<base::Result<api::Response>>(api::Request&)>;

  api::Method method = api::Method::kGet;  // HEAD is answered as GET
  std::string path;                        // one that ends with '/' covers what is below it
  OperationsGuard guard = OperationsGuard::kOperator;
  std::string about;  // one line for the index
  Handler handler;
};

/// The paths of the operations listener: few, so they are looked up one by one. Filled at the
/// start, then read by any thread.
class OperationsTable {
 public:
  void add(OperationsRoute route) { routes_.push_back(std::move(route)); }

  struct Match {
    const OperationsRoute* route = nullptr;  // null: nothing there, or not with this method
    std::string allowed;                     // "GET, HEAD"; empty when there is no such path
  };
  [[nodiscard]] Match match(api::Method method, std::string_view path) const;
  [[nodiscard]] const std::vector<OperationsRoute>& routes() const { return routes_; }

 private:
  std::vector<OperationsRoute> routes_;
};

}  // namespace sw::app
