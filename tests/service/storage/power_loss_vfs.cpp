#include "service/storage/power_loss_vfs.h"

#include <algorithm>
#include <fstream>
#include <new>

namespace sw::storage_test {

// The real file lies behind this in the memory that SQLite gives.
struct PowerLossVfs::File {
  sqlite3_file base;
  PowerLossVfs* vfs;
  std::string* path;  // null for temporary files, which nobody needs after a cut

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
};

struct PowerLossVfs::Methods {
  static int close(sqlite3_file* file) {
    File& mine = File::of(file);
    const int code = mine.real()->pMethods->xClose(mine.real());
    delete mine.path;
    mine.path = nullptr;
    return code;
  }
  static int read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
    sqlite3_file* real = File::of(file).real();
    return real->pMethods->xRead(real, out, size, offset);
  }
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    File& mine = File::of(file);
    if (mine.path != nullptr) mine.vfs->write(*mine.path, bytes, size, offset);
    return mine.real()->pMethods->xWrite(mine.real(), bytes, size, offset);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    File& mine = File::of(file);
    if (mine.path != nullptr) mine.vfs->truncate(*mine.path, size);
    return mine.real()->pMethods->xTruncate(mine.real(), size);
  }
  static int sync(sqlite3_file* file, int) {
    File& mine = File::of(file);
    if (mine.path != nullptr) mine.vfs->sync(*mine.path);
    return SQLITE_OK;
  }
  static int fileSize(sqlite3_file* file, sqlite3_int64* size) {
    sqlite3_file* real = File::of(file).real();
    return real->pMethods->xFileSize(real, size);
  }
  static int lock(sqlite3_file* file, int level) {
    sqlite3_file* real = File::of(file).real();
    return real->pMethods->xLock(real, level);
  }
  static int unlock(sqlite3_file* file, int level) {
    sqlite3_file* real = File::of(file).real();
    return real->pMethods->xUnlock(real, level);
  }
  static int checkReserved(sqlite3_file* file, int* out) {
    sqlite3_file* real = File::of(file).real();
    return real->pMethods->xCheckReservedLock(real, out);
  }
  static int control(sqlite3_file* file, int operation, void* argument) {
    sqlite3_file* real = File::of(file).real();
    return real->pMethods->xFileControl(real, operation, argument);
  }
  static int sectorSize(sqlite3_file* file) {
    sqlite3_file* real = File::of(file).real();
    return real->pMethods->xSectorSize(real);
  }
  static int characteristics(sqlite3_file* file) {
    sqlite3_file* real = File::of(file).real();
    return real->pMethods->xDeviceCharacteristics(real);
  }
  static int shmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    sqlite3_file* real = File::of(file).real();
    return real->pMethods->xShmMap(real, page, size, extend, out);
  }
  static int shmLock(sqlite3_file* file, int offset, int count, int flags) {
    sqlite3_file* real = File::of(file).real();
    return real->pMethods->xShmLock(real, offset, count, flags);
  }
  static void shmBarrier(sqlite3_file* file) {
    sqlite3_file* real = File::of(file).real();
    real->pMethods->xShmBarrier(real);
  }
  static int shmUnmap(sqlite3_file* file, int remove) {
    sqlite3_file* real = File::of(file).real();
    return real->pMethods->xShmUnmap(real, remove);
  }

  static PowerLossVfs& self(sqlite3_vfs* vfs) { return *static_cast<PowerLossVfs*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    static const sqlite3_io_methods kMethods = {
        2,        close,         read,    write,      truncate,        sync,   fileSize, lock,
        unlock,   checkReserved, control, sectorSize, characteristics, shmMap, shmLock,  shmBarrier,
        shmUnmap, nullptr,       nullptr};
    auto* mine = new (file) File{};
    PowerLossVfs& me = self(vfs);
    const int code = me.real_->xOpen(me.real_, name, mine->real(), flags, out);
    if (code != SQLITE_OK) return code;
    mine->vfs = &me;
    mine->path = name != nullptr ? new std::string(name) : nullptr;
    mine->base.pMethods = &kMethods;
    return SQLITE_OK;
  }
  static int remove(sqlite3_vfs* vfs, const char* name, int syncFolder) {
    PowerLossVfs& me = self(vfs);
    me.remove(name);
    return me.real_->xDelete(me.real_, name, syncFolder);
  }
  static int access(sqlite3_vfs* vfs, const char* name, int flags, int* out) {
    sqlite3_vfs* real = self(vfs).real_;
    return real->xAccess(real, name, flags, out);
  }
  static int fullPath(sqlite3_vfs* vfs, const char* name, int size, char* out) {
    sqlite3_vfs* real = self(vfs).real_;
    return real->xFullPathname(real, name, size, out);
  }
};

