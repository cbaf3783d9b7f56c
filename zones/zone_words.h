// SPDX-License-Identifier: EUPL-1.2
// Splits the text of a zone file into entries of words: quotes, comments, parentheses, escapes (RFC 1035 §5.1). Words
// are views into the text. Internal to zone_file.cc; also the place where a cut-off file is noticed.
#pragma once

#include <string_view>
#include <vector>

#include "resolver/base/result.h"
#include "zones/rdata_text.h"

namespace rw::zones
{

class ZoneWords
{
 public:
    explicit ZoneWords(std::string_view text) : text_(text) {}

    /// Reads the next entry that has words. False at the end.
    [[nodiscard]] Result<bool> next();

    /// The words of the entry; the owner is missing when owner_omitted().
    [[nodiscard]] const std::vector<Word>& words() const { return words_; }
    [[nodiscard]] bool owner_omitted() const { return owner_omitted_; }
    /// The line the entry starts on.
    [[nodiscard]] std::size_t line() const { return entry_line_; }

 private:
    Result<void> read_entry();
    Result<void> read_special(char c);
    Result<void> read_quoted();
    void read_plain();
    void skip_comment();

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t entry_line_ = 1;
    std::size_t entry_start_ = 0;
    unsigned depth_ = 0;
    bool ended_ = false;  ///< the entry's last line has been read
    bool owner_omitted_ = false;
    std::vector<Word> words_;
};

}  // namespace rw::zones
