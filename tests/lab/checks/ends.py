#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""However a lab ends, nothing is left of it: no process, no namespace, no file."""

import os
import signal
import subprocess
import sys
import time
import unittest
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from lab_paths import LAB  # noqa: E402


def marked(mark):
    """Processes with our mark in their environment, wherever they are."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes() and int(folder.name) != os.getpid():
                found.append((int(folder.name), (folder / "comm").read_text().strip()))
        except OSError:
            continue
    return found


class Ends(unittest.TestCase):
    def start(self, *command):
        self.mark = f"rw-mark-{uuid.uuid4()}"
        lab = subprocess.Popen([str(LAB / "lab"), "run", "--quiet", "--leaves", "300", "--", *command],
                               env=dict(os.environ, RW_MARK=self.mark), stdout=subprocess.PIPE, start_new_session=True)
        self.addCleanup(lab.stdout.close)
        self.addCleanup(lab.kill)
        return lab

    def assert_gone(self):
        deadline = time.monotonic() + 5
        while marked(self.mark) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(marked(self.mark), [])

    def start_and_wait(self):
        lab = self.start("sh", "-c", "echo up; sleep 1000 & sleep 1000")
        self.assertEqual(lab.stdout.readline(), b"up\n")
        names = [name for _, name in marked(self.mark)]
        self.assertIn("nsd", " ".join(names))
        self.assertIn("lab_router", names)
        return lab

    def test_the_status_of_the_command_is_the_status_of_the_lab(self):
        lab = self.start("sh", "-c", "exit 7")
        self.assertEqual(lab.wait(120), 7)
        self.assert_gone()

    def test_ctrl_c_ends_everything(self):
        lab = self.start_and_wait()
        os.killpg(lab.pid, signal.SIGINT)
        self.assertNotEqual(lab.wait(20), 0)
        self.assert_gone()

    def test_a_termination_signal_ends_everything(self):
        lab = self.start_and_wait()
        lab.send_signal(signal.SIGTERM)
        self.assertNotEqual(lab.wait(20), 0)
        self.assert_gone()

    def test_a_command_that_ignores_signals_does_not_outlive_its_lab(self):
        lab = self.start("sh", "-c", "trap '' TERM INT; echo up; while :; do sleep 1; done")
        self.assertEqual(lab.stdout.readline(), b"up\n")
        lab.send_signal(signal.SIGTERM)
        self.assertNotEqual(lab.wait(30), 0)
        self.assert_gone()

    def test_even_a_killed_lab_leaves_nothing(self):
        lab = self.start_and_wait()
        lab.kill()
        lab.wait(20)
        self.assert_gone()

    def test_an_interrupt_while_coming_up_ends_everything(self):
        lab = self.start("sleep", "1000")
        time.sleep(1.0)
        os.killpg(lab.pid, signal.SIGINT)
        self.assertNotEqual(lab.wait(20), 0)
        self.assert_gone()

    def test_two_labs_run_side_by_side(self):
        one = self.start_and_wait()
        first_mark = self.mark
        two = self.start_and_wait()
        self.assertIsNone(one.poll())
        for lab in (one, two):
            lab.send_signal(signal.SIGTERM)
            lab.wait(20)
        self.assert_gone()
        self.mark = first_mark
        self.assert_gone()


if __name__ == "__main__":
    unittest.main(verbosity=1)
