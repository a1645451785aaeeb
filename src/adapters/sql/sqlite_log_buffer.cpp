#include "adapters/sql/sqlite_log_buffer.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

namespace sw::sql {
namespace {

// Enough for the system to take whole runs of pages at a time, little enough to stay in the cache.
// SQLite's own VFS for Unix takes less than 128 KiB at a time.
constexpr std::size_t kCapacity = std::size_t{124} << 10;

/// What SQLite sees of an opened log. The file of `base` lies behind it in the same allocation.
struct LogFile {
  sqlite3_file self;  // first: SQLite knows nothing else
  std::vector<char> bytes;
  sqlite3_int64 offset = 0;  // of `bytes` in the file

  /// Behind this one, aligned as SQLite aligns the whole.
  sqlite3_file* base() {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(this) + size());
  }
  static std::size_t size() { return (sizeof(LogFile) + 15) / 16 * 16; }

  [[nodiscard]] sqlite3_int64 end() const {
    return offset + static_cast<sqlite3_int64>(bytes.size());
  }

  /// Hands on what was gathered. What cannot be written is given up: the caller's transaction
  /// fails with this code, and SQLite writes over the place later.
  int flush() {
    if (bytes.empty()) return SQLITE_OK;
    const int code =
        base()->pMethods->xWrite(base(), bytes.data(), static_cast<int>(bytes.size()), offset);
    bytes.clear();
    return code;
  }

