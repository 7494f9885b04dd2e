#include "serve/event_hub.hpp"

#include "efaxd/hearing.hpp"

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace efaxd::serve {

namespace {

std::string as_event(const log::Heard& heard) {
    std::string text = "event: ";
    text.append(heard.event.code).append("\ndata: ").append(heard.json).append("\n\n");
    return text;
}

} // namespace

/// What hub and listeners share.
struct EventHub::Room {
    explicit Room(Bounds bounds_) : bounds(bounds_) { listeners.reserve(bounds.listeners); }

    void hear(const log::Heard& heard);
    void set_level() const;

    const Bounds bounds;
    std::mutex mutex;
    std::vector<Listener*> listeners; ///< each takes itself out
};

/// Guarded by the mutex of the room.
class EventHub::Listener final : public Feed {
  public:
    Listener(std::shared_ptr<Room> room, EventWish wish) : room_(std::move(room)), wish_(std::move(wish)) {}
    ~Listener() override {
        const std::lock_guard lock(room_->mutex);
        std::erase(room_->listeners, this);
        room_->set_level();
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    void on_news(std::function<void()> wake) override {
        const std::lock_guard lock(room_->mutex);
        wake_ = std::move(wake);
        if (wake_)
            wake_();
    }

    Piece take() override {
        const std::lock_guard lock(room_->mutex);
        Piece piece{std::exchange(waiting_, {})};
        if (missed_ > 0) {
            piece.text += "event: missed\ndata: {\"missed\":" + std::to_string(missed_) + "}\n\n";
            piece.last = true;
        }
        return piece;
    }

    std::string_view heartbeat() const override { return ": heartbeat\n\n"; }

    bool wants(const log::Event& event) const {
        return event.level >= wish_.least && event.code.starts_with(wish_.prefix);
    }
    log::Level least() const { return wish_.least; }

    void hear(const std::string& event) {
        if (missed_ > 0 || waiting_.size() + event.size() > room_->bounds.bytes) {
            ++missed_;
            return;
        }
        const bool idle = waiting_.empty();
        waiting_ += event;
        if (idle && wake_)
            wake_();
    }

  private:
    std::shared_ptr<Room> room_;
    EventWish wish_;
    std::function<void()> wake_;
    std::string waiting_ = ": events of efaxd\n\n";
    std::int64_t missed_ = 0; ///< from the first one on that found no room
};

void EventHub::Room::hear(const log::Heard& heard) {
    const std::lock_guard lock(mutex);
    std::string event;
    for (Listener* const listener : listeners) {
        if (!listener->wants(heard.event))
            continue;
        if (event.empty())
            event = as_event(heard);
        listener->hear(event);
    }
}

void EventHub::Room::set_level() const {
    std::optional<log::Level> least;
    for (const Listener* const listener : listeners)
        least = std::min(least.value_or(log::Level::error), listener->least());
    log::hear_from(least);
}

EventHub::EventHub() : EventHub(Bounds{}) {}

EventHub::EventHub(Bounds bounds) : room_(std::make_shared<Room>(bounds)) {
    log::listen([room = room_](const log::Heard& heard) { room->hear(heard); });
}

EventHub::~EventHub() { log::listen({}); }

std::shared_ptr<Feed> EventHub::listen(EventWish wish) {
    const std::lock_guard lock(room_->mutex);
    if (room_->listeners.size() >= room_->bounds.listeners)
        return nullptr;
    auto listener = std::make_shared<Listener>(room_, std::move(wish));
    room_->listeners.push_back(listener.get());
    room_->set_level();
    return listener;
}

} // namespace efaxd::serve
