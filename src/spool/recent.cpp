#include "spool/recent.hpp"

#include <utility>

namespace efaxd::spool {

void Recent::put(const std::string& name, std::string bytes, std::string sha256) {
    if (bytes.size() > longest())
        return drop(name);
    const std::lock_guard lock(mutex_);
    forget(name);
    while (size_ + bytes.size() > most_)
        forget(std::string(order_.front()));
    size_ += bytes.size();
    order_.push_back(name);
    kept_[name] = {std::make_shared<const std::string>(std::move(bytes)), std::move(sha256)};
}

void Recent::drop(const std::string& name) {
    const std::lock_guard lock(mutex_);
    forget(name);
}

std::shared_ptr<const std::string> Recent::find(const std::string& name, const std::string& sha256) const {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(name);
    return found != kept_.end() && found->second.sha256 == sha256 ? found->second.bytes : nullptr;
}

void Recent::forget(const std::string& name) {
    const auto found = kept_.find(name);
    if (found == kept_.end())
        return;
    size_ -= found->second.bytes->size();
    kept_.erase(found);
    std::erase(order_, name);
}

} // namespace efaxd::spool
