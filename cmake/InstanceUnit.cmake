# The template unit efaxd@.service, made of efaxd.service: the same in all but its paths, which bear the instance's
# name.
#   cmake -D FROM=systemd/efaxd.service -D TO=… -P cmake/InstanceUnit.cmake
function(efaxd_instance_unit from to)
  file(READ "${from}" unit)
  foreach(change IN ITEMS
      "# efaxd as a systemd service. Change it with `systemctl edit efaxd`|# One of several efaxd on this machine. Change them all with `systemctl edit efaxd@`, one with `systemctl edit efaxd@NAME`"
      "Description=eFax to FHIR daemon|Description=eFax to FHIR daemon for %i"
      "/efaxd/efaxd.yaml|/efaxd/%i.yaml"
      "/run/efaxd/|/run/efaxd-%i/"
      "/efaxd/secrets/|/efaxd/secrets/%i/"
      "StateDirectory=efaxd|StateDirectory=efaxd-%i"
      "RuntimeDirectory=efaxd|RuntimeDirectory=efaxd-%i")
    string(REPLACE "|" ";" change "${change}")
    list(GET change 0 old)
    list(GET change 1 new)
    if(NOT unit MATCHES "${old}")
      message(FATAL_ERROR "${from} has no '${old}' to make the template unit of")
    endif()
    string(REPLACE "${old}" "${new}" unit "${unit}")
  endforeach()
  file(WRITE "${to}" "${unit}")
endfunction()

if(FROM AND TO)
  efaxd_instance_unit("${FROM}" "${TO}")
endif()
