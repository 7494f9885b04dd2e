// A file that is written whole or not at all.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace efaxd::ctl {

/// The text says what is wrong with which file.
struct NewFileError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Readable for its owner only, and not there under its name before `finish`: until then it is NAME.part,
/// which is removed if it comes to nothing. Every verb throws NewFileError.
class NewFile {
  public:
    /// Nothing may be there under either name.
    explicit NewFile(std::string path);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    void append(std::string_view bytes);
    /// Durably. A file that came into being under the name meanwhile is not replaced.
    void finish();

  private:
    std::string path_;
    std::string part_;
    int file_ = -1;
    bool finished_ = false;
};

} // namespace efaxd::ctl
