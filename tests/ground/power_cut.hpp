// What a power cut would leave on the disk, at each moment SQLite asks for a sync.
#pragma once

#include "fakes/faulty_disk.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace efaxd::ground {

/// The files of a folder, by name.
using Image = std::map<std::string, std::string>;

void write_image(const Image& image, const std::filesystem::path& dir);

/// Keeps what is synced apart from what is not. At each sync it makes images of what a cut just then could
/// leave: the synced state, and of the changes since then none, all, the first ones, or any; the last kinds
/// with some writes torn at sectors of 512 bytes, and rubbish in place of some sectors.
///
/// A file's name lasts once the file was synced: SQLite syncs the folder with it. Bytes outside of a write
/// stay as they are, which SQLite relies on as well ("powersafe overwrite").
class PowerCut : public fakes::DiskDiary {
  public:
    /// Called for every image, on whichever thread asks for the sync.
    using Take = std::function<void(Image)>;

    /// What the folder holds now counts as synced. The seed decides what is left.
    PowerCut(const std::filesystem::path& dir, std::uint64_t seed, Take take);

    void opening(const std::string& file) override;
    void writing(const std::string& file, std::uint64_t at, std::string_view bytes) override;
    void cutting(const std::string& file, std::uint64_t size) override;
    void syncing(const std::string& file) override;
    void removing(const std::string& file, bool for_sure) override;

    std::size_t syncs() const { return syncs_; }

  private:
    struct Change {
        enum class Kind { make, write, cut, remove };
        Kind kind;
        std::string name;
        std::uint64_t at = 0; ///< or the new size
        std::string bytes{};
    };

    static void apply(const Change& change, Image& image);
    void apply_torn(const Change& change, Image& image);
    void take_images();
    bool chance(int percent) { return static_cast<int>(dice_() % 100) < percent; }
    void add(Change change);

    std::mutex mutex_;
    Image synced_;
    std::vector<Change> since_;
    std::mt19937_64 dice_;
    Take take_;
    std::size_t syncs_ = 0;
};

} // namespace efaxd::ground