  int write(const char* data, int count, sqlite3_int64 at) {
    const auto size = static_cast<std::size_t>(count);
    const bool joins = !bytes.empty() && at >= offset && at <= end();
    if (!joins || static_cast<std::size_t>(at - offset) + size > kCapacity) {
      if (const int code = flush(); code != SQLITE_OK) return code;
      if (size > kCapacity) return base()->pMethods->xWrite(base(), data, count, at);
      offset = at;
    }
    const auto place = static_cast<std::size_t>(at - offset);
    const std::size_t again = std::min(size, bytes.size() - place);
    std::memcpy(bytes.data() + place, data, again);
    bytes.insert(bytes.end(), data + again, data + size);
    return SQLITE_OK;
  }
};

LogFile& logOf(sqlite3_file* file) { return *reinterpret_cast<LogFile*>(file); }

int closeLog(sqlite3_file* file) {
  LogFile& log = logOf(file);
  const int flushed = log.flush();
  const int closed = log.base()->pMethods->xClose(log.base());
  log.~LogFile();
  return flushed != SQLITE_OK ? flushed : closed;
}
int readLog(sqlite3_file* file, void* out, int count, sqlite3_int64 at) {
  LogFile& log = logOf(file);
  if (const int code = log.flush(); code != SQLITE_OK) return code;
  return log.base()->pMethods->xRead(log.base(), out, count, at);
}
int writeLog(sqlite3_file* file, const void* data, int count, sqlite3_int64 at) {
  return logOf(file).write(static_cast<const char*>(data), count, at);
}
int truncateLog(sqlite3_file* file, sqlite3_int64 size) {
  LogFile& log = logOf(file);
  if (const int code = log.flush(); code != SQLITE_OK) return code;
  return log.base()->pMethods->xTruncate(log.base(), size);
}
int syncLog(sqlite3_file* file, int flags) {
  LogFile& log = logOf(file);
  if (const int code = log.flush(); code != SQLITE_OK) return code;
  return log.base()->pMethods->xSync(log.base(), flags);
}
int sizeOfLog(sqlite3_file* file, sqlite3_int64* size) {
  LogFile& log = logOf(file);
  if (const int code = log.flush(); code != SQLITE_OK) return code;
  return log.base()->pMethods->xFileSize(log.base(), size);
}
int lockLog(sqlite3_file* file, int level) {
  LogFile& log = logOf(file);
  return log.base()->pMethods->xLock(log.base(), level);
}
int unlockLog(sqlite3_file* file, int level) {
  LogFile& log = logOf(file);
  return log.base()->pMethods->xUnlock(log.base(), level);
}
int isLogReserved(sqlite3_file* file, int* out) {
  LogFile& log = logOf(file);
  return log.base()->pMethods->xCheckReservedLock(log.base(), out);
}
int controlLog(sqlite3_file* file, int operation, void* argument) {
  LogFile& log = logOf(file);
  return log.base()->pMethods->xFileControl(log.base(), operation, argument);
}
int sectorOfLog(sqlite3_file* file) {
  LogFile& log = logOf(file);
  return log.base()->pMethods->xSectorSize(log.base());
}
int traitsOfLog(sqlite3_file* file) {
  LogFile& log = logOf(file);
  return log.base()->pMethods->xDeviceCharacteristics(log.base());
}

// Version 1: a log is neither shared memory nor mapped.
constexpr sqlite3_io_methods kLogMethods = {.iVersion = 1,
                                            .xClose = closeLog,
                                            .xRead = readLog,
                                            .xWrite = writeLog,
                                            .xTruncate = truncateLog,
                                            .xSync = syncLog,
                                            .xFileSize = sizeOfLog,
                                            .xLock = lockLog,
                                            .xUnlock = unlockLog,
                                            .xCheckReservedLock = isLogReserved,
                                            .xFileControl = controlLog,
                                            .xSectorSize = sectorOfLog,
                                            .xDeviceCharacteristics = traitsOfLog,
                                            .xShmMap = nullptr,
                                            .xShmLock = nullptr,
                                            .xShmBarrier = nullptr,
                                            .xShmUnmap = nullptr,
                                            .xFetch = nullptr,
                                            .xUnfetch = nullptr};

struct BufferingVfs {
  std::string name;
  sqlite3_vfs* base;
  sqlite3_vfs vfs;
};

sqlite3_vfs* baseOf(sqlite3_vfs* vfs) { return static_cast<BufferingVfs*>(vfs->pAppData)->base; }

int deleteFile(sqlite3_vfs* vfs, const char* name, int syncFolder) {
  return baseOf(vfs)->xDelete(baseOf(vfs), name, syncFolder);
}
int accessFile(sqlite3_vfs* vfs, const char* name, int flags, int* out) {
  return baseOf(vfs)->xAccess(baseOf(vfs), name, flags, out);
}
int fullPath(sqlite3_vfs* vfs, const char* name, int size, char* out) {
  return baseOf(vfs)->xFullPathname(baseOf(vfs), name, size, out);
}
int openFile(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  sqlite3_vfs* const base = baseOf(vfs);
  if ((flags & SQLITE_OPEN_WAL) == 0) return base->xOpen(base, name, file, flags, out);
  auto* log = new (file) LogFile{};
  const int code = base->xOpen(base, name, log->base(), flags, out);
  if (code != SQLITE_OK) {
    // Without methods SQLite does not close it; a base that has set some wants to be closed.
    if (log->base()->pMethods != nullptr) log->base()->pMethods->xClose(log->base());
    log->~LogFile();
    file->pMethods = nullptr;
    return code;
  }
  log->bytes.reserve(kCapacity);
  log->self.pMethods = &kLogMethods;
  return SQLITE_OK;
}

}  // namespace

std::string logBufferingVfs(const std::string& base) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<BufferingVfs>> known;
  const std::lock_guard lock(mutex);
  std::unique_ptr<BufferingVfs>& entry = known[base];
  sqlite3_vfs* const real = sqlite3_vfs_find(base.empty() ? nullptr : base.c_str());
  if (entry != nullptr && real == entry->base) return entry->name;
  auto made = std::make_unique<BufferingVfs>();
  made->name = "log-buffering:" + base;
  if (real == nullptr) return made->name;
  made->base = real;
  made->vfs = *real;  // what is not replaced below knows no files
  made->vfs.szOsFile = static_cast<int>(LogFile::size()) + real->szOsFile;
  made->vfs.pNext = nullptr;
  made->vfs.zName = made->name.c_str();
  made->vfs.pAppData = made.get();
  made->vfs.xOpen = openFile;
  made->vfs.xDelete = deleteFile;
  made->vfs.xAccess = accessFile;
  made->vfs.xFullPathname = fullPath;
  if (entry != nullptr) sqlite3_vfs_unregister(&entry->vfs);
  if (sqlite3_vfs_register(&made->vfs, 0) != SQLITE_OK) return made->name;
  entry = std::move(made);
  return entry->name;
}

}  // namespace sw::sql
