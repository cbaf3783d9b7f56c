// SPDX-License-Identifier: EUPL-1.2
// Line by line: header up to CONFIG_END, then ranges and steps between SCENARIO_BEGIN and SCENARIO_END.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/scenarios/message/presentation.h"
#include "tests/scenarios/message/text.h"
#include "tests/scenarios/rpl/scenario.h"

namespace rw::scenarios::rpl
{

namespace
{

constexpr std::uint32_t default_ttl = 3600;  // Deckard's, for records without one

struct Line {
    std::size_t number = 0;
    std::string text;                ///< without comment and outer blanks
    std::vector<std::string> words;  ///< at least one
};

std::string trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

std::string lowered(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

std::string raised(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text;
}

std::optional<OctetBuffer> octets_in_hex(std::string_view hex)
{
    if (hex.size() % 2 != 0)
        return std::nullopt;
    OctetBuffer octets;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        std::uint8_t octet = 0;
        const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, octet, 16);
        if (error != std::errc{} || end != hex.data() + i + 2)
            return std::nullopt;
        octets.push_back(octet);
    }
    return octets;
}

class Reader
{
 public:
    Reader(const std::filesystem::path& file, std::string_view content);
    Result<Scenario> read();

 private:
    using Status = Result<void>;

    [[nodiscard]] std::unexpected<Error> refuse(std::string_view what) const
    {
        return failed(fmt::format("{}:{}: {}", scenario_.file.string(), number_, what));
    }
    bool next();  // the next line that is not empty
    Status read_header();
    Status read_scenario();
    Status read_range();
    Status read_step();
    Result<Entry> read_entry();
    Status read_entry_line(Entry& entry);
    Status read_match(Match& match);
    Status read_adjust(Adjust& adjust);
    Status read_reply(Message& message);
    Status read_raw(Entry& entry);
    Status read_record(Message& message);
    Status read_question(Message& message);

