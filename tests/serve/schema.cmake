# Checks the golden answers against the published schema, where Python's jsonschema is installed.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  execute_process(COMMAND ${Python3_EXECUTABLE} -c "import jsonschema" RESULT_VARIABLE no_jsonschema OUTPUT_QUIET ERROR_QUIET)
  if(no_jsonschema EQUAL 0)
    add_test(NAME Schema.golden_answers_follow_it
             COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/serve/schema_check.py ${CMAKE_SOURCE_DIR})
  endif()
endif()
