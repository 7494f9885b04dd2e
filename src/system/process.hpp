// What the process does to itself at the start.
#pragma once

namespace efaxd::system {

/// No core dump (and no memory in one that is forced) and no debugger of the same user (secrets and faxes are
/// in memory), files for the owner only, no TLS keys in a file, no death by a broken pipe, as many open files
/// as we may have. To be called before any thread is started. Throws std::system_error if the kernel refuses.
void harden_process();

/// Few pools of memory, however many threads there are, which keep pieces of the size of a small document
/// rather than give each back to the system and ask for it anew. To be called before any thread is started.
void pool_memory();

/// Gives freed memory back to the system, after a flood.
void trim_memory();

} // namespace efaxd::system
