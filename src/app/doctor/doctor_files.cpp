#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "app/doctor/doctor.h"
#include "app/push_key.h"
#include "app/stores.h"

namespace sw::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;
constexpr std::uint64_t kTight = 1024 * kMebibyte;
constexpr std::uint64_t kNoRoom = 100 * kMebibyte;
constexpr std::chrono::hours kOldBackup{36};

std::string reason(int number) { return std::generic_category().message(number); }

/// The nearest folder above that is there.
fs::path existing(fs::path place) {
  std::error_code problem;
  while (!place.empty() && !fs::exists(place, problem) && place != place.parent_path()) {
    place = place.parent_path();
  }
  return place.empty() ? fs::path(".") : place;
}

void checkFolder(const fs::path& folder, Findings& findings) {
  constexpr std::string_view kName = "data-folder";
  struct stat about{};
  if (stat(folder.c_str(), &about) != 0) {
    const fs::path above = existing(folder);
    if (errno == ENOENT && access(above.c_str(), W_OK) == 0) {
      findings.ok(kName, folder.string() + " is not there yet; the first start makes it");
    } else {
      findings.fail(kName, "cannot use " + folder.string() + ": " + reason(errno),
                    "Set DATA_DIR to a folder that the service's user can write, or make it: "
                    "install -d -m 700 -o USER FOLDER");
    }
    return;
  }
  if (access(folder.c_str(), R_OK | W_OK | X_OK) != 0) {
    findings.fail(kName, "this user cannot write to " + folder.string() + ": " + reason(errno),
                  "Run this as the service's user; if it is, chown the folder to it, or mount it "
                  "to be written to");
  } else if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    findings.warn(kName, "other users can look into " + folder.string(),
                  "chmod 700 it: it holds the calendars and the keys");
  } else {
    findings.ok(kName, folder.string() + " can be written to");
  }
}

/// Secrets that were made here are their owner's alone.
void checkSecrets(const fs::path& folder, Findings& findings) {
  std::error_code problem;
  std::vector<std::string> open;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem)) {
    struct stat about{};
    if (!entry.is_regular_file(problem) || stat(entry.path().c_str(), &about) != 0) continue;
    const std::string name = entry.path().filename();
    const bool secret =
        name.find("secret") != std::string::npos || name.find("key") != std::string::npos;
    if (secret && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) open.push_back(name);
  }
  if (problem) return;
  for (const std::string& name : open) {
    findings.warn("secret-files", name + " can be read by other users",
                  "chmod 600 it, and make a new secret if others use this machine");
  }
  if (open.empty()) findings.ok("secret-files", "no secret can be read by other users");
}

/// Only reads: the key is made by the service.
void checkPushKey(const base::Config& config, Findings& findings) {
  constexpr std::string_view kName = "push-key";
  const fs::path file = fs::path(config.data.directory) / kPushKeyFile;
  std::error_code problem;
  const bool configured = !config.push.vapidKey.empty();
  if (!configured && !fs::exists(file, problem)) {
    findings.ok(kName, "there is none yet; the first start makes it");
    return;
  }
  const auto key = loadPushKey(config.push, config.data.directory);
  if (!key.ok()) {
    findings.fail(kName, key.error().describe(),
                  "Put the key back from a backup: with another one every browser has to register "
                  "again for push messages");
  } else {
    findings.ok(kName, configured ? "VAPID_PRIVATE_KEY is a key" : file.string() + " holds a key");
  }
}

void checkRoom(std::string_view what, const fs::path& place, Findings& findings) {
  struct statvfs about{};
  const fs::path there = existing(place);
  if (statvfs(there.c_str(), &about) != 0) return;
  const std::uint64_t left = std::uint64_t{about.f_bavail} * about.f_frsize;
  const std::uint64_t all = std::uint64_t{about.f_blocks} * about.f_frsize;
  const std::string message = std::to_string(left / kMebibyte) + " MiB of " +
                              std::to_string(all / kMebibyte) + " MiB are free for the " +
                              std::string(what) + " in " + there.string();
  constexpr std::string_view kName = "free-disk";
  constexpr const char* kAdvice =
      "Free some space or grow the file system: without room every write fails. Old backups and "
      "log files are the first to look at";
  if (left < kNoRoom) {
    findings.fail(kName, message, kAdvice);
  } else if (left < kTight && left * 10 < all) {
    findings.warn(kName, message, kAdvice);
  } else {
    findings.ok(kName, message);
  }
}

void checkLog(const base::Config::Logging& config, Findings& findings) {
  constexpr std::string_view kName = "log-destination";
  if (config.destination == "stdout" || config.destination == "stderr") {
    findings.ok(kName, "logs go to " + config.destination);
    return;
  }
  const fs::path file = config.destination;
  const fs::path folder = existing(fs::absolute(file).parent_path());
  std::error_code problem;
  const bool there = fs::exists(file, problem);
  // Rotation makes files beside it, so the folder counts too.
  if ((there && access(file.c_str(), W_OK) != 0) || access(folder.c_str(), W_OK) != 0) {
    findings.fail(kName, "this user cannot write to " + file.string() + " or its folder",
                  "chown the folder to the service's user, or set LOG_FILE to another place");
    return;
  }
  findings.ok(kName, "logs go to " + file.string());
  checkRoom("log", folder, findings);
}

void checkBackups(const base::Config::Data& config, const base::Clock& clock, Findings& findings) {
  constexpr std::string_view kName = "backups";
  if (dialectOf(config) != sql::Dialect::kSqlite || config.backupDirectory.empty()) return;
  std::error_code problem;
  if (!fs::exists(sqliteFile(config), problem)) return;
  std::optional<base::Instant> newest;
  if (fs::exists(config.backupDirectory, problem)) {
    for (const fs::directory_entry& entry :
         fs::directory_iterator(config.backupDirectory, problem)) {
      struct stat about{};
      if (stat(entry.path().c_str(), &about) != 0 || !S_ISREG(about.st_mode)) continue;
      const base::Instant made{std::chrono::seconds(about.st_mtime)};
      if (!newest || made > *newest) newest = made;
    }
  }
  if (config.backupInterval.count() == 0) {
    findings.warn(kName, "automatic backups are off (BACKUP_INTERVAL is 0)",
                  "Set BACKUP_INTERVAL, or make sure that something else runs "
                  "`scheduling-worker backup FILE`");
  } else if (!newest) {
    findings.warn(kName, "there is no backup in " + config.backupDirectory + " yet",
                  "The service makes one a day while it runs; `scheduling-worker backup FILE` "
                  "makes one now");
  } else if (clock.now() - *newest > config.backupInterval + kOldBackup) {
    const auto age = std::chrono::duration_cast<std::chrono::hours>(clock.now() - *newest);
    findings.warn(kName, "the newest backup is " + std::to_string(age.count()) + " hours old",
                  "Look for the reason in the log of component database, and for room in " +
                      config.backupDirectory);
  } else {
    findings.ok(kName, "the newest backup is in " + config.backupDirectory);
  }
}

}  // namespace

void checkFiles(const base::LoadedConfig& loaded, const base::Clock& clock, Findings& findings) {
  const base::Config& config = loaded.config;
  checkFolder(config.data.directory, findings);
  checkSecrets(config.data.directory, findings);
  checkPushKey(config, findings);
  const bool sqlite = dialectOf(config.data) == sql::Dialect::kSqlite;
  checkRoom("data",
            sqlite ? fs::absolute(sqliteFile(config.data)) : fs::path(config.data.directory),
            findings);
  checkBackups(config.data, clock, findings);
  checkLog(config.logging, findings);
}

}  // namespace sw::app
