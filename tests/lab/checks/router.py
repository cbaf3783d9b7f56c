#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Each thing that the router can do is seen from the resolver side, and undone."""

import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import lab_dns  # noqa: E402
import labkit  # noqa: E402
from lab_paths import LabError  # noqa: E402

labkit.run_in_lab("--leaves", "300")
LAB = labkit.Lab()
K4, K6, I4, I6 = "193.0.14.129", "2001:7fd::1", "192.36.148.17", "2001:7fe::53"


def soa(address, **options):
    return lab_dns.ask(address, ".", "SOA", rd=False, **({"timeout": 0.5} | options))


def milliseconds(address, **options):
    began = time.monotonic()
    if soa(address, timeout=3, **options) is None:
        raise TimeoutError(f"{address} does not answer")
    return (time.monotonic() - began) * 1000


def serial(address):
    rdata = soa(address, timeout=3).answers[0][3]
    return int.from_bytes(rdata[-20:-16], "big")


class Router(unittest.TestCase):
    def setUp(self):
        LAB.router("restore all")
        LAB.router("delay all 0ms")
        LAB.router("jitter all 0ms")
        LAB.router("counts reset")

    def test_delay_is_that_of_a_round_trip_and_of_one_identity(self):
        LAB.router("delay k 150ms")
        for address in (K4, K6):
            self.assertGreaterEqual(milliseconds(address), 150)
            self.assertLess(min(milliseconds(address) for _ in range(5)), 250)
        self.assertLess(min(milliseconds(I4) for _ in range(5)), 50)
        # TCP takes two round trips: connection, then question.
        self.assertGreaterEqual(milliseconds(K4, tcp=True), 300)

    def test_jitter_spreads_delay(self):
        LAB.router("delay k 60ms")
        LAB.router("jitter k 50ms")
        times = [milliseconds(K4) for _ in range(30)]
        self.assertGreaterEqual(min(times), 10)
        self.assertLess(min(times), 55)
        self.assertGreater(max(times), 65)

    def test_an_address_has_conditions_of_its_own(self):
        LAB.router("delay 198.18.1.1 80ms")
        ask = {"rd": False, "timeout": 3}
        began = time.monotonic()
        lab_dns.ask("198.18.1.1", "se.", "SOA", **ask)
        middle = time.monotonic()
        lab_dns.ask("198.18.1.2", "se.", "SOA", **ask)
        self.assertGreaterEqual(middle - began, 0.08)
        self.assertLess(time.monotonic() - middle, 0.08)
        self.assertEqual(LAB.router.counts()["198.18.1.1"]["udp_queries"], 1)

    def test_loss_takes_its_share_of_round_trips(self):
        LAB.router("loss k 30")
        answered = sum(soa(K4, timeout=0.1) is not None for _ in range(150))
        # 105 expected, standard deviation 5.6
        self.assertTrue(75 <= answered <= 135, answered)
        self.assertGreater(LAB.router.counts()["k"]["lost"], 10)

    def test_cut_silences_an_identity_until_it_is_restored(self):
        LAB.router("cut k")
        self.assertIsNone(soa(K4, timeout=0.3))
        self.assertIsNone(soa(K6, timeout=0.3, tcp=True))
        self.assertIsNotNone(soa(I4, timeout=3))
        counts = LAB.router.counts()
        self.assertEqual(counts["k"]["delivered"], 0)
        self.assertGreater(counts["k"]["cut"], 0)
        LAB.router("restore k")
        self.assertIsNotNone(soa(K4, timeout=3))

    def test_counts_say_who_was_asked_how(self):
        for _ in range(3):
            soa(K4, timeout=3)
        soa(K6, timeout=3)
        soa(K4, timeout=3, tcp=True)
        lab_dns.ask(I6, ".", "NS", rd=False)
        counts = LAB.router.counts()
        self.assertEqual((counts["k"]["4"]["udp_queries"], counts["k"]["6"]["udp_queries"]), (3, 1))
        self.assertEqual((counts["k"]["tcp_opens"], counts["k"]["tcp_queries"]), (1, 1))
        self.assertEqual((counts["i"]["priming"], counts["i"]["udp_queries"]), (1, 0))
        self.assertEqual(counts["a"]["sent"], 0)
        LAB.router("counts reset")
        self.assertEqual(LAB.router.counts()["k"]["sent"], 0)

    def test_the_log_says_what_was_asked(self):
        file = LAB.folder / "queries.log"
        LAB.router(f"log {file}")
        lab_dns.ask(K4, "Www.Example.se", "AAAA", rd=False)
        LAB.router("cut k")
        soa(K4, timeout=0.2)
        LAB.router("log off")
        rows = [line.split("\t") for line in file.read_text().splitlines()]
        self.assertEqual([(r[1], r[2], r[3], r[4], r[5], r[6]) for r in rows],
                         [("k", K4, "udp", "Www.Example.se.", "28", "delivered"), ("k", K4, "udp", ".", "6", "cut")])

    def test_a_frozen_identity_serves_an_old_zone_until_restored(self):
        today = serial(I4)
        for days in (1, 3):
            LAB.router(f"freeze k {days}")
            self.assertLess(serial(K4), today)
            self.assertEqual(serial(K4), serial(K6))
        self.assertEqual(serial(I4), today)
        reply = soa(K6, timeout=3, tcp=True)
        self.assertEqual(reply.rcode, "NOERROR")
        LAB.router("restore k")
        self.assertEqual(serial(K4), today)

    def test_one_identity_may_answer_from_another_root_zone(self):
        def others(address):
            reply = lab_dns.ask(address, "lab-only.", "NS", rd=False)
            return any(owner == "lab-only." for owner, _, _, _ in reply.authority)

        self.assertFalse(others(K4))
        for verb in ("other", "split"):
            LAB.router(f"{verb} k")
            self.assertTrue(others(K4) and others(K6))
            self.assertFalse(others(I4))
            self.assertEqual(serial(K4), serial(I4))
        LAB.router("newer k")
        self.assertGreater(serial(K4), serial(I4))
        LAB.router("restore k")
        self.assertFalse(others(K4))

    def test_large_answers_cross_as_fragments_and_over_tcp(self):
        LAB.router("freeze k 1")  # also with rewritten addresses
        reply = lab_dns.ask(K4, ".", "DNSKEY", rd=False, do=True, timeout=3, tcp=True)
        self.assertEqual(len([1 for _, t, _, _ in reply.answers if t == lab_dns.TYPES["DNSKEY"]]), 2)

    def test_mistakes_are_named(self):
        for line, word in (("delay k fast", "duration"), ("cut q", "no path"), ("loss k 200", "percentage"),
                           ("redirect k here", "address"), ("explode", "no such command"), ("delay k", "usage")):
            with self.assertRaisesRegex(LabError, word):
                LAB.router(line)


if __name__ == "__main__":
    unittest.main(verbosity=1)
