#include "floor/courier.hpp"

#include <curl/curl.h>
#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace efaxd::bench {

namespace {

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
    if (curl_easy_setopt(easy, option, value) != CURLE_OK)
        throw std::runtime_error("libcurl refused an option");
}

std::size_t keep(char* bytes, std::size_t, std::size_t size, void* into) {
    static_cast<std::string*>(into)->append(bytes, size);
    return size;
}

/// The document out of `{"fax_id":"…","image":"BASE64"}`, in place.
void decode_image(std::string& reply) {
    constexpr std::string_view before = "\"image\":\"";
    const auto from = reply.find(before);
    if (from == std::string::npos)
        throw std::runtime_error("no image");
    const auto begin = from + before.size();
    const auto end = reply.rfind('"');
    auto* const bytes = reinterpret_cast<unsigned char*>(reply.data());
    const int size = EVP_DecodeBlock(bytes, bytes + begin, static_cast<int>(end - begin));
    const auto padding =
        static_cast<std::size_t>(std::count(reply.begin() + static_cast<std::ptrdiff_t>(end) - 2,
                                            reply.begin() + static_cast<std::ptrdiff_t>(end), '='));
    if (size < 0)
        throw std::runtime_error("no base64");
    reply.resize(static_cast<std::size_t>(size) - padding);
}

std::string communication(const std::string& fax) {
    return R"({"resourceType":"Communication","status":"completed","identifier":[{"system":"https://efax.com","value":")" +
           fax +
           R"("}],"category":[{"coding":[{"system":"http://medplum.com/fhir/CodeSystem/fax-direction","code":"inbound"}]}],)"
           R"("medium":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationMode","code":"FAXWRIT",)"
           R"("display":"telefax"}]}],"extension":[{"url":"https://efax.com/originating-fax-number","valueString":)"
           R"("+18005551212"}],"recipient":[{"reference":"Organization/front-desk"}],"sent":"2025-01-15T09:15:00Z",)"
           R"("received":"2025-01-15T09:15:00Z","payload":[{"contentAttachment":{"contentType":"application/pdf",)"
           R"("url":"Binary/bench-)" +
           fax + R"(","title":")" + fax + R"(.pdf","size":200000,"creation":"2025-01-15T09:15:00Z"}}]})";
}

} // namespace

/// Takes one fax after another through the requests that efaxd makes for it, in efaxd's order.
class Courier {
  public:
    Courier(const Addresses& addresses, CURLM* multi)
        : addresses_(addresses), multi_(multi), easy_(curl_easy_init()) {}
    ~Courier() {
        curl_multi_remove_handle(multi_, easy_);
        curl_easy_cleanup(easy_);
        curl_slist_free_all(headers_);
    }
    Courier(const Courier&) = delete;
    Courier& operator=(const Courier&) = delete;

    CURL* easy() const { return easy_; }
    std::string& reply() { return reply_; }

    void begin(std::string fax) {
        fax_ = std::move(fax);
        step_ = Step::image;
        to_efax("GET", "/faxes/" + fax_ + "/image?desired_format=PDF");
    }

    /// The request is done; false once the fax is in.
    bool go_on() {
        long status = 0;
        curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
        if (status < 200 || status > 299)
            throw std::runtime_error("status " + std::to_string(status));
        switch (step_) {
        case Step::image:
            decode_image(reply_);
            document_.swap(reply_);
            step_ = Step::search;
            to_fhir("GET", "/Communication?identifier=https%3A%2F%2Fefax.com%7C" + fax_ + "&_count=50", {});
            return true;
        case Step::search:
            step_ = Step::binary;
            to_fhir("PUT", "/Binary/bench-" + fax_, "application/pdf", document_);
            return true;
        case Step::binary:
            step_ = Step::create;
            body_ = communication(fax_);
            to_fhir("POST", "/Communication", "application/fhir+json", body_);
            return true;
        case Step::create:
            step_ = Step::acknowledge;
            body_ = R"({"image_downloaded":true})";
            to_efax("PATCH", "/faxes/" + fax_ + "/metadata", body_);
            return true;
        case Step::acknowledge:
            break;
        }
        return false;
    }

