# The JSON Schema and the loader are held against the same files, where Python can do it.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  execute_process(COMMAND ${Python3_EXECUTABLE} -c "import jsonschema, yaml"
                  RESULT_VARIABLE missing OUTPUT_QUIET ERROR_QUIET)
endif()
if(Python3_FOUND AND missing EQUAL 0)
  add_test(NAME config_schema_check
           COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/config/schema_check.py ${CMAKE_SOURCE_DIR})
else()
  message(WARNING "The JSON Schema is not tested: python3-jsonschema or python3-yaml is missing")
endif()
