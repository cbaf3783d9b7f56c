#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Each of the 13 identities answers over both families, UDP and TCP, as itself; a validator agrees with the zone."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import lab_dns  # noqa: E402
import labkit  # noqa: E402
from lab_paths import IDENTITIES  # noqa: E402

labkit.run_in_lab("--leaves", "300")
LAB = labkit.Lab()


def identities():
    rows = [line.split("\t") for line in IDENTITIES.read_text().splitlines() if not line.startswith("#")]
    return [(letter, address, nsid) for letter, v4, v6, nsid, *_ in rows for address in (v4, v6)]


class Identities(unittest.TestCase):
    def test_each_answers_as_itself_over_both_families_and_transports(self):
        self.assertEqual(len(identities()), 26)
        for letter, address, nsid in identities():
            for tcp in (False, True):
                with self.subTest(identity=letter, address=address, tcp=tcp):
                    reply = lab_dns.ask(address, ".", "SOA", nsid=True, do=True, rd=False, tcp=tcp)
                    self.assertEqual(reply.rcode, "NOERROR")
                    self.assertTrue(reply.aa)
                    self.assertEqual(reply.nsid.decode(), nsid)
                    self.assertIn(lab_dns.TYPES["RRSIG"], [rrtype for _, rrtype, _, _ in reply.answers])

    def test_all_serve_the_same_zone(self):
        replies = [lab_dns.ask(a, ".", "ZONEMD", rd=False, edns=False) for _, a, _ in identities()]
        digests = {tuple(data for _, rrtype, _, data in r.answers if rrtype == lab_dns.TYPES["ZONEMD"])
                   for r in replies}
        self.assertEqual(len(digests), 1)
        self.assertEqual(len(digests.pop()), 1)

    def test_priming_gives_the_addresses_of_all_thirteen(self):
        for letter, address, _ in identities():
            with self.subTest(identity=letter, address=address):
                reply = lab_dns.ask(address, ".", "NS", rd=False, tcp=True)
                self.assertEqual(sum(t == lab_dns.TYPES["NS"] for _, t, _, _ in reply.answers), 13)
                found = {(t, d) for _, t, _, d in reply.additional if t in (1, 28)}
                self.assertEqual(len(found), 26)

    def test_a_referral_comes_with_glue_and_ds(self):
        reply = lab_dns.ask("193.0.14.129", "www.example.se", "A", do=True, rd=False)
        types = [t for _, t, _, _ in reply.authority]
        self.assertIn(lab_dns.TYPES["NS"], types)
        self.assertIn(lab_dns.TYPES["DS"], types)
        self.assertTrue(reply.additional)

    def test_those_that_allow_transfer_transfer(self):
        for address, allowed in (("193.0.14.129", True), ("192.5.5.241", True), ("198.41.0.4", False)):
            reply = lab_dns.ask(address, ".", "AXFR", rd=False, tcp=True, edns=False)
            self.assertEqual(reply is not None and reply.rcode == "NOERROR" and len(reply.answers) > 100, allowed,
                             address)

    def test_a_validator_agrees_with_the_root_zone(self):
        with LAB.peer("unbound") as peer:
            for name, rrtype, rcode in ((".", "SOA", "NOERROR"), (".", "ZONEMD", "NOERROR"), ("se.", "DS", "NOERROR"),
                                        ("no-such-tld.", "A", "NXDOMAIN"), ("www.nsec-0000.se.", "A", "NOERROR")):
                reply = peer.ask(name, rrtype, do=True)
                self.assertEqual((reply.rcode, reply.ad), (rcode, True), f"{name} {rrtype}")


if __name__ == "__main__":
    unittest.main(verbosity=1)
