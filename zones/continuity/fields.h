// SPDX-License-Identifier: EUPL-1.2
// Reads the members of a JSON object one by one, each with its rule. The first thing that is wrong stays, with line and
// column, and every later read gives a harmless value: a reader asks good() once, at its end. A member that nobody read
// is refused by finish(). Text is printable ASCII and nothing else: no two texts of a signed file look alike, none is
// shown in another order than it is stored in (homoglyphs, bidirectional controls).
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "zones/encoding.h"
#include "zones/json_places.h"

namespace rw::zones
{

/// Length of a text in octets.
struct TextRule {
    std::size_t least = 1;
    std::size_t most = 64;
};

class Fields
{
 public:
    /// The members of the document's root, which must be an object. `json` must outlive this.
    explicit Fields(const PlacedJson& json);

    [[nodiscard]] bool has(const char* key) const;
    std::string text(const char* key, const TextRule& rule);
    std::vector<std::string> texts(const char* key, std::size_t least, std::size_t most, const TextRule& rule);
    std::int64_t integer(const char* key, std::int64_t least, std::int64_t most);
    std::vector<std::int64_t> integers(const char* key, std::size_t least, std::size_t most);
    bool flag(const char* key);
    Digest hash(const char* key);                         ///< 64 lower-case hex digits
    std::optional<Digest> hash_or_none(const char* key);  ///< the same, or "" for none
    Digest public_key(const char* key);                   ///< 32 octets in base64
    std::vector<Fields> objects(const char* key, std::size_t least, std::size_t most);
    Fields object(const char* key);

    /// Makes the value of `key` the problem, unless there is one already.
    void refuse(const char* key, std::string_view why);
    /// Refuses members that nobody read.
    void finish();

    [[nodiscard]] bool good() const { return problem_->empty(); }
    [[nodiscard]] const std::string& problem() const { return *problem_; }

 private:
    Fields(const PlacedJson& json, const Json& object, std::string path, std::shared_ptr<std::string> problem);
    /// The member, noted as read; null and a problem when it is missing.
    const Json* take(const char* key);
    void note(std::string problem);
    bool check_text(const std::string& path, const Json& value, const TextRule& rule);
    [[nodiscard]] std::string path_of(const char* key) const { return path_ + "/" + key; }

    const PlacedJson* json_;
    const Json* object_;
    std::string path_;
    std::shared_ptr<std::string> problem_;
    std::set<std::string> read_;
};

}  // namespace rw::zones
