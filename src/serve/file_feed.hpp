// A file as the body of an answer, read piece by piece as the client takes it.
#pragma once

#include "serve/feed.hpp"

#include <filesystem>
#include <functional>
#include <memory>

namespace efaxd::serve {

/// Opens the file and removes its name: it is gone when the feed is. Pieces are read as jobs of `at_desk`,
/// away from the door's executor; a job that is dropped is a client that waits. `token` is kept until the
/// end. Throws std::system_error if the file cannot be opened.
std::shared_ptr<Feed> feed_of_file(const std::filesystem::path& file,
                                   std::function<void(std::function<void()>)> at_desk,
                                   std::shared_ptr<void> token);

} // namespace efaxd::serve
