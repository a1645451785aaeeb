#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace sw::contract {

/// A PostgreSQL server of the tests' own: fresh data in a temporary folder, reached by a unix
/// socket there, fsync on. Started at first use, stopped by its pid when the process ends. As
/// root it runs as another user, since PostgreSQL refuses root.
class PostgresServer {
 public:
  static PostgresServer& instance();

  /// Why there is no server; empty when it runs.
  [[nodiscard]] const std::string& whyNot() const { return whyNot_; }
  /// Makes an empty database and gives its URL for libpq.
  std::string newDatabase();
  /// Drops what `newDatabase` made.
  void dropDatabase(const std::string& url);

  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

 private:
  PostgresServer();
  ~PostgresServer();
  void start();
  [[nodiscard]] std::string urlOf(const std::string& database) const;
  void execute(const std::string& sql);

  std::string whyNot_;
  std::filesystem::path folder_;
  pid_t server_ = -1;
  int databases_ = 0;
};

}  // namespace sw::contract
