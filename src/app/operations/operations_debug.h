#pragma once

#include <string>
#include <string_view>

#include "api/http.h"
#include "app/operations/operations_table.h"
#include "app/operations/operations_views.h"
#include "obs/log.h"

/// The operator's tools on the operations port; docs/operations/debug-endpoints.md describes each.
/// What is given must outlive the table.
namespace sw::app {

/// An answer that is not to be kept by anybody. `contentType` is static storage.
api::Response operationsAnswer(std::string_view contentType, std::string body);

/// /debug/config, /debug/requests, /debug/alerts, /debug/log-level, /debug/release-memory.
void addDebugRoutes(OperationsTable& table, OperationsViews& views, obs::Log& log);
/// /ops/runbooks and /ops/runbooks/{name}.
void addRunbookRoutes(OperationsTable& table);
/// "/", which lists what is in the table. Call last.
void addIndexRoute(OperationsTable& table);

}  // namespace sw::app