PowerLossVfs::PowerLossVfs(std::string name, std::uint64_t seed)
    : name_(std::move(name)), real_(sqlite3_vfs_find(nullptr)), random_(seed) {
  vfs_ = *real_;  // what is not replaced below needs no file of ours
  vfs_.iVersion = 2;
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  vfs_.pNext = nullptr;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = Methods::open;
  vfs_.xDelete = Methods::remove;
  vfs_.xAccess = Methods::access;
  vfs_.xFullPathname = Methods::fullPath;
  sqlite3_vfs_register(&vfs_, 0);
}

PowerLossVfs::~PowerLossVfs() { sqlite3_vfs_unregister(&vfs_); }

void PowerLossVfs::cutAfter(std::int64_t operations) {
  const std::lock_guard lock(mutex_);
  left_ = operations;
}

bool PowerLossVfs::cut() {
  const std::lock_guard lock(mutex_);
  return cut_;
}

void PowerLossVfs::cutNow() {
  const std::lock_guard lock(mutex_);
  if (!cut_) cutLocked();
}

std::int64_t PowerLossVfs::logSyncs() {
  const std::lock_guard lock(mutex_);
  return logSyncs_;
}

void PowerLossVfs::count() {
  if (left_ <= 0) return;
  --left_;
  if (left_ == 0) cutLocked();
}

void PowerLossVfs::apply(std::string& content, const Operation& operation) {
  const auto offset = static_cast<std::size_t>(operation.offset);
  if (operation.truncates) {
    if (content.size() > offset) content.resize(offset);
    return;
  }
  if (content.size() < offset + operation.bytes.size()) {
    content.resize(offset + operation.bytes.size());
  }
  content.replace(offset, operation.bytes.size(), operation.bytes);
}

void PowerLossVfs::cutLocked() {
  constexpr std::size_t kSector = 512;
  cut_ = true;
  for (const auto& [path, shadow] : files_) {
    std::string content = shadow.synced;
    for (const Operation& operation : shadow.since) {
      const auto fate = random_() % 3;
      if (fate == 0) continue;
      if (fate == 1 || operation.truncates) {
        apply(content, operation);
        continue;
      }
      for (std::size_t at = 0; at < operation.bytes.size(); at += kSector) {
        if (random_() % 2 == 0) continue;
        apply(content, {operation.offset + static_cast<std::int64_t>(at),
                        operation.bytes.substr(at, kSector), false});
      }
    }
    survivors_[path] = std::move(content);
  }
}

void PowerLossVfs::write(const std::string& path, const void* bytes, std::int64_t size,
                         std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  if (cut_) return;
  const std::string copy(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  files_[path].since.push_back({offset, copy, false});
  count();
}

void PowerLossVfs::truncate(const std::string& path, std::int64_t size) {
  const std::lock_guard lock(mutex_);
  if (cut_) return;
  files_[path].since.push_back({size, {}, true});
  count();
}

void PowerLossVfs::sync(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (path.ends_with("-wal")) ++logSyncs_;
  if (cut_) return;
  count();  // a cut at a sync happens before it has reached the disk
  if (cut_) return;
  Shadow& shadow = files_[path];
  for (const Operation& operation : shadow.since) apply(shadow.synced, operation);
  shadow.since.clear();
}

void PowerLossVfs::remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!cut_) files_.erase(path);
}

void PowerLossVfs::writeSurvivors(const std::filesystem::path& folder) {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, content] : survivors_) {
    std::ofstream out(folder / std::filesystem::path(path).filename(), std::ios::binary);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
  }
}

}  // namespace sw::storage_test
