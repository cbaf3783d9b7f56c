# SPDX-License-Identifier: EUPL-1.2
"""Steers the router of a running lab, and adds the verbs that need the plan: freeze an identity's zone, let it answer
from another root zone. Used by `lab ctl` and by tests through labkit."""

import os
import socket
import time
from pathlib import Path

import lab_plan
from lab_paths import LabError

STAND_INS = {"freeze": None, "other": "root-other", "split": "root-split", "tamper": "root-tampered",
             "newer": "root-newer"}
HELP = """\
freeze K [DAYS]                identity K answers from a zone 1 (or 3) days old
other K                        ... from a root zone signed by other keys
split K                        ... from a root zone with the same serial and keys, but other content
tamper K                       ... from a root zone whose glue was changed after signing
newer K|all                    ... from tomorrow's root zone
(each is undone by `restore K`)
"""


class Router:
    def __init__(self, folder=None):
        self.folder = Path(folder or os.environ.get("RW_LAB_DIR", ""))
        if not (self.folder / "router.sock").exists():
            raise LabError("no lab is running here; use `lab run -- COMMAND` or `lab shell`")

    def __call__(self, line):
        """Runs one command; returns its data lines; raises LabError with the router's message."""
        words = line.split()
        if words and words[0] in STAND_INS:
            return self._stand_in(words)
        with socket.socket(socket.AF_UNIX) as channel:
            channel.connect(str(self.folder / "router.sock"))
            channel.sendall(line.encode() + b"\n")
            text = b""
            while not _complete(text):
                more = channel.recv(65536)
                if not more:
                    break
                text += more
        lines = text.decode().splitlines()
        if not lines or lines[-1] != "ok":
            raise LabError(lines[-1].removeprefix("error: ") if lines else "the router does not answer")
        return lines[:-1] + (HELP.splitlines() if words[:1] == ["help"] else [])

    def counts(self):
        """path -> the sum over both families of each count, and the same by family as `4` and `6`."""
        header, *rows = [line.split("\t") for line in self("counts")]
        table = {}
        for row in rows:
            path = table.setdefault(row[0], dict.fromkeys(header[2:], 0))
            numbers = dict(zip(header[2:], map(int, row[2:])))
            path[row[1]] = numbers
            for name, number in numbers.items():
                path[name] += number
        return table

    def _stand_in(self, words):
        if len(words) < 2:
            raise LabError(f"usage: {words[0]} IDENTITY")
        alternate = STAND_INS[words[0]] or f"root-stale{words[2] if len(words) > 2 else '1'}"
        self._await_alternates()
        letters = lab_plan.identities() if words[1] == "all" else [words[1]]
        for letter in letters:
            try:
                addresses = lab_plan.stand_in(self.folder, letter, alternate)
            except (KeyError, ValueError) as error:
                raise LabError(f"no such identity or root zone: {letter}, {alternate}") from error
            self(f"redirect {letter} {' '.join(addresses)}")
        return []

    def _await_alternates(self):
        deadline = time.monotonic() + 60
        while not (self.folder / "alternates-ready").exists():
            if time.monotonic() > deadline:
                raise LabError("the servers of the other root zones do not come up")
            time.sleep(0.1)


def _complete(text):
    lines = text.split(b"\n")
    return len(lines) > 1 and lines[-1] == b"" and (lines[-2] == b"ok" or lines[-2].startswith(b"error: "))
