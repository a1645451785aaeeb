#include "obs/log_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace sw::obs {
namespace {

class DescriptorSink final : public LogSink {
 public:
  DescriptorSink(int descriptor, bool owned) : descriptor_(descriptor), owned_(owned) {}
  ~DescriptorSink() override {
    if (owned_) ::close(descriptor_);
  }

  bool write(std::string_view lines) override {
    while (!lines.empty()) {
      const ssize_t written = ::write(descriptor_, lines.data(), lines.size());
      if (written < 0) {
        if (errno == EINTR) continue;
        return false;
      }
      lines.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

 private:
  int descriptor_;
  bool owned_;
};

}  // namespace

base::Result<std::unique_ptr<LogSink>> openLogSink(const std::string& destination) {
  std::unique_ptr<LogSink> sink;
  if (destination == "stdout" || destination == "stderr") {
    const int descriptor = destination == "stdout" ? STDOUT_FILENO : STDERR_FILENO;
    sink = std::make_unique<DescriptorSink>(descriptor, false);
    return sink;
  }
  const std::filesystem::path path(destination);
  std::error_code ignored;  // the open below tells what is wrong
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) {
    return base::Error(base::Code::kIo, "the log file " + destination + " cannot be opened: " +
                                            std::generic_category().message(errno));
  }
  sink = std::make_unique<DescriptorSink>(descriptor, true);
  return sink;
}

}  // namespace sw::obs
