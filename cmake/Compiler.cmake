# How every file of the project is compiled.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Neither PIC nor PIE is set: the compilers of the supported distributions make everything
# position independent (PIE), and one setting for all lets all share precompiled headers.

set(SW_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")

add_library(sw_options INTERFACE)
target_compile_options(sw_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough -Werror
  -fno-omit-frame-pointer -fstack-protector-strong
  # Chains of coroutines that never suspend must not grow the stack, at no level of optimisation.
  -foptimize-sibling-calls)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # It reads GCC's standard headers, which use what they declare deprecated.
  target_compile_options(sw_options INTERFACE -Wno-deprecated-declarations)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees faults in its own std::string where there are none (its bugs 105651 and 105329).
  target_compile_options(sw_options INTERFACE
    -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
endif()
target_compile_definitions(sw_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
if(SW_SANITIZE)
  target_compile_options(sw_options INTERFACE -fsanitize=${SW_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(sw_options INTERFACE -fsanitize=${SW_SANITIZE})
  if(SW_SANITIZE MATCHES "thread")
    # Asio's fences are not modelled by the sanitizer; its locks are.
    target_compile_options(sw_options INTERFACE -Wno-tsan)
  endif()
endif()

# Third-party headers are SYSTEM, so that only our own code is held to the warnings above.
find_program(SW_MOLD mold)
if(SW_MOLD)
  target_link_options(sw_options INTERFACE -fuse-ld=mold)
endif()
find_program(SW_CCACHE ccache)
if(SW_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The two sloppinesses are what ccache needs to cache files that use precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros ${SW_CCACHE})
endif()
