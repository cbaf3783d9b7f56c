// SPDX-License-Identifier: EUPL-1.2
// ldns for tests, without what its headers do to others: in C++ they make bool, true and false macros, after which a
// Json of true is the number 1.
#pragma once

#include <nlohmann/json.hpp>

#include <ldns/ldns.h>

#undef bool
#undef true
#undef false
