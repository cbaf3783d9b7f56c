// SPDX-License-Identifier: EUPL-1.2
// Gives the validator the DS and DNSKEY RRsets of a chain of trust for one client query: from caches, from what
// referrals said, or from servers, on that query's budget. Made by the iterator for each response that is validated.
#pragma once

#include <vector>

#include "resolver/iterate/iterator.h"
#include "resolver/validate/record_source.h"

namespace rw::iterate
{

class ChainSource final : public validate::RecordSource
{
 public:
    /// Everything must outlive the source.
    ChainSource(Iterator& iterator, Context& context, WorkBudget& budget, const Chain& chain)
        : iterator_(iterator), context_(context), budget_(budget), chain_(chain)
    {
    }

    [[nodiscard]] std::optional<dns::Name> ds_servers_zone(const dns::Name& name) const override;
    [[nodiscard]] validate::Fetched last_word(const dns::Name& zone) const override;
    void forget(const dns::Name& zone) override { context_.chains.forget(zone); }
    io::Task<validate::Fetched> fetch(dns::Question question, unsigned attempt) override;
    void keep(const dns::Question& question, const validate::Fetched& fetched, cache::Security security) override;

 private:
    /// Servers whose response to a question did not validate.
    struct Avoided {
        dns::Question question;
        std::vector<Endpoint> servers;
        cache::Origin origin;
        bool served = false;  ///< what came last is a server's answer to this question
    };
    struct Known {
        validate::Fetched fetched;
        cache::Origin origin;
        cache::Seconds learnt = 0;
    };
    /// What needs no asking: what was judged before, or what a referral said.
    [[nodiscard]] std::optional<Known> known(const dns::Question& question) const;
    [[nodiscard]] std::optional<Known> from_judge(const dns::Question& question) const;
    [[nodiscard]] std::optional<Known> from_referral(const dns::Name& zone) const;
    Avoided& asked(const dns::Question& question);

    Iterator& iterator_;
    Context& context_;
    WorkBudget& budget_;
    const Chain& chain_;
    std::vector<Avoided> asked_;
};

}  // namespace rw::iterate
