#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Every C++ file is as clang-format-19 would write it; none is exempt."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import tree

PROGRAM = "clang-format-19"


def check(files):
    sources = tree.cxx(files)
    with tempfile.TemporaryDirectory() as folder:  # one process for all: a start costs more than a file
        top = pathlib.Path(folder)
        shutil.copy(tree.TOP / ".clang-format", top)
        for path, text in sources.items():
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_text(text, encoding="utf-8")
        finished = subprocess.run(
            [PROGRAM, "--dry-run", "--ferror-limit=1", *sources], cwd=top, capture_output=True, text=True, check=True
        )
    faulty = sorted(set(re.findall(r"^(\S+?):\d+:\d+: warning: code should be", finished.stderr, re.MULTILINE)))
    return [f"{path}: not formatted: run ./dev format" for path in faulty]


GOOD = {"formatted": {"resolver/a.cc": "int f(int x)\n{\n    return x;\n}\n"}}
BAD = {
    "brace": {"resolver/a.cc": "int f(int x) {\n    return x;\n}\n"},
    "indent": {"resolver/a.h": "int f(int x)\n{\n  return x;\n}\n"},
    "pointer": {"zones/a.h": "int f(int *x);\n"},
}

if __name__ == "__main__":
    try:
        tree.run(check, GOOD, BAD)
    except FileNotFoundError:
        sys.exit(f"{PROGRAM} is missing: ./dev test installs it")
