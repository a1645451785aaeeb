#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace sw::sql {

/// How PostgreSQL is reached.
struct PostgresOptions {
  std::string url;                  // "postgres://user@host/database", or libpq's "key=value …"
  int connectionsPerThread = 4;     // of each kind of loop thread that uses the database
  std::size_t waitingLimit = 1024;  // callers of one thread that wait, then kUnavailable
  std::chrono::milliseconds connectTimeout{5000};
  std::chrono::milliseconds queryTimeout{10000};
};

}  // namespace sw::sql
