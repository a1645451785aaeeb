#include "app/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace sw::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr const char* kLockName = "serve.lock";
constexpr std::size_t kMaxSmallFile = std::size_t{64} * 1024;

std::string reason(int number) { return std::generic_category().message(number); }

Error failure(std::string_view doing, const std::filesystem::path& file, int number) {
  return {Code::kIo, std::string(doing) + " " + file.string() + ": " + reason(number)};
}

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  [[nodiscard]] int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

bool writeAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<std::string> readFrom(int descriptor, const std::filesystem::path& file) {
  std::string text(kMaxSmallFile, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = read(descriptor, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure("cannot read", file, errno);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  text.resize(size);
  return text;
}

/// Makes the directory entries of a folder durable.
void syncFolder(const std::filesystem::path& folder) {
  const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() >= 0) fsync(opened.get());
}

}  // namespace

Result<void> makeDataFolder(const std::filesystem::path& folder) {
  std::error_code problem;
  if (std::filesystem::is_directory(folder, problem)) return {};
  const std::filesystem::path parent = folder.parent_path();
  if (!parent.empty() && parent != folder) SW_CHECK(makeDataFolder(parent));
  if (mkdir(folder.c_str(), S_IRWXU) == 0 || errno == EEXIST) {
    if (std::filesystem::is_directory(folder, problem)) return {};
    return Error(Code::kConfiguration, folder.string() + " is no folder");
  }
  return Error(Code::kConfiguration,
               "cannot make the folder " + folder.string() + ": " + reason(errno));
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kLockName;
  Descriptor descriptor(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (descriptor.get() < 0) return failure("cannot open", file, errno);
  if (flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failure("cannot lock", file, errno);
    const auto owner = readFrom(descriptor.get(), file);
    const std::string who = owner.ok() && !owner->empty() ? "process " + *owner : "another process";
    return Error(Code::kConfiguration, "the data in " + folder.string() + " is in use by " + who);
  }
  const std::string self = std::to_string(getpid());
  if (ftruncate(descriptor.get(), 0) != 0 || !writeAll(descriptor.get(), self)) {
    return failure("cannot write", file, errno);
  }
  return FolderLock(descriptor.release());
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
  if (descriptor_ < 0) return;
  // The file stays: whoever removed it could take the lock of a newcomer's file away.
  static_cast<void>(ftruncate(descriptor_, 0) == 0);
  close(descriptor_);
}

Result<std::string> readSmallFile(const std::filesystem::path& file) {
  const Descriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) {
    if (errno == ENOENT) return Error(Code::kNotFound, "there is no file " + file.string());
    return failure("cannot read", file, errno);
  }
  return readFrom(descriptor.get(), file);
}

Result<std::string> createPrivateFile(const std::filesystem::path& file, std::string_view text) {
  std::string draft = file.string() + ".XXXXXX";
  {
    const Descriptor descriptor(mkostemp(draft.data(), O_CLOEXEC));  // mode 0600
    if (descriptor.get() < 0) return failure("cannot make", file, errno);
    if (!writeAll(descriptor.get(), text) || fsync(descriptor.get()) != 0) {
      const int number = errno;
      unlink(draft.c_str());
      return failure("cannot write", file, number);
    }
  }
  // link() never replaces, so the first of several processes wins and the others read its text.
  const int linked = link(draft.c_str(), file.c_str()) == 0 ? 0 : errno;
  unlink(draft.c_str());
  if (linked != 0 && linked != EEXIST) return failure("cannot make", file, linked);
  syncFolder(file.parent_path());
  return readSmallFile(file);
}

}  // namespace sw::app
