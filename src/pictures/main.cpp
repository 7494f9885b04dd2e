// efaxd-convert: started by efaxd for each document, with a socket for its input and output and nothing else.
#include "frames/picture_frames.hpp"
#include "pictures/confinement.hpp"
#include "pictures/convert.hpp"
#include "pictures/pipe.hpp"

#include <unistd.h>

#include <exception>
#include <new>
#include <string_view>
#include <vector>

namespace {

int run() {
    using namespace efaxd;
    try {
        pictures::confine();
        const pictures::Batch batch = pictures::read_pictures();
        std::vector<std::string_view> views;
        for (const auto& picture : batch)
            views.emplace_back(picture.data(), picture.size());
        pictures::convert(views, pictures::write_out);
        return frames::converted;
    } catch (const pictures::Unconvertible&) {
        return frames::unconvertible;
    } catch (const std::bad_alloc&) { // it wanted more than the limit
        return frames::unconvertible;
    } catch (const std::exception&) {
        return frames::failed;
    }
}

} // namespace

// No clearing up at the end: whatever that would call is forbidden by then.
int main() { ::_exit(run()); }
