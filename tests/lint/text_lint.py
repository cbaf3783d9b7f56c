#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What may not stand in the text of any file: loose ends, paths of one machine, missing licence lines, empty names."""

import re

import tree

CODE = (".cc", ".h", ".py", ".sh", ".bash")

LOOSE_ENDS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK|not imple" + r"mented|unimple" + r"mented)\b")
MACHINE_PATH = re.compile(r"(?:^|[\s\"'`(=:,])(?<!\+ \")/(?:work|root|home|Users)/[A-Za-z]")
MACHINE_PATH_IN_PROSE = re.compile(r"(?:^|[^.\w])/tmp/[A-Za-z]")
EMPTY_NAME = re.compile(r"\b(?:class|struct|enum(?:\s+class)?)\s+(\w*(?:Manager|Helper|Util|Utils|Data))\b")
RFC_CITATION = re.compile(r"\bRFC\d|\brfc ?\d{4}|\bRFC \d{3,4},? (?:section|sec\.)", re.IGNORECASE)
WELL_FORMED_RFC = re.compile(r"\bRFC \d{3,5}\b(?!,? ?sec)")


def is_code(path, text):
    return path.endswith(CODE) or text.startswith("#!")


def bad_citation(line):
    match = RFC_CITATION.search(line)
    return match and not WELL_FORMED_RFC.match(line, match.start())


def faults(path, text, line):
    if LOOSE_ENDS.search(line):
        yield "a loose end: do it, or write an issue and say here what is so"
    prose = path.endswith(".md") or path.startswith("config/")
    if MACHINE_PATH.search(line) or (prose and MACHINE_PATH_IN_PROSE.search(line)):
        yield "a path of one machine"
    if path.endswith(tree.CXX):
        empty = EMPTY_NAME.search(line)
        if empty:
            yield f"{empty.group(1)} does not say what it is: name what it does or holds"
        comment = re.sub(r'"[^"]*"', '""', line.partition("//")[2])  # RFC 8482 has a name of its own for the wire
        if bad_citation(comment):
            yield "cite as RFC 1035 §4.1"


def check(files):
    findings = []
    for path, text in files.items():
        if path == "LICENSE":
            continue
        if is_code(path, text) and text.strip() and "SPDX-License-Identifier: EUPL-1.2" not in text[:200]:
            findings.append(f"{path}:1: the SPDX line is missing")
        if "\r" in text or (text and not text.endswith("\n")):
            findings.append(f"{path}: lines end in one LF, the last one too")
        for number, line in enumerate(text.split("\n"), 1):
            findings += [f"{path}:{number}: {fault}" for fault in faults(path, text, line)]
    return findings


SPDX = "// SPDX-License-Identifier: EUPL-1.2\n"
GOOD = {
    "code": {"resolver/a.cc": SPDX + "// RFC 1035 §4.1, RFC 8914\nclass Budget;\n"},
    "script": {"dev": "#!/usr/bin/env bash\n# SPDX-License-Identifier: EUPL-1.2\ncat /etc/os-release\n"},
    "a folder called root": {"README.md": "See resolver/root/hints.cc and zones/work/x.\n"},
    "the end of a path": {"tests/lab/a.cc": SPDX + 'open(folder + "/root/hints");\n'},
    "a quoted name": {"zones/a.h": SPDX + '// HINFO "RFC' + '8482" (RFC 8482 §4.2)\n'},
    "a lower-case rfc5011 setting": {"config/a.yaml": "rfc5011: true\n"},
}
BAD = {
    "loose end": {"resolver/a.cc": SPDX + "// TO" + "DO later\n"},
    "no licence": {"resolver/a.h": "#pragma once\n"},
    "no licence in a script": {"tests/e2e/demo": "#!/usr/bin/env python3\nprint(1)\n"},
    "home": {"README.md": "cd /ho" + "me/someone\n"},
    "work": {"tests/a.py": "# SPDX-License-Identifier: EUPL-1.2\nopen('/wo" + "rk/x')\n"},
    "scratch in the shipped settings": {"config/a.yaml": "dir: /tm" + "p/rootward\n"},
    "empty name": {"zones/a.h": SPDX + "class ZoneManager;\n"},
    "citation without a space": {"zones/a.h": SPDX + "// see RFC" + "1035\n"},
    "citation in words": {"zones/a.h": SPDX + "// RFC 1035 sec" + "tion 3\n"},
    "no end of line": {"README.md": "text"},
    "CRLF": {"README.md": "text\r\n"},
}

if __name__ == "__main__":
    tree.run(check, GOOD, BAD)
