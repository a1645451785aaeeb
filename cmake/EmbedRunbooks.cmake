# Builds docs/runbooks into the program, so that it serves those of its own version.

# sw_embed_runbooks(target)
function(sw_embed_runbooks target)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/runbooks/*.md)
  set(script ${CMAKE_SOURCE_DIR}/cmake/runbooks/embed.py)
  set(output ${CMAKE_BINARY_DIR}/src/app/operations/runbooks.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${SW_PYTHON} ${script} ${output} ${files}
    DEPENDS ${script} ${files}
    COMMENT "Embedding the runbooks"
    VERBATIM)
  set_source_files_properties(${output} PROPERTIES SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS -O0)
  target_sources(${target} PRIVATE ${output})
endfunction()
