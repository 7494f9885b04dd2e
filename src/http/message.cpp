#include "http/message.hpp"

namespace efaxd::http {

std::string_view name_of(Method method) {
    switch (method) {
    case Method::get:
        return "GET";
    case Method::post:
        return "POST";
    case Method::put:
        return "PUT";
    case Method::patch:
        return "PATCH";
    case Method::del:
        return "DELETE";
    }
    return "";
}

std::optional<std::string_view> Reply::header(std::string_view name) const {
    for (const auto& header : headers)
        if (header.name == name)
            return header.value;
    return std::nullopt;
}

} // namespace efaxd::http
