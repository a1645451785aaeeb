# Builds openapi.yaml into the program: as JSON for /openapi.json and as the page /docs.
find_program(SW_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
execute_process(COMMAND ${SW_PYTHON} -c "import yaml" RESULT_VARIABLE SW_PYTHON_LACKS_YAML
                ERROR_QUIET)
if(SW_PYTHON_LACKS_YAML)
  message(FATAL_ERROR "The build needs Python 3 with PyYAML (python3-yaml)")
endif()

# sw_embed_openapi(target)
function(sw_embed_openapi target)
  set(source ${CMAKE_SOURCE_DIR}/src/api/openapi.yaml)
  set(script ${CMAKE_SOURCE_DIR}/cmake/openapi/render.py)
  set(output ${CMAKE_BINARY_DIR}/src/api/openapi.cpp)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/src/api)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${SW_PYTHON} ${script} ${source} ${output} ${PROJECT_VERSION}
    DEPENDS ${source} ${script}
    COMMENT "Embedding openapi.yaml"
    VERBATIM)
  set_source_files_properties(${output} PROPERTIES SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS -O0)
  target_sources(${target} PRIVATE ${output})
endfunction()

# Builds asyncapi.yaml into the program, as JSON for /asyncapi.json.
# sw_embed_asyncapi(target)
function(sw_embed_asyncapi target)
  set(source ${CMAKE_SOURCE_DIR}/src/api/asyncapi.yaml)
  set(script ${CMAKE_SOURCE_DIR}/cmake/openapi/render_asyncapi.py)
  set(output ${CMAKE_BINARY_DIR}/src/api/asyncapi.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${SW_PYTHON} ${script} ${source} ${output} ${PROJECT_VERSION}
    DEPENDS ${source} ${script} ${CMAKE_SOURCE_DIR}/cmake/openapi/render.py
    COMMENT "Embedding asyncapi.yaml"
    VERBATIM)
  set_source_files_properties(${output} PROPERTIES SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS -O0)
  target_sources(${target} PRIVATE ${output})
endfunction()
