# Writes OUTPUT with the present commit when that is another than it says already, so that a new
# commit recompiles one small file: cmake -DSOURCE=... -DOUTPUT=... -DVERSION=... -P Revision.cmake
# SW_REVISION in the environment speaks for a build without a repository (a container image).
execute_process(
  COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT revision)
  set(revision $ENV{SW_REVISION})
endif()
if(NOT revision)
  set(revision unknown)
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
#include "app/build_info.h"

namespace sw::app {

BuildInfo buildInfo() { return {"@VERSION@", "@revision@", "@COMPILER@"}; }

}  // namespace sw::app
]])
