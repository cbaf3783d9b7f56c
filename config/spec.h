// SPDX-License-Identifier: EUPL-1.2
// What the schema says about a setting beside its name and type. A visitor V of the schema offers
//   v.field(name, value, Spec)     one value, a list of values, or an optional of either
//   v.section(name, struct, doc)   a mapping; also std::optional of one
//   v.items(name, vector, Items)   a list of mappings
// and reads from the spec what it needs: the loader the type, the validator the range, the reference the documentation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "config/values.h"

namespace rw::config
{

/// When a change takes effect: on reload, or only after a restart (sockets, threads and the cache's memory).
enum class Reload : std::uint8_t { live, restart };

template <class T>
struct ElementOf {
    using type = T;
};
template <class T>
struct ElementOf<std::optional<T>> : ElementOf<T> {
};
template <class T>
struct ElementOf<std::vector<T>> {
    using type = T;
};
template <class T>
using Element = typename ElementOf<T>::type;

/// A bound of the values of T, or of its elements; nothing for kinds without order.
template <class T>
using Limit = std::conditional_t<Bounded<Element<T>>, Element<T>, std::monostate>;

template <class T>
struct Spec {
    std::string_view doc;
    std::optional<Limit<T>> minimum{};
    std::optional<Limit<T>> maximum{};
    Reload reload = Reload::live;
    std::string_view example{};
    /// An optional is written with this word when it is not there.
    std::string_view absent = "off";
    bool required = false;
    /// Nothing reads it in this version: only T{}, which asks for nothing, is accepted.
    bool planned = false;
};

struct Items {
    std::string_view doc;
    std::string_view example{};
    Reload reload = Reload::live;
};

}  // namespace rw::config
