// Callers who wait for one token see one and the same exception. Its reference count lives in libstdc++,
// which ThreadSanitizer does not watch: to it the last owner's delete looks like a race.
#if defined(__SANITIZE_THREAD__)
extern "C" const char* __tsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __tsan_default_suppressions() { // NOLINT(bugprone-reserved-identifier)
    return "race:efaxd::Fault::\n";
}
#endif
