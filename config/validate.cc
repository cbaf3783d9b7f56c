// SPDX-License-Identifier: EUPL-1.2
// The Validator: a visitor of the schema that checks ranges and calls each section's check().
#include <fmt/format.h>

#include "config/findings.h"
#include "config/schema.h"
#include "config/yaml_writer.h"

namespace rw::config
{

namespace
{

template <class S>
concept Checked = requires(Findings& findings, const S& s) { check(findings, s); };

class Validator
{
 public:
    explicit Validator(Findings& findings) : findings_(findings) {}

    template <class T>
    void field(std::string_view name, T& value, const Spec<T>& spec)
    {
        if constexpr (Bounded<Element<T>>)
            range(name, value, spec);
        if (spec.planned && value != T{})
            findings_.add(name, fmt::format("this is not in this version; leave it out, or write {}",
                                            yaml_value(T{}, spec.absent)));
    }

    template <class S>
    void section(std::string_view name, S& s, std::string_view)
    {
        descend(below(findings_.path(), name), s);
    }

    template <class S>
    void section(std::string_view name, std::optional<S>& s, std::string_view doc)
    {
        if (s)
            section(name, *s, doc);
    }

    template <class S>
    void items(std::string_view name, std::vector<S>& list, const Items&)
    {
        for (std::size_t i = 0; i < list.size(); ++i)
            descend(fmt::format("{}[{}]", below(findings_.path(), name), i), list[i]);
    }

    template <class S>
    void descend(std::string path, S& s)
    {
        const std::string outer = findings_.path();
        findings_.enter(std::move(path));
        describe(*this, s);
        if constexpr (Checked<S>)
            check(findings_, s);
        findings_.enter(outer);
    }

 private:
    template <class T>
    void range(std::string_view name, const T& value, const Spec<T>& spec)
    {
        if (spec.minimum && value < *spec.minimum)
            findings_.add(name, fmt::format("{} is too small; the minimum is {}", write_value(value),
                                            write_value(*spec.minimum)));
        if (spec.maximum && value > *spec.maximum)
            findings_.add(name, fmt::format("{} is too large; the maximum is {}", write_value(value),
                                            write_value(*spec.maximum)));
    }

    Findings& findings_;
};

}  // namespace

std::string below(std::string_view path, std::string_view name)
{
    return path.empty() || name.empty() ? fmt::format("{}{}", path, name) : fmt::format("{}.{}", path, name);
}

void Findings::add(std::string_view name, std::string message)
{
    findings_.push_back({below(path_, name), std::move(message)});
}

std::vector<Finding> validate(const Settings& settings)
{
    Settings copy = settings;  // the schema describes for reading and writing alike
    Findings findings;
    Validator validator(findings);
    validator.descend("", copy);
    return findings.take();
}

}  // namespace rw::config
