# cmake --install puts everything in its place, and the Debian package with it:
#   DESTDIR=… cmake --install build --prefix /usr
foreach(program IN ITEMS efaxctl efax-sandbox)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION bin)
  endif()
endforeach()
if(TARGET efaxd)
  install(TARGETS efaxd RUNTIME DESTINATION sbin)
endif()
if(TARGET efaxd-convert) # started by efaxd alone, which looks for it in ../libexec/efaxd
  install(TARGETS efaxd-convert RUNTIME DESTINATION libexec/efaxd)
endif()

install(FILES packaging/efaxd.sysusers DESTINATION lib/sysusers.d RENAME efaxd.conf)
file(GLOB schemas CONFIGURE_DEPENDS etc/*.schema.json)
install(FILES ${schemas} packaging/prometheus/efaxd.rules.yml packaging/grafana/efaxd.json
        DESTINATION share/efaxd)

# efaxd-events(7) is docs/troubleshooting.md.
find_program(AWK awk REQUIRED)
set(events_page ${CMAKE_BINARY_DIR}/efaxd-events.7)
add_custom_command(OUTPUT ${events_page}
  COMMAND ${AWK} -f packaging/man/events.awk docs/troubleshooting.md > ${events_page}
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
  DEPENDS packaging/man/events.awk docs/troubleshooting.md)
add_custom_target(manual ALL DEPENDS ${events_page})
install(FILES ${events_page} DESTINATION share/man/man7)
foreach(section IN ITEMS 1 5 8)
  file(GLOB pages CONFIGURE_DEPENDS packaging/man/*.${section})
  install(FILES ${pages} DESTINATION share/man/man${section})
endforeach()
install(FILES packaging/completions/efaxctl.bash DESTINATION share/bash-completion/completions RENAME efaxctl)
install(FILES packaging/completions/efaxctl.zsh DESTINATION share/zsh/vendor-completions RENAME _efaxctl)
install(FILES packaging/completions/efaxctl.fish DESTINATION share/fish/vendor_completions.d)
file(GLOB documents CONFIGURE_DEPENDS docs/*.md)
install(FILES README.md LICENSE ${documents} DESTINATION share/doc/efaxd)
set(examples share/doc/efaxd/examples)
install(FILES packaging/nginx/efaxd.conf DESTINATION ${examples}/nginx)
install(FILES packaging/systemd/secrets.conf packaging/systemd/encrypted-secrets.conf DESTINATION ${examples}/systemd)
install(FILES packaging/medplum/access-policy.json DESTINATION ${examples}/medplum)
install(DIRECTORY packaging/prometheus packaging/grafana DESTINATION ${examples} OPTIONAL)

# The prefix is known only when installing, and the unit names paths: /etc for the system's own prefixes, else the
# prefix's etc. A configuration that is there already is somebody's own and stays.
install(CODE "set(source \"${CMAKE_SOURCE_DIR}\")\nset(scratch \"${CMAKE_BINARY_DIR}\")")
install(CODE [==[
  set(etc "${CMAKE_INSTALL_PREFIX}/etc/efaxd")
  if(CMAKE_INSTALL_PREFIX MATCHES "^(/|/usr|/usr/local)$")
    set(etc /etc/efaxd)
  endif()
  if(EXISTS "$ENV{DESTDIR}${etc}/efaxd.yaml")
    message(STATUS "Keeping: ${etc}/efaxd.yaml")
  else()
    file(INSTALL "${source}/etc/efaxd.yaml" DESTINATION "${etc}")
  endif()

  file(READ "${source}/systemd/efaxd-textfile.service" unit)
  string(REPLACE "/usr/bin/efaxctl" "${CMAKE_INSTALL_PREFIX}/bin/efaxctl" unit "${unit}")
  file(WRITE "${scratch}/efaxd-textfile.service" "${unit}")
  file(INSTALL "${scratch}/efaxd-textfile.service" "${source}/systemd/efaxd-textfile.timer"
       DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/systemd/system")

  file(READ "${source}/systemd/efaxd.service" unit)
  string(REPLACE "/usr/sbin/efaxd" "${CMAKE_INSTALL_PREFIX}/sbin/efaxd" unit "${unit}")
  string(REPLACE "/usr/bin/efaxctl" "${CMAKE_INSTALL_PREFIX}/bin/efaxctl" unit "${unit}")
  string(REPLACE "/etc/efaxd/" "${etc}/" unit "${unit}")
  file(WRITE "${scratch}/efaxd.service" "${unit}")
  include("${source}/cmake/InstanceUnit.cmake")
  efaxd_instance_unit("${scratch}/efaxd.service" "${scratch}/efaxd@.service")
  file(INSTALL "${scratch}/efaxd.service" "${scratch}/efaxd@.service"
       DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/systemd/system")
]==])
