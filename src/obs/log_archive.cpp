#include "obs/log_archive.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "base/time_format.h"

namespace sw::obs {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGzip = ".gz";
constexpr std::string_view kUnfinished = ".gz.tmp";
// Of a stamp: d is a digit.
constexpr std::string_view kPattern = "ddddddddTddddddZ";
constexpr int kMaxSameSecond = 1000;

/// Whether `text` is a stamp, perhaps with a number that tells files of one second apart.
bool isStamp(std::string_view text) {
  if (text.size() < kPattern.size()) return false;
  for (std::size_t i = 0; i < kPattern.size(); ++i) {
    const bool digit = std::isdigit(static_cast<unsigned char>(text[i])) != 0;
    if (kPattern[i] == 'd' ? !digit : text[i] != kPattern[i]) return false;
  }
  const std::string_view rest = text.substr(kPattern.size());
  if (rest.empty()) return true;
  return rest.size() == 4 && rest[0] == '-' &&
         std::all_of(rest.begin() + 1, rest.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "20260105T090000Z" (ISO 8601, basic form).
std::string stampOf(base::Instant now) {
  std::string stamp = base::formatInstant(std::chrono::floor<std::chrono::seconds>(now));
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  return stamp;
}

struct CloseFile {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};
struct CloseGzip {
  void operator()(gzFile_s* file) const { gzclose(file); }
};

}  // namespace

LogArchive::LogArchive(fs::path file, std::int64_t keep) : file_(std::move(file)), keep_(keep) {}

LogArchive::~LogArchive() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

bool LogArchive::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

fs::path LogArchive::nameFor(base::Instant now) const {
  const std::string stem = file_.string() + "." + stampOf(now);
  std::error_code ignored;
  const auto taken = [&](const std::string& name) {
    return fs::exists(name, ignored) || fs::exists(name + std::string(kGzip), ignored);
  };
  std::string name = stem;
  for (int i = 1; taken(name) && i < kMaxSameSecond; ++i) {
    std::array<char, 16> number{};
    static_cast<void>(std::snprintf(number.data(), number.size(), "-%03d", i));
    name = stem + number.data();
  }
  return name;
}

std::vector<fs::path> LogArchive::list() const {
  std::vector<fs::path> found;
  const fs::path folder = file_.has_parent_path() ? file_.parent_path() : fs::path(".");
  const std::string prefix = file_.filename().string() + ".";
  std::error_code failed;
  for (auto entry = fs::directory_iterator(folder, failed);
       !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(prefix)) continue;
    std::string_view stamp = std::string_view(name).substr(prefix.size());
    for (const std::string_view ending : {kUnfinished, kGzip}) {
      if (!stamp.ends_with(ending)) continue;
      stamp.remove_suffix(ending.size());
      break;
    }
    if (isStamp(stamp)) found.push_back(entry->path());
  }
  std::ranges::sort(found);
  return found;
}

void LogArchive::sweepSoon() {
  const std::lock_guard lock(mutex_);
  wanted_ = true;
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  wake_.notify_one();
}

void LogArchive::run() {
  pthread_setname_np(pthread_self(), "log-archive");
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || wanted_; });
    if (stopping_) return;
    wanted_ = false;
    lock.unlock();
    sweep();
    lock.lock();
  }
}

void LogArchive::sweep() {
  const std::lock_guard alone(sweeping_);
  std::error_code ignored;
  // By the name without ".gz", so that both forms of one file count once.
  std::map<std::string, std::vector<fs::path>> files;
  for (const fs::path& path : list()) {
    const std::string name = path.string();
    if (name.ends_with(kUnfinished)) {
      fs::remove(path, ignored);
      continue;
    }
    const bool done = name.ends_with(kGzip);
    files[done ? name.substr(0, name.size() - kGzip.size()) : name].push_back(path);
  }
  while (static_cast<std::int64_t>(files.size()) > keep_) {
    for (const fs::path& path : files.begin()->second) fs::remove(path, ignored);
    files.erase(files.begin());
  }
  for (const auto& [plain, forms] : files) {
    if (stopping()) return;
    if (forms.size() > 1) {
      fs::remove(plain, ignored);  // the compressed one is whole, since it was renamed
    } else if (forms.front() == plain) {
      compress(plain);
    }
  }
}

bool LogArchive::compress(const fs::path& plain) {
  const std::string unfinished = plain.string() + std::string(kUnfinished);
  std::error_code failed;
  const std::unique_ptr<std::FILE, CloseFile> in(std::fopen(plain.c_str(), "rbe"));
  const int made = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (!in || made < 0) {
    if (made >= 0) ::close(made);
    return false;
  }
  const int toSync = ::dup(made);
  std::unique_ptr<gzFile_s, CloseGzip> out(gzdopen(made, "wb6"));
  bool good = out != nullptr && toSync >= 0;
  std::array<char, 64 * 1024> piece;
  while (good) {
    const std::size_t read = std::fread(piece.data(), 1, piece.size(), in.get());
    if (read == 0) break;
    good =
        gzwrite(out.get(), piece.data(), static_cast<unsigned>(read)) == static_cast<int>(read) &&
        !stopping();
  }
  good = good && std::ferror(in.get()) == 0;
  if (out) good = gzclose(out.release()) == Z_OK && good;
  good = good && ::fsync(toSync) == 0;
  if (toSync >= 0) ::close(toSync);
  if (good) fs::rename(unfinished, plain.string() + std::string(kGzip), failed);
  if (!good || failed) {
    fs::remove(unfinished, failed);
    return false;
  }
  fs::remove(plain, failed);
  return true;
}

}  // namespace sw::obs
