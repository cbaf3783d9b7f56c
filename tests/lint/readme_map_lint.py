#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The map in README.md is true: each folder and file it names exists, and each room of the tree is on it."""

import re

import tree

ENTRY = re.compile(r"^\| `([\w./-]+/)` \|", re.MULTILINE)
FILE = re.compile(r"`((?:resolver|zones|config|bench|tests|\.ci)/[\w./-]*\w)`")
SPLIT = ("resolver", "tests")  # their rooms are on the map one by one


def rooms(files):
    """Folders that the map must name."""
    found = set()
    for path in files:
        parts = path.split("/")
        if len(parts) > 1:
            found.add(parts[0] + "/")
        if len(parts) > 2 and parts[0] in SPLIT:
            found.add("/".join(parts[:2]) + "/")
    return found


def folders(files):
    return {path[: at + 1] for path in files for at in range(len(path)) if path[at] == "/"}


def check(files):
    readme = files.get("README.md", "")
    section = re.search(r"^## Map\n(.*?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)
    if not section:
        return ["README.md: there is no section '## Map'"]
    named = ENTRY.findall(section.group(1))
    findings = [f"README.md: the map names {name}, which does not exist" for name in named if name not in folders(files)]
    findings += [f"README.md: {name} is on the map twice" for name in sorted(set(named)) if named.count(name) > 1]
    findings += [f"README.md: {name} is not on the map: say what lives there" for name in sorted(rooms(files) - set(named))]
    findings += [f"README.md: {name} does not exist" for name in sorted(set(FILE.findall(readme)) - set(files))]
    if not readme.find("./dev demo") < readme.find("./dev test") < readme.find("\n## "):
        findings.append("README.md: it opens with ./dev demo and ./dev test")
    return findings


def sample(entries, paths):
    lines = "".join(f"| `{entry}` | what |\n" for entry in entries)
    return {"README.md": f"# R\n./dev demo\n./dev test\n\n## Map\n{lines}\n## Words\n", **{path: "" for path in paths}}


FILES = ("resolver/main.cc", "resolver/dns/name.h", "zones/audit/tree.h", "dev")
GOOD = {
    "all rooms": sample(("resolver/", "resolver/dns/", "zones/"), FILES),
    "more than the rooms": sample(("resolver/", "resolver/dns/", "zones/", "zones/audit/"), FILES),
}
BAD = {
    "no README": {"dev": ""},
    "a folder that is gone": sample(("resolver/", "resolver/dns/", "zones/", "bench/"), FILES),
    "a room left out": sample(("resolver/", "zones/"), FILES),
    "a top-level folder left out": sample(("resolver/", "resolver/dns/"), FILES),
    "a file that is gone": {
        "README.md": sample(("resolver/", "resolver/dns/", "zones/"), FILES)["README.md"] + "see `zones/gone.cc`\n",
        **{path: "" for path in FILES},
    },
    "twice": sample(("resolver/", "resolver/dns/", "zones/", "zones/"), FILES),
    "commands missing": {"README.md": "# R\n## Map\n"},
}

if __name__ == "__main__":
    tree.run(check, GOOD, BAD)
