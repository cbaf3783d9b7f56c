// SPDX-License-Identifier: EUPL-1.2
#include "resolver/frontend/access_list.h"

#include <doctest/doctest.h>

using namespace rw;

TEST_CASE("the longest prefix says what a client may do, and as how many clients it counts")
{
    const frontend::AccessList list({{*Prefix::parse("10.0.0.0/8"), config::AccessAction::allow},
                                     {*Prefix::parse("10.1.0.53/32"), config::AccessAction::allow_snoop, 500}});
    CHECK(list.action_for(IpAddress::v4(0x0a010035)) == config::AccessAction::allow_snoop);
    CHECK(list.clients_behind(IpAddress::v4(0x0a010035)) == 500);
    CHECK(list.clients_behind(IpAddress::v4(0x0a010036)) == 1);
    CHECK(list.clients_behind(IpAddress::v4(0xc0000201)) == 1);
    CHECK(list.action_for(IpAddress::v4(0xc0000201)) == config::AccessAction::refuse);
}
