// A request's body as it comes off a connection: kept within the door's memory, or handed to a taker.
#pragma once

#include "serve/desk.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional/optional.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace efaxd::serve {

/// A Body for Beast's parser. What the taker throws goes through the parser to its caller.
struct IncomingBody {
    struct value_type {
        BodyShare* share = nullptr;
        std::shared_ptr<BodyTaker> taker; ///< nothing: the body is kept
        std::string kept;
        std::uint64_t size = 0;
        bool no_room = false; ///< the door's memory did not suffice
    };

    class reader {
      public:
        template <bool request, class Fields>
        reader(boost::beast::http::header<request, Fields>&, value_type& body) : body_(body) {}

        void init(const boost::optional<std::uint64_t>&, boost::system::error_code& error) { error = {}; }

        template <class Buffers>
        std::size_t put(const Buffers& buffers, boost::system::error_code& error) {
            std::size_t taken = 0;
            error = {};
            for (const auto buffer : boost::beast::buffers_range_ref(buffers)) {
                if (!piece({static_cast<const char*>(buffer.data()), buffer.size()})) {
                    error = boost::beast::http::error::buffer_overflow;
                    return taken;
                }
                taken += buffer.size();
            }
            return taken;
        }

        void finish(boost::system::error_code& error) { error = {}; }

      private:
        bool piece(std::string_view bytes) {
            body_.size += bytes.size();
            if (body_.taker) {
                body_.taker->take(bytes);
                return true;
            }
            body_.no_room = !body_.share->take(bytes.size());
            if (!body_.no_room)
                body_.kept += bytes;
            return !body_.no_room;
        }

        value_type& body_;
    };
};

} // namespace efaxd::serve
