#include "base/loop.h"

namespace sw::base {
namespace {

thread_local Loop* currentLoop = nullptr;

}  // namespace

Loop* Loop::current() noexcept { return currentLoop; }
void Loop::setCurrent(Loop* loop) noexcept { currentLoop = loop; }

}  // namespace sw::base
