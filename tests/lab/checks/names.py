#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The list of names tells the truth: a good resolver gets at least 99.9 % of the sound names, AD where it should be,
and calls every bogus one bogus. Prints the figures by kind."""

import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import labkit  # noqa: E402

labkit.run_in_lab()
LAB = labkit.Lab()


class Names(unittest.TestCase):
    def test_the_list_is_long_and_of_all_kinds(self):
        names = LAB.names()
        self.assertGreaterEqual(len(names), 20000)
        self.assertGreaterEqual(len(LAB.names("sound")), 5000)
        self.assertEqual({n.expect for n in names}, {"secure", "insecure", "bogus", "broken", "varies"})
        outcomes = [n.outcome for n in names]
        for outcome in ("NXDOMAIN", "NODATA"):
            self.assertGreater(outcomes.count(outcome), 2000)

    def test_unbound_finds_what_the_list_says(self):
        with LAB.peer("unbound") as peer:
            status, text = LAB.ask_all([peer], "--expect", "sound", "--shuffle", 1, "--parallel", 128,
                                       "--timeout-ms", 10000, "--least", 99.9)
            print(text)
            self.assertEqual(status, 0)
            _, text = LAB.ask_all([peer], "--expect", "bogus", "--parallel", 128, "--timeout-ms", 10000)
            print(text)
            self.assertRegex(text, re.compile(r"bogus +all +(\d+) +\1 "))


if __name__ == "__main__":
    unittest.main(verbosity=1)
