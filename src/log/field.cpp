#include "efaxd/log.hpp"

namespace efaxd::log {

Field project(std::string_view name) { return {"project", std::string(name), false}; }
Field mailbox(std::string_view id) { return {"mailbox", std::string(id), false}; }
Field fax(std::string_view id) { return {"fax", std::string(id), false}; }
Field reason(std::string_view code) { return {"reason", std::string(code), false}; }
Field resource(std::string_view reference) { return {"resource", std::string(reference), false}; }
Field place(std::string_view path) { return {"place", std::string(path), false}; }
Field peer(std::uint32_t uid) { return {"uid", std::to_string(uid), true}; }
Field count(const char* name, std::int64_t value) { return {name, std::to_string(value), true}; }
Field wait(Duration duration) { return {"wait_ms", std::to_string(duration.count()), true}; }
Field detail(const Fault& fault) { return {"detail", fault.detail, false}; }

} // namespace efaxd::log
