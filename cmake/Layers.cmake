# One static library a folder: sw_layer(base DEPENDS ... THIRD_PARTY ...) makes sw_base from
# src/base/*.cpp. DEPENDS names other layers; THIRD_PARTY is private to the layer's own files; PARTS
# are folders inside it that belong to it.
function(sw_layer folder)
  cmake_parse_arguments(LAYER "" "" "DEPENDS;THIRD_PARTY;PARTS" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  set(patterns ${CMAKE_SOURCE_DIR}/src/${folder}/*.cpp)
  foreach(part ${LAYER_PARTS})
    list(APPEND patterns ${CMAKE_SOURCE_DIR}/src/${folder}/${part}/*.cpp)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${patterns})
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")  # the program's own, see Program.cmake
  if(NOT sources)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/empty.cpp CONTENT "")
    set(sources ${CMAKE_BINARY_DIR}/empty.cpp)
  endif()
  add_library(sw_${name} STATIC ${sources})
  target_include_directories(sw_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/src)
  target_link_libraries(sw_${name} PRIVATE sw_options ${LAYER_THIRD_PARTY})
  sw_use_precompiled(sw_${name})
  foreach(layer ${LAYER_DEPENDS})
    target_link_libraries(sw_${name} PUBLIC sw_${layer})
  endforeach()
endfunction()
