#include "convert/conversion.hpp"

#include "convert/faults.hpp"
#include "frames/picture_frames.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace efaxd::convert {
namespace {

bool may_try_again() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

} // namespace

ProcessConversion::ProcessConversion(const ConverterOptions& options, std::stop_token stop)
    : input_left_(options.input_bytes), output_left_(options.output_bytes),
      patience_(std::move(stop), options.patience), child_(options.program) {}

void ProcessConversion::next() { send_number(frames::next_picture); }

void ProcessConversion::feed(std::string_view bytes) {
    if (bytes.size() > input_left_)
        throw unconvertible("the pictures are larger than the converter takes");
    input_left_ -= bytes.size();
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, frames::most_bytes);
        send_number(static_cast<std::uint32_t>(piece.size()));
        send(piece);
        bytes.remove_prefix(piece.size());
    }
}

void ProcessConversion::finish(const DocumentSink& sink) {
    send_number(frames::the_end);
    ::shutdown(child_.socket(), SHUT_WR);
    std::array<char, 1 << 16> buffer;
    for (;;) {
        patience_.wait_for(child_.socket(), POLLIN);
        const ssize_t count = ::recv(child_.socket(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count < 0 && may_try_again())
            continue;
        if (count <= 0) // how it ended says why
            break;
        const auto size = static_cast<std::size_t>(count);
        if (size > output_left_)
            throw unconvertible("the PDF is larger than the converter may make");
        output_left_ -= size;
        sink({buffer.data(), size});
    }
    expect_converted(wait_for_end());
}

void ProcessConversion::send_number(std::uint32_t number) {
    const frames::Head head = frames::head_of(number);
    send({reinterpret_cast<const char*>(head.data()), head.size()});
}

void ProcessConversion::send(std::string_view bytes) {
    while (!bytes.empty()) {
        patience_.wait_for(child_.socket(), POLLOUT);
        const ssize_t count =
            ::send(child_.socket(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
        else if (!may_try_again())
            ended_early();
    }
}

void ProcessConversion::ended_early() {
    expect_converted(wait_for_end());
    throw converter_failed("the converter ended before its work was done");
}

int ProcessConversion::wait_for_end() {
    patience_.wait_for(child_.ending(), POLLIN);
    return child_.reap();
}

} // namespace efaxd::convert
