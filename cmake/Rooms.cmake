# efaxd_room(NAME LINKS target...): the static library of src/NAME, seeing include/ and src/.
function(efaxd_room name)
  cmake_parse_arguments(ROOM "" "" "LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(NOT sources) # a room still to be built
    add_library(efaxd_${name} INTERFACE)
    target_include_directories(efaxd_${name} INTERFACE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(efaxd_${name} INTERFACE efaxd_options ${ROOM_LINKS})
    return()
  endif()
  add_library(efaxd_${name} STATIC ${sources})
  target_include_directories(efaxd_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(efaxd_${name} PUBLIC efaxd_options ${ROOM_LINKS})
endfunction()

# efaxd_program(NAME ROOM LINKS target...): the program whose main is src/ROOM/main.cpp.
function(efaxd_program name room)
  cmake_parse_arguments(PROGRAM "" "" "LINKS" ${ARGN})
  if(NOT EXISTS ${CMAKE_SOURCE_DIR}/src/${room}/main.cpp) # a room still to be built
    return()
  endif()
  add_executable(${name} ${CMAKE_SOURCE_DIR}/src/${room}/main.cpp)
  target_link_libraries(${name} PRIVATE efaxd_options ${PROGRAM_LINKS})
endfunction()

# efaxd_tests(NAME LINKS target...): one program from tests/NAME/*_test.cpp and its helpers.
function(efaxd_tests name)
  cmake_parse_arguments(TESTS "" "" "LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${name}/*.cpp)
  if(NOT sources) # a room still to be built
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(${name}_test PRIVATE
    EFAXD_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    EFAXD_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_link_libraries(${name}_test PRIVATE efaxd_options ${TESTS_LINKS} GTest::gtest GTest::gtest_main)
  gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300)
endfunction()
