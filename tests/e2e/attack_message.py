# SPDX-License-Identifier: EUPL-1.2
"""DNS messages as attack_says.py and attack_signed.py make them: what is asked, records, and what is said, when and how
fast."""

import random
import struct

A, NS, CNAME, SOA, TXT, AAAA, DS, RRSIG, NSEC, DNSKEY, NSEC3 = 1, 2, 5, 6, 16, 28, 43, 46, 47, 48, 50
NOERROR, NXDOMAIN, YXDOMAIN = 0, 3, 6
AUTHORITATIVE, TRUNCATED = 0x0400, 0x0200
SOUND_ADDRESS, FORGED_ADDRESS = bytes([192, 0, 2, 80]), bytes([203, 0, 113, 66])
# RFC 2544's network for benchmarks: nobody is there, and what is sent to it is lost on the way.
_SILENT_NETWORK = 0xC6120000


def wire(name):
    """The name with its final dot, without compression."""
    labels = [label for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode("latin-1") for label in labels) + b"\0"


def record(owner, rrtype, rdata, ttl=3600):
    return wire(owner) + struct.pack("!HHIH", rrtype, 1, ttl, len(rdata)) + rdata


def silent_address(chance=random):
    return struct.pack("!I", _SILENT_NETWORK | chance.getrandbits(17))


class Query:
    """The first question of a message, its name in lower case as well; raises when there is none."""

    def __init__(self, packet, tcp):
        self.packet, self.tcp = packet, tcp
        labels, at = [], 12
        while packet[at]:
            labels.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1"))
            at += 1 + packet[at]
        self.type = struct.unpack_from("!H", packet, at + 1)[0]
        self.question = packet[12:at + 5]
        self.labels = [label.lower() for label in labels]
        self.name = ".".join(self.labels) + "."

    def below(self, count):
        """The rightmost `count` labels of the name."""
        return ".".join(self.labels[-count:]) + "."

    def reply(self, flags=AUTHORITATIVE, answer=(), authority=(), additional=(), rcode=NOERROR, bare=False):
        """`bare`: without the question."""
        counts = (0 if bare else 1, len(answer), len(authority), len(additional))
        return (self.packet[:2] + struct.pack("!5H", 0x8000 | flags | rcode, *counts) +
                (b"" if bare else self.question) + b"".join([*answer, *authority, *additional]))


class Say:
    """A reply: when, and how fast its octets come over TCP (seconds between two; None: at once)."""

    def __init__(self, message, after=0.0, drip=None):
        self.message, self.after, self.drip = message, after, drip
