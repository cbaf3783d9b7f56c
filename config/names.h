// SPDX-License-Identifier: EUPL-1.2
// The names of enumeration values in YAML, one table an enumeration. Read by values.h; nothing else spells them.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "config/settings.h"
#include "config/values.h"

namespace rw::config
{

template <class E, std::size_t N>
using NameTable = std::array<std::pair<E, std::string_view>, N>;

template <>
struct Names<Protocol> {
    static constexpr NameTable<Protocol, 3> table{
        {{Protocol::dns, "dns"}, {Protocol::dot, "dot"}, {Protocol::doh, "doh"}}};
};

template <>
struct Names<AccessAction> {
    static constexpr NameTable<AccessAction, 4> table{{{AccessAction::allow, "allow"},
                                                       {AccessAction::allow_snoop, "allow-snoop"},
                                                       {AccessAction::refuse, "refuse"},
                                                       {AccessAction::drop, "drop"}}};
};

template <>
struct Names<RootMode> {
    static constexpr NameTable<RootMode, 3> table{
        {{RootMode::prefer, "prefer"}, {RootMode::only, "only"}, {RootMode::off, "off"}}};
};

template <>
struct Names<StalePolicy> {
    static constexpr NameTable<StalePolicy, 2> table{{{StalePolicy::demote, "demote"}, {StalePolicy::event, "event"}}};
};

template <>
struct Names<MinimisationMode> {
    static constexpr NameTable<MinimisationMode, 3> table{
        {{MinimisationMode::off, "off"}, {MinimisationMode::relaxed, "relaxed"}, {MinimisationMode::strict, "strict"}}};
};

template <>
struct Names<MinimisationType> {
    static constexpr NameTable<MinimisationType, 2> table{{{MinimisationType::a, "a"}, {MinimisationType::ns, "ns"}}};
};

template <>
struct Names<CacheClock> {
    static constexpr NameTable<CacheClock, 2> table{{{CacheClock::monotonic, "monotonic"}, {CacheClock::wall, "wall"}}};
};

template <>
struct Names<Sha1Policy> {
    static constexpr NameTable<Sha1Policy, 2> table{
        {{Sha1Policy::insecure, "insecure"}, {Sha1Policy::validate, "validate"}}};
};

template <>
struct Names<LocalZoneType> {
    static constexpr NameTable<LocalZoneType, 4> table{{{LocalZoneType::fixed, "static"},
                                                        {LocalZoneType::transparent, "transparent"},
                                                        {LocalZoneType::redirect, "redirect"},
                                                        {LocalZoneType::refuse, "refuse"}}};
};

template <>
struct Names<PolicyAction> {
    static constexpr NameTable<PolicyAction, 5> table{{{PolicyAction::deny, "deny"},
                                                       {PolicyAction::drop, "drop"},
                                                       {PolicyAction::truncate, "truncate"},
                                                       {PolicyAction::pass, "pass"},
                                                       {PolicyAction::forward, "forward"}}};
};

template <>
struct Names<MirrorMode> {
    static constexpr NameTable<MirrorMode, 3> table{
        {{MirrorMode::off, "off"}, {MirrorMode::audit, "audit"}, {MirrorMode::serve, "serve"}}};
};

template <>
struct Names<LogLevel> {
    static constexpr NameTable<LogLevel, 6> table{{{LogLevel::trace, "trace"},
                                                   {LogLevel::debug, "debug"},
                                                   {LogLevel::info, "info"},
                                                   {LogLevel::warning, "warning"},
                                                   {LogLevel::error, "error"},
                                                   {LogLevel::off, "off"}}};
};

}  // namespace rw::config
