#pragma once

#include <string>

namespace sw::sql {

/// The name of a VFS that is `base` (empty for SQLite's own) but for the write-ahead log: there
/// it gathers what SQLite writes in two small pieces a page, and hands it on in large ones. What
/// was gathered goes on before the log is synchronised, read, measured or closed; so with
/// `synchronous=FULL`, which synchronises each commit, the file is complete whenever others may
/// look into it. For the one connection that writes: others see the file beside its buffer.
/// Registered at the first call, for the life of the process; an unknown `base` gives an unknown
/// name, so that opening fails. Thread-safe.
std::string logBufferingVfs(const std::string& base);

}  // namespace sw::sql
