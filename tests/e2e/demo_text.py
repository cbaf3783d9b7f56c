# SPDX-License-Identifier: EUPL-1.2
"""How the demonstration prints: prose wrapped to the page, aligned tables, colours on a terminal only."""

import os
import sys
import textwrap
import threading
import time

WIDTH = 100
_COLOURED = sys.stdout.isatty() and "NO_COLOR" not in os.environ
_CODES = {"bold": "1", "green": "32", "red": "31", "yellow": "33", "grey": "90"}


def colour(text, name):
    return f"\033[{_CODES[name]}m{text}\033[0m" if _COLOURED else text


def say(text):
    print(textwrap.fill(text, WIDTH, break_on_hyphens=False), flush=True)


def act(number, title):
    print()
    print(colour(f"{number}. {title}", "bold"), flush=True)
    print(colour("-" * (len(title) + 3), "grey"), flush=True)


def table(header, rows, right=(), marked=lambda row: None):
    """Aligned columns, those in `right` to the right; `marked(row)` may name a colour for a row."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(line[n]) for line in [list(header), *cells]) for n in range(len(header))]

    def line(cell_row):
        return "  " + "  ".join(cell.rjust(width) if n in right else cell.ljust(width)
                                for n, (cell, width) in enumerate(zip(cell_row, widths))).rstrip()

    print(colour(line(header), "grey"))
    for raw, cell_row in zip(rows, cells):
        tint = marked(raw)
        print(colour(line(cell_row), tint) if tint else line(cell_row))
    sys.stdout.flush()


class Progress:
    """Says what is going on; on a terminal, and only when it takes more than two seconds, with a running clock."""

    def __init__(self, what):
        self.what = what
        self.over = threading.Event()

    def _run(self):
        began = time.monotonic()
        while not self.over.wait(1.0):
            if sys.stdout.isatty():
                print(f"\r{self.what} ... {time.monotonic() - began:.0f} s", end="", flush=True)
        if sys.stdout.isatty():
            print("\r\033[K", end="", flush=True)

    def __enter__(self):
        self.began = time.monotonic()
        if not sys.stdout.isatty():
            print(f"{self.what} ...", flush=True)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        if sys.stdout.isatty():
            print(f"{self.what}: {time.monotonic() - self.began:.1f} s", flush=True)
