#include "adapters/sql/clean_stop_marker.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sw::sql {
namespace {

constexpr std::string_view kOpen = "open\n";

}  // namespace

base::Result<std::unique_ptr<CleanStopMarker>> CleanStopMarker::open(
    const std::filesystem::path& database) {
  const std::string path = database.string() + ".in-use";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return base::Error(base::Code::kIo,
                       "cannot open " + path + ": " + std::generic_category().message(errno));
  }
  bool clean = true;
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
    struct stat status{};
    clean = ::fstat(descriptor, &status) == 0 && status.st_size == 0;
    if (::pwrite(descriptor, kOpen.data(), kOpen.size(), 0) < 0 || ::fsync(descriptor) != 0) {
      ::close(descriptor);
      return base::Error(base::Code::kIo, "cannot write " + path);
    }
  }  // else another process is using the database, and has judged
  ::flock(descriptor, LOCK_SH);
  return std::unique_ptr<CleanStopMarker>(new CleanStopMarker(descriptor, clean));
}

CleanStopMarker::~CleanStopMarker() { ::close(descriptor_); }

void CleanStopMarker::noteCleanStop() {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 && ::ftruncate(descriptor_, 0) == 0) {
    ::fsync(descriptor_);
  }
}

}  // namespace sw::sql
