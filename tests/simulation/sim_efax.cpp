#include "simulation/sim_efax.hpp"

#include "efaxd/ports/spool.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace efaxd::simulation {

namespace {

using namespace std::chrono_literals;

efax::ServiceOptions no_options() {
    efax::ServiceOptions options;
    options.project = "clinic";
    options.remote.base_url = "http://127.0.0.1:9";
    return options;
}

std::string hex_id(Dice& dice) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string id;
    for (int place = 0; place < 36; ++place)
        id += place == 8 || place == 13 || place == 18 || place == 23 ? '-' : digits[dice.below(16)];
    return id;
}

Fault missing() { return {Fault::Kind::passing, "efax.image_missing", "simulated"}; }

} // namespace

std::string SimFax::document(int rendering) const {
    std::string text = "%PDF-1.4\n" + fax.id;
    text.append(fax.id.front() * 7u, 'x');
    if (varies)
        text += "\nrendering " + std::to_string(rendering);
    return poison ? text : text + "\n%%EOF\n";
}

SimEfax::SimEfax(World& world)
    : efax::EfaxService(
          no_options(), [] { return efax::Credentials{}; }, world),
      world_(world), dice_(world.chance().split()) {}

// ---- receiving

SimFax& SimEfax::put(const std::string& user_id) {
    auto made = std::make_unique<SimFax>();
    SimFax& fax = *made;
    fax.fax.id = fax.fax.listed_id = hex_id(dice_);
    if (dice_.chance(0.1))
        for (char& c : fax.fax.listed_id)
            c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const bool late = dice_.chance(0.1);
    const Duration age = late ? dice_.between(1h, 60h) : dice_.between(0s, 90s);
    if (dice_.chance(0.97))
        fax.fax.completed = world_.true_now() - age;
    fax.fax.from_number = "15551230000";
    fax.fax.to_number = "15551239999";
    fax.fax.pages = 1;
    fax.user_id = user_id;
    fax.number = faxes_.size();
    fax.listed_from = world_.time.now();
    fax.image_from = world_.time.now() + (dice_.chance(0.05) ? dice_.between(1min, 30min) : 0ms);
    if (!world_.plan().bare) {
        fax.fax.stored = !dice_.chance(0.01);
        fax.poison = dice_.chance(0.01);
        fax.varies = dice_.chance(0.1);
    }
    by_id_[fax.fax.id] = &fax;
    boxes_[user_id].push_back(&fax);
    faxes_.push_back(std::move(made));
    return fax;
}

void SimEfax::erase(SimFax& fax) {
    if (fax.gone)
        return;
    fax.gone = true;
    fax.gone_at = world_.time.now();
    std::erase(boxes_[fax.user_id], &fax);
}

SimFax* SimEfax::find(const std::string& fax_id) {
    const auto found = by_id_.find(fax_id);
    return found == by_id_.end() ? nullptr : found->second;
}

Listing SimEfax::list(const Mailbox& mailbox, ListPass pass, Instant since, const Pages& settled,
                      std::stop_token stop) {
    const std::string what = (pass == ListPass::unread ? "list unread " : "list window ") + mailbox.id;
    return world_.call(Side::efax, Call::lists, what, stop,
                       [&] { return list_now(mailbox, pass, since, settled); });
}

