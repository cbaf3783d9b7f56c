#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Every C++ file is as clang-format-19 would write it; none is exempt."""

import subprocess
import sys

import tree

PROGRAM = "clang-format-19"


def formatted(path, text):
    finished = subprocess.run(
        [PROGRAM, f"--assume-filename={tree.TOP / path}"], input=text, capture_output=True, text=True, check=True
    )
    return finished.stdout


def check(files):
    return [
        f"{path}: not formatted: run ./dev format"
        for path, text in tree.cxx(files).items()
        if formatted(path, text) != text
    ]


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
