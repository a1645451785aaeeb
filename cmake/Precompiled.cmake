# Standard headers, compiled once for every file of the program and of the tests (about a third
# less compile time with g++ 12). Only standard headers: a change of ours must never rebuild all.
# `./dev lint` reads the files without it, so a file still includes what it uses.
option(SW_PCH "Precompile the standard headers" ON)

if(SW_PCH)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled.cpp CONTENT "")
  add_library(sw_precompiled OBJECT ${CMAKE_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(sw_precompiled PRIVATE sw_options)
  target_precompile_headers(sw_precompiled PRIVATE
    <algorithm> <array> <atomic> <charconv> <chrono> <compare> <concepts> <coroutine> <cstdint>
    <exception> <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view>
    <tuple> <type_traits> <unordered_map> <utility> <variant> <vector>)
endif()

# sw_use_precompiled(target): the target must be compiled with sw_options.
function(sw_use_precompiled target)
  if(SW_PCH)
    target_precompile_headers(${target} REUSE_FROM sw_precompiled)
  endif()
endfunction()
