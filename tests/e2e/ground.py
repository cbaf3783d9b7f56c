# SPDX-License-Identifier: EUPL-1.2
"""What every end-to-end test stands on: its own lab, or a plain skip where no lab is possible; a verdict that collects
what was expected and prints the figures. Tests import this first, it makes labkit importable."""

import fcntl
import os
import struct
import subprocess
import sys
from pathlib import Path

E2E = Path(__file__).resolve().parent
TOP = E2E.parent.parent
sys.path.insert(0, str(TOP / "tests" / "lab"))

import lab_namespaces  # noqa: E402  (the path is set above)
import labkit  # noqa: E402

SKIP = 77  # what CTest takes for "not run" (SKIP_RETURN_CODE)
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


def _try_tun():
    """In a world of its own: 0 when a TUN device can be made, else what to say."""
    lab_namespaces.new_network()
    with open("/dev/net/tun", "rb+", buffering=0) as tun:
        fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH22x", b"rw-probe", _IFF_TUN | _IFF_NO_PI))
    return 0


def obstacle():
    """Why no lab can be brought up here; None when nothing stands in the way."""
    if not os.path.exists("/dev/net/tun"):
        return "there is no /dev/net/tun, so the lab's router cannot work"
    probe = subprocess.run([sys.executable, str(E2E / "ground.py")], capture_output=True, text=True, check=False)
    if probe.returncode == 0:
        return None
    lines = probe.stderr.strip().splitlines()
    return f"no network namespaces with TUN devices here ({lines[-1] if lines else probe.returncode})"


def in_lab(*options):
    """As the first statement of a test: the rest of it runs inside a lab of its own."""
    if "RW_LAB_DIR" in os.environ:
        return
    reason = obstacle()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(SKIP)
    labkit.run_in_lab(*options)


class Verdict:
    """Collects expectations and figures; `finish()` prints them and ends the test."""

    def __init__(self, title):
        self.title = title
        self.failures, self.met = [], 0
        self.figures = []

    def expect(self, holds, sentence):
        if holds:
            self.met += 1
            print(f"  ok    {sentence}", flush=True)
        else:
            self.failures.append(sentence)
            print(f"  FAIL  {sentence}", flush=True)
        return bool(holds)

    def figure(self, name, value):
        self.figures.append((name, str(value)))

    def finish(self):
        width = max((len(name) for name, _ in self.figures), default=0)
        print(f"\n{self.title}")
        for name, value in self.figures:
            print(f"  {name:<{width}}  {value}")
        for sentence in self.failures:
            print(f"  failed: {sentence}")
        print(f"{self.met} expectations met, {len(self.failures)} failed", flush=True)
        sys.exit(1 if self.failures else 0)


def percentile(values, share):
    """The value that this share of all is below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(header, rows, indent="  "):
    """Aligned columns; numbers to the right."""
    cells = [list(map(str, header))] + [list(map(str, row)) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    for row in cells:
        line = "  ".join(cell.rjust(width) if cell.replace(".", "", 1).rstrip(" %").isdigit() else cell.ljust(width)
                         for cell, width in zip(row, widths))
        print(indent + line.rstrip())


if __name__ == "__main__":
    sys.exit(lab_namespaces.run_in_own_world(_try_tun))
