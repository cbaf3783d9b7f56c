# SPDX-License-Identifier: EUPL-1.2
"""What the lints share: the files of the tree, C++ text without comments and literals, and a way to run.

A lint is `check(files) -> findings`, where `files` maps a path from the top of the tree to its text and a finding is a
line that says where, what and what to do. Each lint brings samples: `good` ones it must pass and `bad` ones it must find
something in, so that `--self-test` shows that it can fail. It never changes a file.
"""

import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
CXX = (".cc", ".h")

_LITERAL = re.compile(
    r"""(?P<line>//[^\n]*) | (?P<block>/\*.*?\*/) | R"(?P<tag>[^()\s\\]{0,16})\((?P<raw>.*?)\)(?P=tag)"
      | "(?P<text>(?:\\.|[^"\\\n])*)" | (?<![\w])'(?P<char>(?:\\.|[^'\\\n])+)'""",
    re.DOTALL | re.VERBOSE,
)


def _paths():
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=TOP, capture_output=True, text=True, check=True
        )
        return listed.stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):  # an archive without its history
        found = []
        for folder, folders, names in os.walk(TOP):
            folders[:] = [name for name in folders if name not in (".git", "build")]
            found += [os.path.relpath(os.path.join(folder, name), TOP) for name in names]
        return found


def read_tree():
    """Every text file of the tree that git knows or would add; inputs of the fuzz targets are none."""
    files = {}
    for path in sorted(_paths()):
        if path.startswith("tests/fuzz/corpus/"):
            continue
        try:
            files[path] = (TOP / path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # binary (corpus, key), deleted but not yet committed, or a link to a folder
    return files


def cxx(files):
    """The C++ files among `files`."""
    return {path: text for path, text in files.items() if path.endswith(CXX)}


def blank(text, keep_strings=False):
    """C++ `text` with comments (and literals) turned into spaces: offsets and line numbers stay."""

    def replace(match):
        whole = match.group(0)
        if match.group("line") is None and match.group("block") is None:
            if keep_strings:
                return whole
            inside = re.sub(r"[^\n]", " ", whole[1:-1])
            return whole[0] + inside + whole[-1] if whole[0] in "\"'" else re.sub(r"[^\n]", " ", whole)
        return re.sub(r"[^\n]", " ", whole)

    return _LITERAL.sub(replace, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def closing(text, start):
    """Offset of the bracket that closes the one at `start`; the end of the text when there is none."""
    pairs = {"(": ")", "{": "}", "[": "]"}
    opened, closed = text[start], pairs[text[start]]
    depth = 0
    for at in range(start, len(text)):
        if text[at] == opened:
            depth += 1
        elif text[at] == closed:
            depth -= 1
            if depth == 0:
                return at
    return len(text)


def headers_and_bodies(text):
    """(header, offset of the brace) of every block that is not inside a function body."""
    at, previous = 0, 0
    while at < len(text):
        c = text[at]
        if c in ";}":
            previous = at + 1
        elif c == "(":
            at = closing(text, at)
        elif c == "{":
            header = text[previous:at]
            yield header, at
            inside = re.search(r"\b(namespace|class|struct|union|extern)\b", header) and "(" not in header
            if not inside:
                at = closing(text, at)
            previous = at + 1
        at += 1


def _self_test(check, good, bad):
    wrong = []
    for label, files in good.items():
        wrong += [f"the good sample '{label}' is found fault with: {finding}" for finding in check(files)]
    for label, files in bad.items():
        if not check(files):
            wrong.append(f"the bad sample '{label}' passes")
    print("\n".join(wrong) if wrong else f"{len(good)} good samples pass, {len(bad)} bad ones do not")
    return 1 if wrong or not bad else 0


def run(check, good, bad):
    """Runs a lint as a program: on the tree, or with --self-test on its samples."""
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(_self_test(check, good, bad))
    findings = check(read_tree())
    for finding in findings:
        print(finding)
    sys.exit(1 if findings else 0)
