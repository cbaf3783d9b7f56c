// SPDX-License-Identifier: EUPL-1.2
// Two visitors of the schema: one notes where the settings of class restart lie, the other copies them.
#include "config/restart.h"

#include <map>
#include <string>

#include "config/findings.h"
#include "config/schema.h"

namespace rw::config
{

namespace
{

/// Path to the value in the running settings. Types agree because path and type come from the same declaration.
using RunningValues = std::map<std::string, const void*, std::less<>>;

/// What both visitors share: sections are entered, the members of lists are not (a list stays or goes as a whole).
template <class Visitor>
class Walker
{
    friend Visitor;
    Walker() = default;

 public:
    template <class T>
    void field(std::string_view name, T& value, const Spec<T>& spec)
    {
        if (spec.reload == Reload::restart)
            static_cast<Visitor&>(*this).at(below(path_, name), value);
    }

    template <class S>
    void items(std::string_view name, std::vector<S>& list, const Items& spec)
    {
        if (spec.reload == Reload::restart)
            static_cast<Visitor&>(*this).at(below(path_, name), list);
    }

    template <class S>
    void section(std::string_view name, S& s, std::string_view)
    {
        const std::string outer = std::exchange(path_, below(path_, name));
        describe(static_cast<Visitor&>(*this), s);
        path_ = outer;
    }

    template <class S>
    void section(std::string_view name, std::optional<S>& s, std::string_view doc)
    {
        if (s)
            section(name, *s, doc);
    }

 private:
    std::string path_;
};

class Noter : public Walker<Noter>
{
 public:
    explicit Noter(RunningValues& values) : values_(values) {}
    template <class T>
    void at(const std::string& path, const T& value)
    {
        values_.emplace(path, &value);
    }

 private:
    RunningValues& values_;
};

class Keeper : public Walker<Keeper>
{
 public:
    explicit Keeper(const RunningValues& values) : values_(values) {}
    template <class T>
    void at(const std::string& path, T& value)
    {
        const auto place = values_.find(path);
        if (place != values_.end())
            value = *static_cast<const T*>(place->second);
    }

 private:
    const RunningValues& values_;
};

}  // namespace

Settings keep_restart_only(const Settings& running, Settings wanted)
{
    Settings kept = running;  // the schema describes for reading and writing alike
    RunningValues values;
    Noter noter(values);
    describe(noter, kept);
    Keeper keeper(values);
    describe(keeper, wanted);
    return wanted;
}

}  // namespace rw::config
