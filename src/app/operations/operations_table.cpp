#include "app/operations/operations_table.h"

namespace sw::app {
namespace {

using api::Method;

bool covers(const OperationsRoute& route, std::string_view path) {
  if (route.path == path) return true;
  return route.path.size() > 1 && route.path.ends_with('/') && path.starts_with(route.path) &&
         path.size() > route.path.size();
}

}  // namespace

OperationsTable::Match OperationsTable::match(Method method, std::string_view path) const {
  Match match;
  for (const OperationsRoute& route : routes_) {
    if (!covers(route, path)) continue;
    if (route.method == method || (method == Method::kHead && route.method == Method::kGet)) {
      match.route = &route;
    }
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += route.method == Method::kGet ? "GET, HEAD" : api::toString(route.method);
  }
  return match;
}

}  // namespace sw::app
