// SPDX-License-Identifier: EUPL-1.2
// YAML reading through yaml-cpp's event interface. Its own node tree follows aliases and forgets duplicate keys; events
// let both be refused where they stand.
#include "config/document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include "config/yaml_complaint.h"

namespace rw::config
{

namespace
{

/// Thrown inside this file only: yaml-cpp offers no other way to stop its parser.
struct Refused {
    Problem problem;
};

Position position_of(const YAML::Mark& mark)
{
    if (mark.is_null())
        return {1, 1};
    return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

[[noreturn]] void refuse(Position at, std::string message)
{
    throw Refused{{at.line, at.column, std::move(message)}};
}

/// Builds the tree. `open_` are the collections around the current event.
class TreeBuilder final : public YAML::EventHandler
{
 public:
    explicit TreeBuilder(Problems& problems) : problems_(problems) {}

    Node take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark& mark) override
    {
        if (++documents_ > 1)
            refuse(position_of(mark), "the file holds more than one YAML document; remove the '---' in the middle");
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        place(begin(Node::Kind::null, mark, "", anchor));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override
    {
        refuse(position_of(mark), "aliases (*name) are not used in settings; write the value out");
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override
    {
        Node node = begin(Node::Kind::scalar, mark, tag, anchor);
        if (value.size() > limits::scalar)
            refuse(node.at, fmt::format("a value is longer than {} octets", limits::scalar));
        node.text = value;
        node.quoted = tag == "!";
        place(std::move(node));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        open(begin(Node::Kind::sequence, mark, tag, anchor));
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        open(begin(Node::Kind::mapping, mark, tag, anchor));
    }
    void OnMapEnd() override { close(); }

 private:
    struct Frame {
        Node node;
        std::optional<Node> key;  ///< of a mapping: the key whose value comes next
        bool duplicate = false;
    };

    Node begin(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor)
    {
        const Position at = position_of(mark);
        if (anchor != YAML::NullAnchor)
            refuse(at, "anchors (&name) are not used in settings; write the value out");
        if (!tag.empty() && tag != "?" && tag != "!")
            refuse(at, "tags (!name) are not used in settings");
        if (++nodes_ > limits::nodes)
            refuse(at, fmt::format("the document has more than {} values; this version takes no longer lists",
                                   limits::nodes));
        Node node;
        node.kind = kind;
        node.at = at;
        return node;
    }

    void open(Node node)
    {
        if (open_.size() >= limits::depth)
            refuse(node.at, fmt::format("the document is nested more than {} levels deep", limits::depth));
        if (expects_key())
            refuse(node.at, "a key must be a plain text");
        open_.push_back({std::move(node), std::nullopt, false});
    }

    void close()
    {
        Node node = std::move(open_.back().node);
        open_.pop_back();
        place(std::move(node));
    }

    [[nodiscard]] bool expects_key() const
    {
        return !open_.empty() && open_.back().node.kind == Node::Kind::mapping && !open_.back().key;
    }

    void place(Node node)
    {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Frame& frame = open_.back();
        // A value that is not there has no place of its own; yaml-cpp names that of whatever comes next.
        if (node.kind == Node::Kind::null)
            node.at = frame.key ? frame.key->at : frame.node.items.empty() ? frame.node.at : node.at;
        if (frame.node.kind == Node::Kind::sequence) {
            frame.node.items.push_back(std::move(node));
        } else if (!frame.key) {
            take_key(frame, std::move(node));
        } else {
            if (!frame.duplicate) {
                frame.node.keys.push_back(std::move(*frame.key));
                frame.node.items.push_back(std::move(node));
            }
            frame.key.reset();
        }
    }

    void take_key(Frame& frame, Node key)
    {
        if (key.kind != Node::Kind::scalar)
            refuse(key.at, "a key must be a plain text");
        if (frame.node.keys.size() >= limits::keys)
            refuse(key.at, fmt::format("a mapping has more than {} keys", limits::keys));
        const auto first = std::ranges::find(frame.node.keys, key.text, &Node::text);
        frame.duplicate = first != frame.node.keys.end();
        if (frame.duplicate)
            problems_.add(key.at,
                          fmt::format("{} is given twice; first in line {}", in_quotes(key.text), first->at.line));
        frame.key = std::move(key);
    }

    Problems& problems_;
    Node root_;
    std::vector<Frame> open_;
    std::size_t nodes_ = 0;
    std::size_t documents_ = 0;
};

/// Octets of the UTF-8 character at the start of `text` (RFC 3629 §4); 0 when it is none.
std::size_t utf8_width(std::string_view text)
{
    const auto octet = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto tail = [octet](std::size_t i) { return (octet(i) & 0xc0U) == 0x80U; };
    const unsigned lead = octet(0);
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return tail(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        const bool overlong = lead == 0xe0 && octet(1) < 0xa0;
        const bool surrogate = lead == 0xed && octet(1) >= 0xa0;
        return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const bool overlong = lead == 0xf0 && octet(1) < 0x90;
        const bool too_large = lead == 0xf4 && octet(1) >= 0x90;
        return tail(1) && tail(2) && tail(3) && !overlong && !too_large ? 4 : 0;
    }
    return 0;
}

/// yaml-cpp replaces what is not UTF-8 and guesses encodings from NULs; a setting must be what the operator sees.
void check_characters(std::string_view text)
{
    Position at{1, 1};
    for (std::size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        const std::size_t width = utf8_width(text.substr(i));
        if (width == 0)
            refuse(at, fmt::format("octet 0x{:02x} is not valid UTF-8", c));
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
            refuse(at, fmt::format("control character 0x{:02x}", c));
        i += width;
        ++at.column;
        if (c == '\n')
            at = {at.line + 1, 1};
    }
}

Node parse(std::string_view text, Problems& problems)
{
    if (text.size() > limits::document_octets)
        refuse({}, fmt::format("the document is larger than {} octets", limits::document_octets));
    check_characters(text);
    // The end marker makes yaml-cpp notice a quote that the end of the file leaves open, as in a file cut short.
    std::istringstream stream{std::string(text) + "\n...\n"};
    YAML::Parser parser(stream);
    TreeBuilder builder(problems);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
}

}  // namespace

std::string_view kind_name(const Node& node)
{
    switch (node.kind) {
        case Node::Kind::null:
            return "nothing";
        case Node::Kind::scalar:
            return "a single value";
        case Node::Kind::sequence:
            return "a list";
        case Node::Kind::mapping:
            return "a mapping";
    }
    return "";
}

std::expected<Node, Problem> read_document(std::string_view text, Problems& problems)
{
    try {
        return parse(text, problems);
    } catch (const Refused& refused) {
        return std::unexpected(refused.problem);
    } catch (const YAML::Exception& error) {
        const Position at = position_of(error.mark);
        return std::unexpected(
            explained(text, Problem{at.line, at.column, fmt::format("not valid YAML: {}", error.msg)}));
    } catch (const std::exception& error) {
        return std::unexpected(Problem{0, 0, fmt::format("cannot read the document: {}", error.what())});
    }
}

}  // namespace rw::config
