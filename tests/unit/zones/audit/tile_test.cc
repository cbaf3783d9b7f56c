// SPDX-License-Identifier: EUPL-1.2
// Paths of C2SP tlog-tiles and the framing of entries.
#include "zones/audit/tile.h"

#include <doctest/doctest.h>

namespace rw::zones::audit
{

TEST_CASE("tile paths are those of the specification's examples")
{
    CHECK(tile_path({.level = 0, .index = 1234067}) == "tile/0/x001/x234/067");
    CHECK(tile_path({.level = 1, .index = 0, .width = 17}) == "tile/1/000.p/17");
    CHECK(tile_path({.level = {}, .index = 273, .width = 112}) == "tile/entries/273.p/112");
}

TEST_CASE("a path reads back to its tile, and another spelling names none")
{
    for (const Tile& tile : {Tile{.level = 0, .index = 1234067}, Tile{.level = 5, .index = 999, .width = 1},
                             Tile{.level = {}, .index = 1000, .width = 255}})
        CHECK(tile_of_path(tile_path(tile)) == tile);
    for (const char* path : {"tile/0/1", "tile/0/x000/001", "tile/0/001.p/256", "tile/0/001.p/0", "tile/0/001.p/017",
                             "tile/6/000", "tile/00/000", "tile/entries/", "tile/0/../000", "checkpoint", "",
                             "tile/0/x999/x999/x999/x999/x999/x999/x999/999"})
        CHECK_FALSE(tile_of_path(path));
}

TEST_CASE("a tree of 70,000 leaves has the tiles the specification counts")
{
    CHECK(width_in_tree(70000, 0, 272) == 256);
    CHECK(width_in_tree(70000, 0, 273) == 112);
    CHECK(width_in_tree(70000, 0, 274) == 0);
    CHECK(width_in_tree(70000, 1, 0) == 256);
    CHECK(width_in_tree(70000, 1, 1) == 17);
    CHECK(width_in_tree(70000, 2, 0) == 1);
    CHECK(width_in_tree(70000, 3, 0) == 0);
}

TEST_CASE("an entry bundle gives its entries back and refuses one octet more or less")
{
    OctetBuffer bundle;
    append_entry(bundle, octets_of("first"));
    append_entry(bundle, octets_of(""));
    const Result<std::vector<Octets>> entries = entries_of(bundle, 2);
    REQUIRE(entries);
    CHECK(text_of((*entries)[0]) == "first");
    CHECK((*entries)[1].empty());
    CHECK_FALSE(entries_of(bundle, 1));
    CHECK_FALSE(entries_of(bundle, 3));
    bundle.pop_back();
    CHECK_FALSE(entries_of(bundle, 2));
}

}  // namespace rw::zones::audit
