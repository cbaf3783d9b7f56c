#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Rooms include in one direction: what the table allows, no circle between rooms, and libraries where they belong."""

import re

import tree

ROOMS = ("resolver/", "zones/", "config/")

# Rooms with a closed list. Any other room of resolver/ may include every room but must not close a circle.
MAY_INCLUDE = {
    "config": {"resolver/base"},
    "zones": {"config", "resolver/base", "resolver/dns", "resolver/dnssec"},
    "resolver/base": set(),
    "resolver/dns": {"resolver/base"},
    "resolver/dnssec": {"resolver/base", "resolver/dns"},
    "resolver/io": {"resolver/base"},
    "resolver/cache": {"config", "resolver/base", "resolver/dns", "resolver/dnssec"},
}

PURE = ("zones", "config", "resolver/dns", "resolver/dnssec", "resolver/cache", "resolver/iterate", "resolver/validate")

# header, the files it may stand in, why
LIBRARIES = [
    (r"ldns/", lambda path: room_of(path) == "zones", "ldns stays in zones/ and tests/: never on the packet path"),
    (r"(sys/socket|netinet/in|netdb)\.h", lambda path: room_of(path) not in PURE, "this room is pure"),
    (r"uv(\.h|/)", lambda path: path == "resolver/io/loop.cc",
     "libuv is seen by resolver/io/loop.cc alone: use io::Loop"),
    (r"sys/(epoll|eventfd|signalfd|timerfd)\.h", lambda path: room_of(path) == "resolver/io",
     "only resolver/io/ waits for the kernel: use io::Loop, io::SocketSet, io::Interest and io::Readiness"),
    (r"yaml-cpp/", lambda path: room_of(path) in ("config", "zones"),
     "YAML is for files that people write: config/ and zones/"),
]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)


def room_of(path):
    """resolver/dns for resolver/dns/name.h, zones for zones/audit/tree.h, resolver for resolver/main.cc."""
    parts = path.split("/")
    if parts[0] == "resolver":
        return "/".join(parts[:2]) if len(parts) > 2 else "resolver"
    return parts[0]


def forbidden(path, header, quoted):
    """Why the file may not include `header`; nothing when it may."""
    if not quoted:
        for pattern, allowed, why in LIBRARIES:
            if re.match(pattern, header) and not allowed(path):
                return why
        return None
    room, target = room_of(path), room_of(header)
    if "/" not in header or header.startswith("."):
        return "includes are relative to the top of the tree"
    if target in ("tests", "bench"):
        return "nothing that is shipped includes tests"
    if room in MAY_INCLUDE and target != room and target not in MAY_INCLUDE[room]:
        return f"{room} may include only {', '.join(sorted(MAY_INCLUDE[room])) or 'itself'}"
    return None


def circles(edges):
    """Each pair of rooms that reach each other, once, with an example of an include."""
    reach = {room: set(targets) for room, targets in edges.items()}
    for middle in list(reach):
        for room in reach:
            if middle in reach[room]:
                reach[room] |= reach[middle]
    for room in sorted(reach):
        for other in sorted(reach[room]):
            if room < other and room in reach.get(other, ()):
                yield room, other


def check(files):
    findings, edges = [], {}
    for path, text in tree.cxx(files).items():
        if not path.startswith(ROOMS):
            continue
        room = room_of(path)
        for match in INCLUDE.finditer(tree.blank(text, keep_strings=True)):
            header, quoted = match.group(2), match.group(1) == '"'
            where = f"{path}:{tree.line_of(text, match.start())}"
            why = forbidden(path, header, quoted)
            if why:
                findings.append(f"{where}: includes {header}: {why}")
            elif quoted and room_of(header) != room:
                edges.setdefault(room, {}).setdefault(room_of(header), where)
    for room, other in circles(edges):
        example = edges[room].get(other) or edges[other].get(room) or "over other rooms"
        findings.append(f"{room} and {other} include each other ({example}): move what both need to a room below")
    return findings


GOOD = {
    "down the path": {
        "resolver/base/a.h": '#include <span>\n#include "resolver/base/b.h"\n',
        "resolver/dns/a.h": '#include "resolver/base/a.h"\n',
        "resolver/iterate/a.cc": '#include "resolver/cache/a.h"\n#include "resolver/upstream/a.h"\n',
        "resolver/upstream/a.h": '#include "resolver/io/a.h"\n#include "zones/delta.h"\n',
        "zones/delta.cc": '#include <ldns/ldns.h>\n#include "resolver/dnssec/a.h"\n',
        "tests/unit/x_test.cc": "#include <ldns/ldns.h>\n",
    },
    "the loop": {
        "resolver/io/loop.cc": "#include <sys/socket.h>\n#include <uv.h>\n",
        "resolver/io/socket_set.h": "#include <sys/epoll.h>\n",
        "bench/floor/a.cc": "#include <sys/epoll.h>\n",
    },
    "a comment is no include": {"resolver/dns/a.h": '// #include "resolver/io/a.h"\n'},
}
BAD = {
    "config reads a message": {"config/a.cc": '#include "resolver/dns/name.h"\n'},
    "zones use the loop": {"zones/a.cc": '#include "resolver/io/loop.h"\n'},
    "base knows names": {"resolver/base/a.h": '#include "resolver/dns/name.h"\n'},
    "dns does input": {"resolver/dns/a.h": '#include "resolver/io/task.h"\n'},
    "dnssec does input": {"resolver/dnssec/a.cc": '#include "resolver/io/task.h"\n'},
    "ldns on the packet path": {"resolver/iterate/a.cc": "#include <ldns/ldns.h>\n"},
    "a listener that knows epoll": {"resolver/frontend/a.cc": "#include <sys/epoll.h>\n"},
    "a supervisor that reads signals": {"resolver/service/a.cc": "#include <sys/signalfd.h>\n"},
    "libuv beside the loop": {"resolver/io/socket_set.h": "#include <uv.h>\n"},
    "a handle of libuv in a room above": {"resolver/control/a.cc": "#include <uv/unix.h>\n"},
    "a socket in a pure room": {"zones/a.cc": "#include <sys/socket.h>\n"},
    "beside the file": {"resolver/iterate/a.cc": '#include "reading.h"\n'},
    "a test in the daemon": {"resolver/root/a.cc": '#include "tests/unit/annotated.h"\n'},
    "a circle": {
        "resolver/iterate/a.h": '#include "resolver/upstream/a.h"\n',
        "resolver/upstream/a.h": '#include "resolver/iterate/b.h"\n',
    },
    "a circle of three": {
        "resolver/iterate/a.h": '#include "resolver/upstream/a.h"\n',
        "resolver/upstream/a.h": '#include "resolver/root/b.h"\n',
        "resolver/root/b.h": '#include "resolver/iterate/b.h"\n',
    },
}

if __name__ == "__main__":
    tree.run(check, GOOD, BAD)
