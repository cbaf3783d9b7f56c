// SPDX-License-Identifier: EUPL-1.2
// libcurl's easy interface, one handle a request.
#include "resolver/ctl/fetch.h"

#include <curl/curl.h>
#include <fmt/format.h>

namespace rw::ctl
{

namespace
{

struct Sink {
    OctetBuffer octets;
    std::size_t limit;
    bool full = false;
};

std::size_t receive(const char* data, std::size_t size, std::size_t count, void* to)
{
    Sink& sink = *static_cast<Sink*>(to);
    const std::size_t octets = size * count;
    sink.full = sink.octets.size() + octets > sink.limit;
    if (sink.full)
        return 0;  // makes curl fail the transfer
    append(sink.octets, octets_of({data, octets}));
    return octets;
}

struct FreeHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

class HttpSource final : public zones::audit::LogSource
{
 public:
    explicit HttpSource(std::string url) : url_(std::move(url))
    {
        while (url_.ends_with('/'))
            url_.pop_back();
    }
    Result<OctetBuffer> fetch(const std::string& path) override
    {
        Result<HttpReply> reply = http(url_ + "/" + path, nullptr, zones::audit::log_file_limit);
        if (!reply)
            return std::unexpected(reply.error());
        if (reply->status != 200)
            return failed(fmt::format("{}/{}: HTTP status {}", url_, path, reply->status));
        return std::move(reply->body);
    }
    std::string name() const override { return url_; }

 private:
    std::string url_;
};

}  // namespace

Result<HttpReply> http(const std::string& url, const std::string* body, std::size_t limit)
{
    const std::unique_ptr<CURL, FreeHandle> handle(curl_easy_init());
    if (!handle)
        return failed("libcurl does not start");
    Sink sink{.octets = {}, .limit = limit};
    const std::unique_ptr<curl_slist, FreeList> headers(
        curl_slist_append(nullptr, "Content-Type: text/plain; charset=utf-8"));
    curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle.get(), CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, 30L);
    curl_easy_setopt(handle.get(), CURLOPT_USERAGENT, "rootwardctl/" ROOTWARD_VERSION);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &sink);
    if (body != nullptr) {
        curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body->data());
        curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
        curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
    }
    const CURLcode code = curl_easy_perform(handle.get());
    if (sink.full)
        return failed(fmt::format("{}: the answer is larger than {} KiB", url, limit >> 10));
    if (code != CURLE_OK)
        return failed(fmt::format("{}: {}", url, curl_easy_strerror(code)));
    HttpReply reply;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &reply.status);
    reply.body = std::move(sink.octets);
    return reply;
}

bool is_url(const std::string& text)
{
    return text.starts_with("http://") || text.starts_with("https://");
}

std::unique_ptr<zones::audit::LogSource> open_source(zones::Files& files, const std::string& place)
{
    if (is_url(place))
        return std::make_unique<HttpSource>(place);
    return std::make_unique<zones::audit::FolderSource>(files, place);
}

}  // namespace rw::ctl
