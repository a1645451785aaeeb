# Builds the files of web/dist into the program as the table that src/app/web_assets.h declares.
option(SW_WEB "Build the web page into the program (needs web/dist, which ./dev build makes)" ON)

add_executable(embed_web ${CMAKE_SOURCE_DIR}/cmake/embed_web/embed_web.cpp)
target_link_libraries(embed_web PRIVATE ZLIB::ZLIB PkgConfig::BROTLI OpenSSL::Crypto)

# sw_embed_web(target)
function(sw_embed_web target)
  set(dist ${CMAKE_SOURCE_DIR}/web/dist)
  set(output ${CMAKE_BINARY_DIR}/src/app/web_assets.cpp)
  if(SW_WEB)
    # The names in web/dist hold hashes, so a new page is new names: look again at each build.
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${dist}/*)
    set(arguments ${dist})
  endif()
  add_custom_command(
    OUTPUT ${output}
    COMMAND embed_web ${output} ${arguments}
    DEPENDS embed_web ${files}
    COMMENT "Embedding the web page"
    VERBATIM)
  # Only data: no warnings to find in it, and its own compile options keep it fast.
  set_source_files_properties(${output} PROPERTIES SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS -O0)
  target_sources(${target} PRIVATE ${output})
endfunction()
