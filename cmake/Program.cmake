include(EmbedWeb)
include(EmbedRunbooks)

# What src/app/build_info.h declares, looked at anew in each build.
set(SW_BUILD_INFO ${CMAKE_BINARY_DIR}/src/app/build_info.cpp)
add_custom_target(build_info
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUTPUT=${SW_BUILD_INFO}
          -DVERSION=${PROJECT_VERSION} "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
          -P ${CMAKE_SOURCE_DIR}/cmake/Revision.cmake
  BYPRODUCTS ${SW_BUILD_INFO}
  COMMENT "Looking at the commit")

# What is made by the build and read by src/app: web assets, runbooks, the build's own data.
add_library(sw_embedded STATIC ${SW_BUILD_INFO})
target_include_directories(sw_embedded PRIVATE ${CMAKE_SOURCE_DIR}/src)
add_dependencies(sw_embedded build_info)
sw_embed_web(sw_embedded)
sw_embed_runbooks(sw_embedded)

# sw_program(scheduling-worker LINKS sw_app): src/app/main.cpp as build/PRESET/bin/NAME. Nothing as
# long as there is no main.cpp.
function(sw_program name)
  cmake_parse_arguments(PROGRAM "" "" "LINKS" ${ARGN})
  set(main ${CMAKE_SOURCE_DIR}/src/app/main.cpp)
  if(NOT EXISTS ${main})
    return()
  endif()
  add_executable(${name} ${main})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${name} PRIVATE ${PROGRAM_LINKS} sw_options)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  # Stack traces name functions, which they find among the exported symbols.
  set_target_properties(${name} PROPERTIES ENABLE_EXPORTS ON)
  sw_use_precompiled(${name})
endfunction()
