find_package(PNG REQUIRED)

# Libraries that CMake has no module for.
function(efaxd_library name header library)
  find_path(${name}_include ${header} REQUIRED)
  find_library(${name}_library ${library} REQUIRED)
  add_library(efaxd_${name} INTERFACE)
  target_include_directories(efaxd_${name} SYSTEM INTERFACE ${${name}_include})
  target_link_libraries(efaxd_${name} INTERFACE ${${name}_library})
endfunction()

efaxd_library(seccomp seccomp.h seccomp)
efaxd_library(ncursesw ncurses.h ncursesw)
