#include "ground/power_cut.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

namespace efaxd::ground {

namespace {

constexpr std::size_t sector = 512;

std::string name_of(const std::string& file) { return std::filesystem::path(file).filename().string(); }

/// SQLite keeps the index of the log in a file that it never syncs and never trusts after a cut.
bool lasting(const std::string& file) { return !file.empty() && !file.ends_with("-shm"); }

void put(std::string& content, std::uint64_t at, std::string_view bytes) {
    content.resize(std::max<std::size_t>(content.size(), at + bytes.size()), '\0');
    content.replace(at, bytes.size(), bytes);
}

} // namespace

void write_image(const Image& image, const std::filesystem::path& dir) {
    for (const auto& [name, bytes] : image)
        std::ofstream(dir / name, std::ios::binary) << bytes;
}

PowerCut::PowerCut(const std::filesystem::path& dir, std::uint64_t seed, Take take)
    : dice_(seed), take_(std::move(take)) {
    for (const auto& item : std::filesystem::directory_iterator(dir)) {
        std::ifstream file(item.path(), std::ios::binary);
        synced_[item.path().filename().string()] = std::string(std::istreambuf_iterator<char>(file), {});
    }
}

void PowerCut::opening(const std::string& file) {
    // ledger.db is made, and its folder synced, before SQLite sees it.
    if (file.ends_with("ledger.db")) {
        const std::lock_guard lock(mutex_);
        synced_.try_emplace(name_of(file));
    } else if (lasting(file) && !std::filesystem::exists(file)) {
        add({Change::Kind::make, name_of(file)});
    }
}

void PowerCut::writing(const std::string& file, std::uint64_t at, std::string_view bytes) {
    if (lasting(file))
        add({Change::Kind::write, name_of(file), at, std::string(bytes)});
}

void PowerCut::cutting(const std::string& file, std::uint64_t size) {
    if (lasting(file))
        add({Change::Kind::cut, name_of(file), size});
}

void PowerCut::removing(const std::string& file, bool for_sure) {
    const std::string name = name_of(file);
    add({Change::Kind::remove, name});
    if (!for_sure)
        return;
    const std::lock_guard lock(mutex_);
    take_images();
    synced_.erase(name);
    std::erase_if(since_, [&](const Change& change) { return change.name == name; });
}

void PowerCut::syncing(const std::string& file) {
    const std::lock_guard lock(mutex_);
    ++syncs_;
    take_images();
    const std::string name = name_of(file);
    synced_.try_emplace(name);
    for (const Change& change : since_)
        if (change.name == name)
            apply(change, synced_);
    std::erase_if(since_, [&](const Change& change) { return change.name == name; });
}

void PowerCut::add(Change change) {
    const std::lock_guard lock(mutex_);
    since_.push_back(std::move(change));
}

void PowerCut::take_images() {
    take_(synced_);
    if (since_.empty())
        return;
    Image all = synced_;
    for (const Change& change : since_)
        apply(change, all);
    take_(std::move(all));

    Image first = synced_;
    const std::size_t cut = dice_() % since_.size();
    for (std::size_t at = 0; at < cut; ++at)
        apply(since_[at], first);
    apply_torn(since_[cut], first);
    take_(std::move(first));

    for (const int percent : {25, 50, 75}) {
        Image any = synced_;
        std::set<std::string> nameless; // what is written to a file whose making is lost is lost with it
        for (const Change& change : since_) {
            const bool lasts = chance(percent);
            if (change.kind == Change::Kind::make && !lasts)
                nameless.insert(change.name);
            else if (change.kind == Change::Kind::make)
                nameless.erase(change.name);
            if (lasts && !nameless.contains(change.name))
                chance(50) ? apply(change, any) : apply_torn(change, any);
        }
        take_(std::move(any));
    }
}

void PowerCut::apply(const Change& change, Image& image) {
    switch (change.kind) {
    case Change::Kind::make:
        image[change.name].clear(); // another file, even if the removal of the former one is lost
        break;
    case Change::Kind::write:
        put(image[change.name], change.at, change.bytes);
        break;
    case Change::Kind::cut:
        image[change.name].resize(change.at, '\0');
        break;
    case Change::Kind::remove:
        image.erase(change.name);
        break;
    }
}

void PowerCut::apply_torn(const Change& change, Image& image) {
    if (change.kind != Change::Kind::write)
        return apply(change, image);
    for (std::size_t at = 0; at < change.bytes.size();) {
        const std::size_t to_edge = sector - (change.at + at) % sector;
        std::string part = change.bytes.substr(at, to_edge);
        const auto lot = dice_() % 10;
        if (lot == 0)
            std::ranges::generate(part, [&] { return static_cast<char>(dice_()); });
        if (lot < 6)
            put(image[change.name], change.at + at, part);
        at += part.size();
    }
}

} // namespace efaxd::ground
