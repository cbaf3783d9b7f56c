// SPDX-License-Identifier: EUPL-1.2
#include "config/a_label.h"

#include <doctest/doctest.h>

using rw::config::a_label_form;

TEST_CASE("labels outside ASCII get their A-label form, others stay as they are")
{
    CHECK(a_label_form("b\xc3\xbc"
                       "cher.example") == "xn--bcher-kva.example");
    CHECK(a_label_form("m\xc3\xbcnchen.de.") == "xn--mnchen-3ya.de.");
    CHECK(a_label_form("example.") == "example.");
    CHECK(a_label_form("\xd0\xbf\xd1\x80\xd0\xb8\xd0\xbc\xd0\xb5\xd1\x80") == "xn--e1afmkfd");  // Cyrillic only
    CHECK(a_label_form("\xe4\xbe\x8b\xe3\x81\x88.jp") == "xn--r8jz45g.jp");                     // three octets
    CHECK(a_label_form("\xf0\x9f\x92\xa9.example") == "xn--ls8h.example");                      // four
}

TEST_CASE("upper case is folded, beyond ASCII too")
{
    CHECK(a_label_form("B\xc3\x9c"
                       "CHER.example") == "xn--bcher-kva.example");
}

TEST_CASE("there is no form of what is not UTF-8, of combining marks and of what is too long to be a name")
{
    CHECK_FALSE(
        a_label_form("b\xfc"
                     "cher.example"));
    CHECK_FALSE(
        a_label_form("bu\xcc\x88"
                     "cher.example"));
    CHECK_FALSE(a_label_form(std::string(300, 'a')));
}
