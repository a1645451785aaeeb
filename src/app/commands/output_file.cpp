#include "app/commands/output_file.h"

#include <fcntl.h>
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

Error cannotWrite(const std::string& path, int number) {
  return {Code::kIo, "cannot write " + (path == "-" ? "to standard output" : path) + ": " +
                         std::generic_category().message(number)};
}

}  // namespace

void OutputFile::Close::operator()(std::FILE* file) const {
  if (file != stdout) std::fclose(file);
}

OutputFile::OutputFile(std::string path, std::string draft, std::unique_ptr<std::FILE, Close> file)
    : path_(std::move(path)), draft_(std::move(draft)), file_(std::move(file)) {}

OutputFile::~OutputFile() {
  if (file_ && !draft_.empty()) unlink(draft_.c_str());
}

Result<OutputFile> OutputFile::open(const std::string& path) {
  if (path == "-") return OutputFile(path, {}, std::unique_ptr<std::FILE, Close>(stdout));
  std::string draft = path + ".XXXXXX";
  const int descriptor = mkostemp(draft.data(), O_CLOEXEC);
  if (descriptor < 0) return cannotWrite(path, errno);
  std::unique_ptr<std::FILE, Close> file(fdopen(descriptor, "wb"));
  return OutputFile(path, std::move(draft), std::move(file));
}

Result<void> OutputFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size()) return {};
  return cannotWrite(path_, errno);
}

Result<void> OutputFile::finish() {
  if (std::fflush(file_.get()) != 0) return cannotWrite(path_, errno);
  if (draft_.empty()) return {};
  // As a shell's redirection would make it, and only then under its name.
  const mode_t mask = umask(0);
  umask(mask);
  const mode_t mode = (S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH) & ~mask;
  if (fchmod(fileno(file_.get()), mode) != 0 || fsync(fileno(file_.get())) != 0 ||
      std::rename(draft_.c_str(), path_.c_str()) != 0) {
    return cannotWrite(path_, errno);
  }
  draft_.clear();
  return {};
}

}  // namespace sw::app