    void to_efax(const char* method, const std::string& path, std::string_view body = {},
                 const std::string& header = {}) {
        restart();
        add("Authorization: Bearer bench");
        add("user-id: main");
        add("transaction-id: 00000000-0000-4000-8000-000000000000");
        add("Accept: application/json");
        if (!header.empty())
            add(header);
        send(method, addresses_.efax + path, "application/json", body);
    }

    void to_fhir(const char* method, const std::string& path, const char* type, std::string_view body = {}) {
        restart();
        add("Accept: application/fhir+json");
        if (step_ == Step::create)
            add("If-None-Exist: identifier=https%3A%2F%2Fefax.com%7C" + fax_);
        send(method, addresses_.fhir + path, type, body);
    }

  private:
    enum class Step { image, search, binary, create, acknowledge };

    void restart() {
        curl_multi_remove_handle(multi_, easy_);
        curl_easy_reset(easy_);
        curl_slist_free_all(std::exchange(headers_, nullptr));
        reply_.clear();
        add("Expect:");
    }

    void add(const std::string& line) { headers_ = curl_slist_append(headers_, line.c_str()); }

    void send(const char* method, const std::string& url, const char* type, std::string_view body) {
        if (!body.empty()) {
            add("Content-Type: " + std::string(type));
            set(easy_, CURLOPT_POSTFIELDS, body.data());
            set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        }
        set(easy_, CURLOPT_CUSTOMREQUEST, method);
        set(easy_, CURLOPT_URL, url.c_str());
        set(easy_, CURLOPT_HTTPHEADER, headers_);
        set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(easy_, CURLOPT_CAINFO, addresses_.ca_file.c_str());
        set(easy_, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
        set(easy_, CURLOPT_WRITEFUNCTION, &keep);
        set(easy_, CURLOPT_WRITEDATA, &reply_);
        set(easy_, CURLOPT_PRIVATE, this);
        if (curl_multi_add_handle(multi_, easy_) != CURLM_OK)
            throw std::runtime_error("libcurl refused a transfer");
    }

    const Addresses& addresses_;
    CURLM* multi_;
    CURL* easy_;
    curl_slist* headers_ = nullptr;
    Step step_ = Step::image;
    std::string fax_;
    std::string reply_;
    std::string document_;
    std::string body_;
};

Couriers::Couriers(Addresses addresses, std::size_t in_flight)
    : addresses_(std::move(addresses)), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 256L);
    for (std::size_t number = 0; number < std::max<std::size_t>(1, in_flight); ++number)
        couriers_.push_back(std::make_unique<Courier>(addresses_, multi_));
}

Couriers::~Couriers() {
    couriers_.clear();
    curl_multi_cleanup(multi_);
}

std::size_t Couriers::bring_in_all() {
    list();
    const std::size_t faxes = waiting_.size();
    for (const auto& courier : couriers_)
        if (!waiting_.empty()) {
            courier->begin(std::move(waiting_.back()));
            waiting_.pop_back();
        }
    run();
    return faxes;
}

void Couriers::list() {
    Courier& courier = *couriers_.front();
    for (;;) {
        courier.to_efax("GET", "/faxes/received?image_downloaded=false", {},
                        "pagination-offset: " + std::to_string(waiting_.size()));
        int running = 1;
        while (running > 0) {
            curl_multi_perform(multi_, &running);
            if (running > 0)
                curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
        }
        for (int left = 1; left > 0;)
            curl_multi_info_read(multi_, &left);
        const std::string_view page = courier.reply();
        constexpr std::string_view before = "{\"fax_id\":\"";
        std::size_t items = 0;
        for (auto at = page.find(before); at != std::string_view::npos; at = page.find(before, at), ++items) {
            at += before.size();
            waiting_.emplace_back(page.substr(at, page.find('"', at) - at));
        }
        if (items < 100)
            return;
    }
}

void Couriers::run() {
    int running = 1;
    while (running > 0) {
        if (curl_multi_perform(multi_, &running) != CURLM_OK)
            throw std::runtime_error("libcurl failed");
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
            if (message->data.result != CURLE_OK)
                throw std::runtime_error(curl_easy_strerror(message->data.result));
            Courier* courier = nullptr;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &courier);
            running = 1;
            if (courier->go_on() || waiting_.empty())
                continue;
            courier->begin(std::move(waiting_.back()));
            waiting_.pop_back();
        }
        if (running > 0)
            curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    }
}

} // namespace efaxd::bench
