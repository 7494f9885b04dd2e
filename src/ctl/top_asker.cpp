#include "ctl/top_asker.hpp"

#include "ctl/answers.hpp"
#include "ctl/fields.hpp"
#include "http/url.hpp"

#include <utility>

namespace efaxd::ctl {

using json::Document;
using json::Value;

namespace {

constexpr std::chrono::seconds patience{10};
constexpr std::chrono::seconds between_looks{2};
constexpr std::size_t most_pages = 100;
constexpr std::size_t most_retries = 1000; ///< at one press of a key

/// The daemon's sentence, good or bad.
std::string sentence_of(const Told& told) {
    const Document document = Document::parse(told.body, json::our_own);
    const Value root = document.root();
    return text(told.status < 400 ? root : root["error"], "text");
}

std::string post(const Ask& ask, const std::string& target) {
    return sentence_of(ask(http::Method::post, target, patience));
}

std::string retry_held(const Ask& ask, const std::string& mailbox) {
    const Told told =
        ask(http::Method::get,
            "/faxes?held=true&limit=" + std::to_string(most_retries) + "&mailbox=" + http::encode(mailbox),
            patience);
    if (told.status != 200)
        return sentence_of(told);
    const Document listed = Document::parse(told.body, json::our_own);
    const Value faxes = listed.root()["faxes"];
    std::int64_t retried = 0;
    std::string trouble;
    for (std::size_t i = 0; i < faxes.size() && trouble.empty(); ++i) {
        const std::string key = text(faxes.at(i), "project") + ':' + text(faxes.at(i), "id");
        const Told answer = ask(http::Method::post, "/faxes/" + http::encode(key) + "/retry", patience);
        if (answer.status < 400)
            ++retried;
        else
            trouble = "; " + sentence_of(answer);
    }
    return counted(retried, "fax is", "faxes are") + " tried again" + trouble;
}

std::string carry_out(const Ask& ask, const TopWish& wish) {
    const std::string mailbox = http::encode(wish.mailbox);
    switch (wish.kind) {
    case TopWish::Kind::poll:
        return post(ask, "/poll?mailbox=" + mailbox);
    case TopWish::Kind::poll_all:
        return post(ask, "/poll");
    case TopWish::Kind::pause:
        return post(ask, "/mailboxes/" + mailbox + "/pause");
    case TopWish::Kind::resume:
        return post(ask, "/mailboxes/" + mailbox + "/resume");
    case TopWish::Kind::retry_held:
        return retry_held(ask, wish.mailbox);
    case TopWish::Kind::nothing:
    case TopWish::Kind::quit:
        break;
    }
    return {};
}

Document get(const Ask& ask, const std::string& target) {
    const Told told = ask(http::Method::get, target, patience);
    if (told.status != 200)
        throw Unreachable(sentence_of(told));
    return Document::parse(told.body, json::our_own);
}

std::vector<Document> look_around(const Ask& ask) {
    std::vector<Document> documents;
    documents.push_back(get(ask, "/status"));
    std::string query;
    for (std::size_t page = 0; page < most_pages; ++page) {
        documents.push_back(get(ask, "/mailboxes?limit=1000" + query));
        const Value next = documents.back().root()["next"];
        const std::string following = next ? "&after=" + http::encode(next.text_or("")) : std::string();
        if (following.empty() || following == query)
            break;
        query = following;
    }
    return documents;
}

} // namespace

void TopLook::give_to(TopModel& model, Instant now) const {
    if (!word.empty())
        model.tell(word);
    if (documents.empty())
        return model.lose(trouble);
    std::vector<Value> pages;
    for (std::size_t i = 1; i < documents.size(); ++i)
        pages.push_back(documents[i].root());
    model.take(documents.front().root(), pages, now);
}

TopLook look_for_top(const Ask& ask, const TopWish& wish) {
    TopLook look;
    try {
        look.word = carry_out(ask, wish);
        look.documents = look_around(ask);
    } catch (const json::ParseError&) {
        look.documents.clear();
        look.trouble = "the daemon's answer is no JSON: is this its socket?";
    } catch (const std::exception& error) {
        look.documents.clear();
        look.trouble = plain(error.what());
    }
    return look;
}

TopAsker::TopAsker(Ask ask, std::function<void()> news)
    : ask_(std::move(ask)), tell_(std::move(news)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

TopAsker::~TopAsker() = default;

void TopAsker::wish(TopWish wish) {
    const std::lock_guard lock(mutex_);
    wishes_.push_back(std::move(wish));
    changed_.notify_all();
}

std::optional<TopLook> TopAsker::news() {
    const std::lock_guard lock(mutex_);
    return std::exchange(look_, std::nullopt);
}

void TopAsker::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        TopWish wish;
        {
            const std::lock_guard lock(mutex_);
            if (!wishes_.empty()) {
                wish = std::move(wishes_.front());
                wishes_.pop_front();
            }
        }
        TopLook look = look_for_top(ask_, wish);
        std::unique_lock lock(mutex_);
        if (look.word.empty() && look_)
            look.word = std::move(look_->word); // of a look that nobody has taken yet
        look_ = std::move(look);
        lock.unlock();
        tell_();
        lock.lock();
        changed_.wait_for(lock, stop, between_looks, [this] { return !wishes_.empty(); });
    }
}

} // namespace efaxd::ctl
