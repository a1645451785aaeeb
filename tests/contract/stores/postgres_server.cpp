#include "contract/stores/postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <vector>

namespace sw::contract {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kStartPatience{30};

fs::path findBinaries() {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    if (fs::exists(entry.path() / "bin/initdb")) found.push_back(entry.path() / "bin");
  }
  std::ranges::sort(found);
  return found.empty() ? fs::path() : found.back();
}

const passwd* otherUser() {
  if (::geteuid() != 0) return nullptr;
  const passwd* user = ::getpwnam("postgres");
  return user != nullptr ? user : ::getpwnam("nobody");
}

pid_t spawn(const std::vector<std::string>& command, const fs::path& log, const passwd* user) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::dup2(out, 1);
  ::dup2(out, 2);
  if (user != nullptr) {
    const gid_t group = user->pw_gid;
    if (::setgroups(1, &group) != 0 || ::setgid(group) != 0 || ::setuid(user->pw_uid) != 0) {
      ::_exit(126);
    }
  }
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // behind the change of user, which clears it
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

}  // namespace

PostgresServer& PostgresServer::instance() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() { start(); }

void PostgresServer::start() {
  const fs::path binaries = findBinaries();
  if (binaries.empty()) {
    whyNot_ = "there is no PostgreSQL server under /usr/lib/postgresql";
    return;
  }
  std::string pattern = (fs::temp_directory_path() / "sw-postgres-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  const passwd* user = otherUser();
  if (user != nullptr && ::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
    whyNot_ = "cannot give a folder to the server's user";
    return;
  }
  const std::string data = (folder_ / "data").string();
  const fs::path log = folder_ / "log";
  const pid_t setup = spawn({(binaries / "initdb").string(), "-D", data, "-A", "trust", "-U", "sw",
                             "-E", "UTF8", "--locale=C", "--no-sync"},
                            log, user);
  int status = 0;
  ::waitpid(setup, &status, 0);
  if (status != 0) {
    whyNot_ = "initdb failed, see " + log.string();
    return;
  }
  server_ = spawn({(binaries / "postgres").string(), "-D", data, "-k", folder_.string(), "-h", "",
                   "-c", "fsync=on", "-c", "max_connections=60"},
                  log, user);
  const auto until = std::chrono::steady_clock::now() + kStartPatience;
  while (PQping(urlOf("postgres").c_str()) != PQPING_OK) {
    if (std::chrono::steady_clock::now() > until || ::waitpid(server_, &status, WNOHANG) != 0) {
      whyNot_ = "the server did not start, see " + log.string();
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

PostgresServer::~PostgresServer() {
  if (server_ > 0) {
    ::kill(server_, SIGINT);
    int status = 0;
    ::waitpid(server_, &status, 0);
  }
  std::error_code ignored;
  if (whyNot_.empty()) fs::remove_all(folder_, ignored);
}

std::string PostgresServer::urlOf(const std::string& database) const {
  return "host=" + folder_.string() + " user=sw dbname=" + database;
}

void PostgresServer::execute(const std::string& sql) {
  PGconn* connection = PQconnectdb(urlOf("postgres").c_str());
  PQclear(PQexec(connection, sql.c_str()));
  PQfinish(connection);
}

std::string PostgresServer::newDatabase() {
  const std::string name = "t" + std::to_string(++databases_);
  execute("CREATE DATABASE " + name);
  return urlOf(name);
}

void PostgresServer::dropDatabase(const std::string& url) {
  execute("DROP DATABASE " + url.substr(url.rfind('=') + 1) + " WITH (FORCE)");
}

}  // namespace sw::contract