/// Newest first, mostly. Pages slip while others read along: items are missed, never invented.
Listing SimEfax::list_now(const Mailbox& mailbox, ListPass pass, Instant since, const Pages& settled) {
    if (refused_users.contains(mailbox.user_id) && world_.stormy())
        throw Fault(Fault::Kind::passing, "efax.user_refused", "simulated");
    since -= std::max(Duration{}, world_.skew); // as the replies' dates tell
    Listing listing;
    std::uint64_t print = 17;
    std::vector<SimFax*> wanted;
    const auto& box = boxes_[mailbox.user_id];
    for (auto one = box.rbegin(); one != box.rend(); ++one) {
        const Fax& fax = (*one)->fax;
        const bool in =
            pass == ListPass::unread ? !fax.downloaded : !fax.completed || *fax.completed >= since;
        if (!in)
            continue;
        wanted.push_back(*one);
        print = (print ^ (*one)->number) * 1099511628211u + (fax.downloaded ? 1 : 0);
    }
    if (world_.stormy() && dice_.chance(world_.plan().odd_lists)) {
        for (std::size_t at = wanted.size(); at > 1; --at) // shuffled
            std::swap(wanted[at - 1], wanted[dice_.below(at)]);
        if (!wanted.empty() && dice_.chance(0.5)) { // shrunk while it was read
            const std::size_t from = dice_.below(wanted.size());
            const std::size_t missed = std::min(wanted.size() - from, dice_.below(5));
            wanted.erase(wanted.begin() + static_cast<std::ptrdiff_t>(from),
                         wanted.begin() + static_cast<std::ptrdiff_t>(from + missed));
        }
        listing.cut = dice_.chance(0.1);
        listing.unreadable = dice_.chance(0.1) ? 1 : 0;
        print = dice_.next();
    }
    listing.pages = {print};
    listing.unchanged = listing.pages == settled;
    if (!listing.unchanged)
        for (const SimFax* fax : wanted)
            listing.faxes.push_back(fax->fax);
    return listing;
}

void SimEfax::fetch(const std::string& user_id, const Fax& fax, const DocumentSink& sink,
                    std::stop_token stop) {
    std::string document = world_.call(Side::efax, Call::sets, "fetch " + fax.id, stop, [=, this] {
        SimFax* const kept = find(fax.id);
        if (!kept || kept->gone || kept->user_id != user_id)
            throw missing();
        kept->fax.downloaded = true; // at the request, whatever becomes of the answer
        if (!kept->fax.stored || world_.time.now() < kept->image_from)
            throw missing();
        return kept->document(kept->renderings++);
    });
    if (world_.stormy() && !world_.plan().bare && dice_.chance(world_.plan().fault / 4))
        document.resize(dice_.below(document.size() - 8)); // the source's own document is cut short this time
    sink(std::string_view(document).substr(0, document.size() / 2));
    world_.moment();
    world_.time.sleep(dice_.between(1ms, 200ms));
    if (world_.stormy() && dice_.chance(world_.plan().fault / 4))
        throw Fault(Fault::Kind::passing, "efax.bad_document", "simulated");
    sink(std::string_view(document).substr(document.size() / 2));
    world_.moment();
    find(fax.id)->handed_out = true;
}

void SimEfax::acknowledge(const std::string&, const Fax& fax, std::stop_token stop) {
    world_.call(Side::efax, Call::sets, "acknowledge " + fax.id, stop, [this, id = fax.id] {
        if (SimFax* const kept = find(id))
            kept->fax.downloaded = true;
    });
}

void SimEfax::remove(const std::string&, const Fax& fax, std::stop_token stop) {
    world_.call(Side::efax, Call::sets, "remove " + fax.id, stop, [this, id = fax.id] {
        if (SimFax* const kept = find(id); kept && !kept->gone) {
            kept->ours = true;
            erase(*kept);
        }
    });
}

// ---- sending

std::string SimEfax::submit(const Submission& submission, std::stop_token stop) {
    if (stop.stop_requested())
        throw Stopped();
    std::string document;
    for (SpoolReader* reader : submission.documents) {
        std::string bytes(reader->size(), '\0');
        bytes.resize(reader->read(bytes.data(), bytes.size()));
        document += bytes;
    }
    Submission kept = submission;
    kept.documents.clear();
    try {
        return world_.call(Side::efax, Call::creates, "submit " + submission.reference, stop,
                           [this, kept, document] { return take(kept, document); });
    } catch (const Stopped&) {
        throw Fault(Fault::Kind::unknown, "efax.stopped", "simulated");
    }
}

