#include "obs/log_sink.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "obs/log_file.h"

namespace sw::obs {
namespace {

/// A pipe that `poll` calls writable takes so much without blocking (POSIX's PIPE_BUF on Linux).
constexpr std::size_t kPiece = 4096;
constexpr std::chrono::seconds kPatience{2};

/// A stream that somebody else opened. A reader that has stalled is waited for once; as long as it
/// stays so, what does not fit is given up at once.
class StreamSink final : public LogSink {
 public:
  explicit StreamSink(int descriptor) : descriptor_(descriptor) {
    struct stat found{};
    isFile_ = ::fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode);
  }

  std::size_t append(std::string_view lines) override {
    std::size_t done = 0;
    trouble_.clear();
    if (torn_ && !send("\n", 1)) return 0;
    torn_ = false;
    while (done < lines.size()) {
      const std::size_t piece =
          isFile_ ? lines.size() - done : std::min(kPiece, lines.size() - done);
      const std::size_t sent = send(lines.data() + done, piece);
      if (sent == 0) break;
      done += sent;
    }
    if (done == lines.size()) return done;
    const std::size_t lineFeed = lines.substr(0, done).rfind('\n');
    const std::size_t whole = lineFeed == std::string_view::npos ? 0 : lineFeed + 1;
    torn_ = whole < done;
    return whole;
  }
  [[nodiscard]] std::string trouble() const override { return trouble_; }

 private:
  bool waitForRoom() {
    pollfd wanted{.fd = descriptor_, .events = POLLOUT, .revents = 0};
    const auto patience = stalled_ ? std::chrono::milliseconds(0) : kPatience;
    for (;;) {
      const int ready = ::poll(&wanted, 1, static_cast<int>(patience.count()));
      if (ready < 0 && errno == EINTR) continue;
      stalled_ = ready == 0;
      if (stalled_) trouble_ = "its reader has stalled";
      return ready > 0;
    }
  }
  std::size_t send(const char* bytes, std::size_t size) {
    for (;;) {
      if (!isFile_ && !waitForRoom()) return 0;
      const ssize_t written = ::write(descriptor_, bytes, size);
      if (written >= 0) return static_cast<std::size_t>(written);
      if (errno == EINTR || errno == EAGAIN) continue;
      trouble_ = std::generic_category().message(errno);
      return 0;
    }
  }

  const int descriptor_;
  bool isFile_ = false;
  bool stalled_ = false;
  bool torn_ = false;  // the last line that went out is not whole
  std::string trouble_;
};

}  // namespace

base::Result<std::unique_ptr<LogSink>> openLogSink(const std::string& destination,
                                                   const LogRotation& rotation,
                                                   const base::Clock& clock) {
  std::unique_ptr<LogSink> sink;
  if (destination == "stdout" || destination == "stderr") {
    sink = std::make_unique<StreamSink>(destination == "stdout" ? STDOUT_FILENO : STDERR_FILENO);
    return sink;
  }
  SW_TRY(sink, LogFile::open(destination, rotation, clock));
  return sink;
}

}  // namespace sw::obs