    Scenario scenario_;
    std::vector<std::string> lines_;
    std::size_t number_ = 0;  // of the line last read, from 1
    Line line_;
    std::string section_;
    bool saw_match_ = false;
    bool saw_adjust_ = false;
};

Reader::Reader(const std::filesystem::path& file, std::string_view content)
{
    scenario_.file = file;
    std::istringstream stream{std::string(content)};
    for (std::string line; std::getline(stream, line);)
        lines_.push_back(line);
}

bool Reader::next()
{
    while (number_ < lines_.size()) {
        ++number_;
        line_ = {.number = number_, .text = trimmed(without_comment(lines_[number_ - 1])), .words = {}};
        std::istringstream words(line_.text);
        for (std::string word; words >> word;)
            line_.words.push_back(word);
        if (!line_.words.empty())
            return true;
    }
    return false;
}

Result<Scenario> Reader::read()
{
    if (auto status = read_header(); !status)
        return std::unexpected(status.error());
    if (auto status = read_scenario(); !status)
        return std::unexpected(status.error());
    return std::move(scenario_);
}

Reader::Status Reader::read_header()
{
    while (number_ < lines_.size()) {
        std::string text = trimmed(without_comment(lines_[number_++]));
        if (text == "CONFIG_END")
            return {};
        // Scenarios put "# k.root-servers.net." behind an address.
        text = trimmed(std::string_view(text).substr(0, text.find('#')));
        if (text.empty())
            continue;
        const std::size_t colon = text.find(':');
        if (colon == std::string::npos)
            return refuse(fmt::format("the header line '{}' is not 'key: value'", text));
        std::string value = trimmed(std::string_view(text).substr(colon + 1));
        if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
            value = trimmed(std::string_view(value).substr(1, value.size() - 2));
        scenario_.header.push_back({.line = number_, .key = trimmed(text.substr(0, colon)), .value = value});
    }
    return refuse("the header has no CONFIG_END");
}

Reader::Status Reader::read_scenario()
{
    if (!next() || line_.words[0] != "SCENARIO_BEGIN")
        return refuse("SCENARIO_BEGIN is missing");
    scenario_.title = trimmed(std::string_view(line_.text).substr(line_.words[0].size()));
    while (next()) {
        const std::string& directive = line_.words[0];
        Status status;
        if (directive == "SCENARIO_END")
            return {};
        if (directive == "RANGE_BEGIN")
            status = read_range();
        else if (directive == "STEP")
            status = read_step();
        else
            status = refuse(fmt::format("unknown directive '{}'", directive));
        if (!status)
            return status;
    }
    return refuse("SCENARIO_END is missing");
}

Reader::Status Reader::read_range()
{
    Range range;
    const auto from = line_.words.size() > 1 ? whole_number<std::uint32_t>(line_.words[1]) : std::nullopt;
    const auto to = line_.words.size() > 2 ? whole_number<std::uint32_t>(line_.words[2]) : std::nullopt;
    if (!from || !to || *from > *to || line_.words.size() > 4)
        return refuse("RANGE_BEGIN needs two step numbers, and at most one address");
    range.from = *from;
    range.to = *to;
    std::vector<std::string> addresses(line_.words.begin() + 3, line_.words.end());
    while (true) {
        for (const std::string& text : addresses) {
            const auto address = IpAddress::parse(text);
            if (!address)
                return refuse(fmt::format("'{}' is not an address", text));
            range.addresses.push_back(*address);
        }
        addresses.clear();
        if (!next())
            return refuse("RANGE_END is missing");
        if (line_.words[0] == "RANGE_END")
            break;
        if (line_.words[0] == "ADDRESS" && line_.words.size() == 2) {
            addresses.push_back(line_.words[1]);
        } else if (line_.words[0] == "ENTRY_BEGIN") {
            auto entry = read_entry();
            if (!entry)
                return std::unexpected(entry.error());
            range.entries.push_back(std::move(*entry));
        } else {
            return refuse(fmt::format("unknown directive '{}' in a range", line_.text));
        }
    }
    scenario_.ranges.push_back(std::move(range));
    return {};
}

Reader::Status Reader::read_step()
{
    static const std::map<std::string, StepKind, std::less<>> kinds{{"QUERY", StepKind::query},
                                                                    {"CHECK_ANSWER", StepKind::check_answer},
                                                                    {"ANSWER", StepKind::check_answer},
                                                                    {"TIME_PASSES", StepKind::time_passes},
                                                                    {"REPLY", StepKind::reply},
                                                                    {"MOCK", StepKind::reply},
                                                                    {"CHECK_OUT_QUERY", StepKind::check_out_query}};
    const auto number = line_.words.size() > 2 ? whole_number<std::uint32_t>(line_.words[1]) : std::nullopt;
    const auto kind = line_.words.size() > 2 ? kinds.find(line_.words[2]) : kinds.end();
    if (!number || kind == kinds.end())
        return refuse(fmt::format("unknown step '{}'", line_.text));
    Step step{.number = *number, .line = number_, .kind = kind->second, .elapse = {}, .entry = {}};
    if (step.kind == StepKind::time_passes) {
        const auto seconds = line_.words.size() == 5 ? whole_number<std::int64_t>(line_.words[4]) : std::nullopt;
        if (!seconds || line_.words[3] != "ELAPSE")
            return refuse("TIME_PASSES needs 'ELAPSE seconds'");
        step.elapse = std::chrono::seconds(*seconds);
    } else if (line_.words.size() != 3) {
        return refuse(fmt::format("unknown words behind the step '{}'", line_.text));
    } else {
        if (!next() || line_.words[0] != "ENTRY_BEGIN")
            return refuse("the step needs an entry");
        auto entry = read_entry();
        if (!entry)
            return std::unexpected(entry.error());
        step.entry = std::move(*entry);
    }
    scenario_.steps.push_back(std::move(step));
    return {};
}

Result<Entry> Reader::read_entry()
{
    Entry entry;
    entry.line = number_;
    entry.message.edns = EdnsRecord{.udp_size = 4096};
    section_.clear();
    saw_match_ = saw_adjust_ = false;
    if (line_.words.size() > 1)
        return refuse(fmt::format("unknown words behind '{}'", line_.text));
    while (next()) {
        if (line_.words[0] == "ENTRY_END") {
            if (!saw_match_)
                entry.match.opcode = entry.match.qtype = entry.match.qname = true;
            if (!saw_adjust_)
                entry.adjust.copy_id = true;
            return entry;
        }
        if (auto status = read_entry_line(entry); !status)
            return std::unexpected(status.error());
    }
    return refuse("ENTRY_END is missing");
}

Reader::Status Reader::read_entry_line(Entry& entry)
{
    const std::string& directive = line_.words[0];
    if (directive == "SECTION" && line_.words.size() == 2) {
        section_ = line_.words[1];
        if (section_ == "QUESTION" || section_ == "ANSWER" || section_ == "AUTHORITY" || section_ == "ADDITIONAL")
            return {};
        return refuse(fmt::format("unknown section '{}'", section_));
    }
    if (directive == "MATCH" && section_.empty())
        return read_match(entry.match);
    if (directive == "ADJUST" && section_.empty())
        return read_adjust(entry.adjust);
    if ((directive == "REPLY" || directive == "FLAGS") && section_.empty())
        return read_reply(entry.message);
    if (directive == "MANDATORY" && line_.words.size() == 1) {
        entry.mandatory = true;
        return {};
    }
    if (directive == "RAW" && line_.words.size() == 1)
        return read_raw(entry);
    if (section_ == "QUESTION")
        return read_question(entry.message);
    if (!section_.empty())
        return read_record(entry.message);
    return refuse(fmt::format("unknown directive '{}' in an entry", line_.text));
}

Reader::Status Reader::read_match(Match& match)
{
    static const std::map<std::string, bool Match::*, std::less<>> elements{{"opcode", &Match::opcode},
                                                                            {"qtype", &Match::qtype},
                                                                            {"qname", &Match::qname},
                                                                            {"qcase", &Match::qcase},
                                                                            {"subdomain", &Match::subdomain},
                                                                            {"flags", &Match::flags},
                                                                            {"rcode", &Match::rcode},
                                                                            {"answer", &Match::answer},
                                                                            {"authority", &Match::authority},
                                                                            {"additional", &Match::additional},
                                                                            {"ttl", &Match::ttl},
                                                                            {"edns", &Match::edns},
                                                                            {"nsid", &Match::nsid},
                                                                            {"tcp", &Match::tcp},
                                                                            {"udp", &Match::udp},
                                                                            {"answertypes", &Match::answertypes},
                                                                            {"answerrrsigs", &Match::answerrrsigs}};
    saw_match_ = true;
    for (std::size_t i = 1; i < line_.words.size(); ++i) {
        const std::string word = lowered(line_.words[i]);
        if (word == "question") {
            match.qtype = match.qname = true;
        } else if (word == "all") {
            match.opcode = match.qtype = match.qname = match.flags = match.rcode = true;
            match.answer = match.authority = match.additional = true;
        } else if (const auto found = elements.find(word); found != elements.end()) {
            match.*found->second = true;
        } else {
            return refuse(fmt::format("unknown MATCH element '{}'", word));
        }
    }
    return {};
}

Reader::Status Reader::read_adjust(Adjust& adjust)
{
    static const std::map<std::string, bool Adjust::*, std::less<>> elements{{"copy_id", &Adjust::copy_id},
                                                                             {"copy_query", &Adjust::copy_query},
                                                                             {"raw_id", &Adjust::raw_id},
                                                                             {"do_not_answer", &Adjust::do_not_answer}};
    saw_adjust_ = true;
    for (std::size_t i = 1; i < line_.words.size(); ++i) {
        const auto found = elements.find(line_.words[i]);
        if (found == elements.end())
            return refuse(fmt::format("unknown ADJUST element '{}'", line_.words[i]));
        adjust.*found->second = true;
    }
    return {};
}

Reader::Status Reader::read_reply(Message& message)
{
    static const std::map<std::string, dns::Opcode, std::less<>> opcodes{{"QUERY", dns::Opcode::query},
                                                                         {"IQUERY", dns::Opcode::iquery},
                                                                         {"STATUS", dns::Opcode::status},
                                                                         {"NOTIFY", dns::Opcode::notify},
                                                                         {"UPDATE", dns::Opcode::update}};
    for (std::size_t i = 1; i < line_.words.size(); ++i) {
        const std::string word = raised(line_.words[i]);
        if (const std::uint16_t flag = flag_of(word); flag != 0)
            message.flags |= flag;
        else if (const auto rcode = parse_rcode(word))
            message.rcode = *rcode;
        else if (word == "DO")
            message.edns->dnssec_ok = true;
        else if (const auto opcode = opcodes.find(word); opcode != opcodes.end())
            message.opcode = opcode->second;
        else
            return refuse(fmt::format("unknown REPLY element '{}'", word));
    }
    return {};
}

Reader::Status Reader::read_raw(Entry& entry)
{
    if (!next() || line_.words.size() != 1)
        return refuse("RAW needs one line of hexadecimal digits");
    entry.raw = octets_in_hex(line_.words[0]);
    if (!entry.raw)
        return refuse(fmt::format("'{}' is not hexadecimal", line_.words[0]));
    return {};
}

Reader::Status Reader::read_question(Message& message)
{
    const std::vector<std::string>& words = line_.words;
    const auto name = dns::Name::parse(words[0]);
    const auto type = words.size() > 1 ? dns::parse_type(words.back()) : std::nullopt;
    const std::string rrclass = words.size() == 3 ? raised(words[1]) : "IN";
    if (!name || !type || words.size() > 3 || (rrclass != "IN" && rrclass != "CH") || message.question)
        return refuse(fmt::format("'{}' is not one question", line_.text));
    message.question =
        dns::Question{.name = *name, .type = *type, .rrclass = rrclass == "CH" ? dns::RRClass::ch : dns::RRClass::in};
    return {};
}

Reader::Status Reader::read_record(Message& message)
{
    auto record = parse_record(line_.text, dns::Name(), default_ttl);
    // Some signatures carry padding that base64 does not need; other readers let it pass.
    if (!record && line_.text.ends_with('='))
        record = parse_record(std::string_view(line_.text).substr(0, line_.text.find_last_not_of('=') + 1), dns::Name(),
                              default_ttl);
    if (!record)
        return refuse(record.error().message);
    const std::size_t section = section_ == "ANSWER" ? 0 : section_ == "AUTHORITY" ? 1 : 2;
    message.sections[section].push_back(std::move(*record));
    return {};
}

}  // namespace

Result<Scenario> parse(const std::filesystem::path& file, std::string_view content)
{
    return Reader(file, content).read();
}

Result<Scenario> read(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        return failed(fmt::format("cannot open {}", file.string()));
    std::ostringstream content;
    content << stream.rdbuf();
    return parse(file, content.view());
}

}  // namespace rw::scenarios::rpl
