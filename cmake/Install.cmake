# cmake --install puts everything in its place, as the Debian package does.
