#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

/// The folder in which the program keeps its data. All functions block as file systems do.
namespace sw::app {

/// Makes the folder with its parents where it is missing; what is made is its owner's alone (mode
/// 0700). `kConfiguration` naming the folder when that fails.
base::Result<void> makeDataFolder(const std::filesystem::path& folder);

/// A process's claim on a folder: no second one gets it until this is destroyed or the process
/// ends, however it ends.
class FolderLock {
 public:
  /// `kConfiguration` saying which process has it; `kIo` when there can be no lock.
  static base::Result<FolderLock> take(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

/// The text of a small file, or `kNotFound` when there is none, else `kIo`.
base::Result<std::string> readSmallFile(const std::filesystem::path& file);
/// Makes a file with that text and mode 0600, whole and durably, unless one is there already, and
/// answers what the file then holds. Of two processes that try at once, both get the first one's.
base::Result<std::string> createPrivateFile(const std::filesystem::path& file,
                                            std::string_view text);

}  // namespace sw::app
