// The walls around the code that opens strangers' pictures.
#pragma once

namespace efaxd::pictures {

/// From here on this process can read its input, write its output, ask for memory, and end; any other system
/// call ends it at once. It gains no rights, leaves no core, and is limited in memory (1 GiB), time (60 s of
/// a processor), files and processes (none). Libraries must be loaded by now. Throws std::runtime_error if
/// the kernel refuses any of it: no picture may be opened then.
void confine();

} // namespace efaxd::pictures