std::string SimEfax::take(const Submission& submission, const std::string& document) {
    if (submission.number.ends_with("13"))
        throw Fault(Fault::Kind::lasting, "efax.submission_refused", "simulated");
    auto made = std::make_unique<SimSent>();
    SimSent& sent = *made;
    sent.fax_id = "sent-" + std::to_string(10000001 + sent_.size());
    sent.reference = submission.reference;
    sent.number = submission.number;
    sent.user_id = submission.user_id;
    sent.document = document;
    sent.taken = world_.true_now();
    sent.ends = world_.time.now() + dice_.between(30s, dice_.chance(0.1) ? 6h : 10min);
    sent.listed_from = world_.time.now() + (dice_.chance(0.2) ? dice_.between(0s, 20min) : 0ms);
    constexpr std::array<const char*, 6> codes{"E41", "E42", "E33", "E44", "E06", "E46"};
    sent.final_state.tries = 1;
    if (dice_.chance(0.75)) {
        sent.final_state.state = SendStatus::State::completed;
        sent.final_state.pages = 2;
    } else {
        sent.final_state.state = SendStatus::State::failed;
        sent.final_state.code = dice_.one_of(codes);
    }
    if (sent_by_reference_.contains(sent.reference))
        world_.complain("eFax took " + sent.reference + " twice");
    if (about_to_take)
        about_to_take(sent);
    world_.note("taken", sent.fax_id, sent.reference);
    sent_by_id_[sent.fax_id] = &sent;
    sent_by_reference_[sent.reference] = &sent;
    sent_.push_back(std::move(made));
    return sent.fax_id;
}

SimSent* SimEfax::sent_by_id(const std::string& fax_id) {
    const auto found = sent_by_id_.find(fax_id);
    return found == sent_by_id_.end() ? nullptr : found->second;
}

const SimSent* SimEfax::sent_by_reference(const std::string& reference) const {
    const auto found = sent_by_reference_.find(reference);
    return found == sent_by_reference_.end() ? nullptr : found->second;
}

SendStatus SimEfax::state_of(const SimSent& sent) const {
    if (sent.cancelled)
        return {
            .state = SendStatus::State::cancelled, .code = "E45", .pages = 0, .tries = 1, .completed = {}};
    if (world_.time.now() < sent.ends)
        return {.state = SendStatus::State::sending, .code = {}, .pages = 0, .tries = 0, .completed = {}};
    SendStatus status = sent.final_state;
    status.completed = sent.taken + std::chrono::minutes{1};
    return status;
}

std::optional<SentFax> SimEfax::find_sent(const std::string&, const std::string& reference, Instant since,
                                          Duration /*may_be_old*/, std::stop_token stop) {
    return world_.call(Side::efax, Call::asks, "find_sent " + reference, stop,
                       [&]() -> std::optional<SentFax> {
                           const SimSent* const sent = sent_by_reference(reference);
                           if (!sent || world_.time.now() < sent->listed_from || sent->taken < since - 1h)
                               return std::nullopt;
                           return SentFax{sent->fax_id, state_of(*sent)};
                       });
}

SendStatus SimEfax::status(const std::string&, const std::string& fax_id, std::stop_token stop) {
    return world_.call(Side::efax, Call::asks, "status " + fax_id, stop, [&] {
        const SimSent* const sent = sent_by_id(fax_id);
        if (!sent)
            throw Fault(Fault::Kind::passing, "efax.not_visible", "simulated");
        return state_of(*sent);
    });
}

CancelReply SimEfax::cancel(const std::string&, const std::string& fax_id, std::stop_token stop) {
    return world_.call(Side::efax, Call::sets, "cancel " + fax_id, stop, [this, fax_id] {
        SimSent* const sent = sent_by_id(fax_id);
        if (!sent)
            return CancelReply::unknown;
        if (world_.time.now() >= sent->ends)
            return CancelReply::too_late;
        sent->cancelled = true;
        return CancelReply::noted;
    });
}

} // namespace efaxd::simulation
