#include "obs/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace sw::obs {
namespace {

constexpr std::chrono::seconds kRetry{10};

std::string errorText() { return std::generic_category().message(errno); }

/// When the file was made; nothing where the file system does not know.
std::optional<base::Instant> birthOf(int descriptor) {
  struct statx found{};
  if (::statx(descriptor, "", AT_EMPTY_PATH, STATX_BTIME, &found) != 0) return {};
  if ((found.stx_mask & STATX_BTIME) == 0) return {};
  return base::Instant(std::chrono::seconds(found.stx_btime.tv_sec));
}

}  // namespace

LogFile::LogFile(std::filesystem::path path, const LogRotation& rotation, const base::Clock& clock)
    : path_(std::move(path)), rotation_(rotation), clock_(clock), archive_(path_, rotation.keep) {}

LogFile::~LogFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

base::Result<std::unique_ptr<LogFile>> LogFile::open(const std::string& path,
                                                     const LogRotation& rotation,
                                                     const base::Clock& clock) {
  std::unique_ptr<LogFile> file(new LogFile(path, rotation, clock));
  std::error_code ignored;  // the open below tells what is wrong
  const auto folder = file->path_.parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  SW_CHECK(file->openFile());
  file->archive_.sweepSoon();  // what a former run left
  return file;
}

base::Result<void> LogFile::openFile() {
  const int made = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (made < 0) {
    return base::Error(base::Code::kIo,
                       "the log file " + path_.string() + " cannot be opened: " + errorText());
  }
  struct stat found{};
  const bool known = ::fstat(made, &found) == 0;
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = made;
  size_ = known && found.st_size > 0 ? static_cast<std::uint64_t>(found.st_size) : 0;
  const base::Instant now = clock_.now();
  born_ = size_ == 0 ? now : std::min(now, birthOf(made).value_or(now));
  return {};
}

void LogFile::reopen() {
  const auto opened = openFile();
  moved_ = opened.ok() ? std::string() : opened.error().message();
  nextTry_ = opened.ok() ? base::Instant{} : clock_.now() + kRetry;
}

void LogFile::rotateIfDue(std::size_t coming) {
  if (size_ == 0) return;
  const base::Instant now = clock_.now();
  const bool full = rotation_.maxBytes > 0 && size_ + coming > rotation_.maxBytes;
  const bool old = rotation_.maxAge.count() > 0 && now - born_ >= rotation_.maxAge;
  if ((!full && !old) || now < nextTry_) return;
  if (!rotate()) nextTry_ = now + kRetry;
}

bool LogFile::rotate() {
  const std::filesystem::path aside = archive_.nameFor(clock_.now());
  if (::rename(path_.c_str(), aside.c_str()) != 0) return false;
  if (!openFile().ok()) {
    // Better a file that is too long than none.
    static_cast<void>(::rename(aside.c_str(), path_.c_str()));
    return false;
  }
  archive_.sweepSoon();
  return true;
}

std::size_t LogFile::writeAll(std::string_view lines) {
  std::size_t done = 0;
  while (done < lines.size()) {
    const ssize_t written = ::write(descriptor_, lines.data() + done, lines.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      trouble_ = written < 0 ? errorText() : "nothing was written";
      break;
    }
    done += static_cast<std::size_t>(written);
  }
  return done;
}

std::size_t LogFile::append(std::string_view lines) {
  if (!moved_.empty() && clock_.now() >= nextTry_) reopen();
  rotateIfDue(lines.size());
  trouble_.clear();
  const std::size_t done = writeAll(lines);
  std::size_t whole = done;
  if (done < lines.size()) {
    const std::size_t lineFeed = lines.substr(0, done).rfind('\n');
    whole = lineFeed == std::string_view::npos ? 0 : lineFeed + 1;
    if (whole < done) {
      // The rest of a line would spoil the next one, too.
      const std::string why = std::exchange(trouble_, {});
      struct stat found{};
      if (::fstat(descriptor_, &found) == 0) {
        static_cast<void>(
            ::ftruncate(descriptor_, found.st_size - static_cast<off_t>(done - whole)));
      }
      trouble_ = why;
    }
  }
  size_ += whole;
  return whole;
}

}  // namespace sw::obs
