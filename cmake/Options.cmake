# The language, the warnings and the sanitizers of every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

option(EFAXD_WERROR "Treat warnings as errors" OFF)
set(EFAXD_SANITIZE "" CACHE STRING "Sanitizers, as given to -fsanitize=")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(efaxd_options INTERFACE)
target_compile_options(efaxd_options INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(EFAXD_WERROR)
  target_compile_options(efaxd_options INTERFACE -Werror)
endif()
if(EFAXD_SANITIZE)
  target_compile_options(efaxd_options INTERFACE -fsanitize=${EFAXD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(efaxd_options INTERFACE -fsanitize=${EFAXD_SANITIZE})
  if(EFAXD_SANITIZE MATCHES "thread")
    # g++ 12 warns that ThreadSanitizer does not model the fences inside Asio.
    target_compile_options(efaxd_options INTERFACE -Wno-tsan)
  endif()
endif()
target_compile_definitions(efaxd_options INTERFACE
  $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>
  EFAXD_VERSION="${PROJECT_VERSION}")

option(EFAXD_FUZZ "Build the fuzz targets for libFuzzer, which clang has" OFF)
if(EFAXD_FUZZ)
  target_compile_options(efaxd_options INTERFACE -fsanitize=fuzzer-no-link -UNDEBUG)
  target_compile_definitions(efaxd_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()

option(EFAXD_HARDEN "Compile and link as for a release that faces the network" OFF)
if(EFAXD_HARDEN)
  include(CheckCXXCompilerFlag)
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES CXX)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON) # -fPIE, and -pie when linking: addresses differ at each start
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
  target_compile_options(efaxd_options INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2      # checks on buffers given to libc
    -fstack-protector-strong                   # a canary before return addresses
    -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)   # the same bytes wherever it is built
  target_compile_definitions(efaxd_options INTERFACE _GLIBCXX_ASSERTIONS)
  check_cxx_compiler_flag(-fcf-protection EFAXD_HAS_CF_PROTECTION)
  if(EFAXD_HAS_CF_PROTECTION)
    target_compile_options(efaxd_options INTERFACE -fcf-protection) # indirect jumps only to their targets
  endif()
  target_link_options(efaxd_options INTERFACE -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
endif()
