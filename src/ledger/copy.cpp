#include "ledger/copy.hpp"

#include "efaxd/core/fault.hpp"
#include "ledger/database.hpp"
#include "ledger/schema.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <system_error>

namespace efaxd::ledger {
namespace {

void make_new_private_file(const std::filesystem::path& file) {
    const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (made < 0)
        throw GroundFault("the copy of the ledger cannot be made: '" + file.filename().string() +
                          "' is in the way, or the folder may not be written");
    ::close(made);
}

/// A damaged page of a backup would be found only when it is needed.
void look_through(const std::filesystem::path& file) {
    Database copy(file, Access::bystander);
    if (copy.text("PRAGMA integrity_check(1)") != "ok")
        throw GroundFault("the copy of the ledger is damaged: its parts contradict each other");
    check_origin_and_version(copy);
}

void copy_into(const std::filesystem::path& from, const std::filesystem::path& to, CopyOf whose) {
    {
        Database source(from, whose == CopyOf::our_own ? Access::reader : Access::bystander);
        Database target(to, Access::writer);
        target.copy_from(source);
    }
    look_through(to);
}

} // namespace

void copy_ledger(const std::filesystem::path& from, const std::filesystem::path& to, CopyOf whose) {
    make_new_private_file(to);
    try {
        copy_into(from, to, whose);
    } catch (...) {
        std::error_code ignored;
        for (const char* const end : {"", "-journal", "-wal", "-shm"})
            std::filesystem::remove(to.string() + end, ignored);
        throw;
    }
}

} // namespace efaxd::ledger
