# SPDX-License-Identifier: EUPL-1.2
"""The authoritative servers of attack.py: one of a hostile client's own zones, which says what an attack wants, and one of
an innocent zone, which ignores everything else. Both are stub zones of the daemon under attack. What is said is decided
by the label below `attack.`: x1.slow.attack. is asked for by the attack `slow`. An attack adds a function below."""

import random
import selectors
import socket
import struct
import sys
import time

HOSTILE, INNOCENT = "127.0.0.66", "127.0.0.67"  # where they stand; port 53
ZONE, INNOCENT_ZONE = "attack.", "victim.attack."
A, NS, CNAME, AAAA = 1, 2, 5, 28
AUTHORITATIVE, TRUNCATED = 0x0400, 0x0200
SOUND_ADDRESS = bytes([192, 0, 2, 80])
# RFC 2544's network for benchmarks: nobody is there, and what is sent to it is lost on the way.
_SILENT_NETWORK = 0xC6120000


def wire(name):
    """The name with its final dot, without compression."""
    labels = [label for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode("latin-1") for label in labels) + b"\0"


def record(owner, rrtype, rdata, ttl=3600):
    return wire(owner) + struct.pack("!HHIH", rrtype, 1, ttl, len(rdata)) + rdata


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
        self.name = ".".join(labels).lower() + "."

    def reply(self, flags=AUTHORITATIVE, answer=(), authority=(), additional=(), rcode=0):
        counts = (1, len(answer), len(authority), len(additional))
        return (self.packet[:2] + struct.pack("!5H", 0x8000 | flags | rcode, *counts) + self.question +
                b"".join([*answer, *authority, *additional]))


class Say:
    """A reply: when, and how fast its octets come over TCP (seconds between two; None: at once)."""

    def __init__(self, message, after=0.0, drip=None):
        self.message, self.after, self.drip = message, after, drip


def silent_address(chance=random):
    return struct.pack("!I", _SILENT_NETWORK | chance.getrandbits(17))


# What is said to a question, by attack: a list of Say, empty for silence.

def sound(query):
    """An address for every name: what a question costs when nothing is wrong."""
    answer = [record(query.name, A, SOUND_ADDRESS, 60)] if query.type == A else []
    return [Say(query.reply(answer=answer))]


def strangers(query):
    """Each name is delegated to twelve addresses that nobody has asked before and where nobody is."""
    hosts = [f"{letter}.{query.name}" for letter in "ab"]
    return [Say(query.reply(0, authority=[record(query.name, NS, wire(host)) for host in hosts],
                            additional=[record(host, A, silent_address()) for host in hosts for _ in range(6)]))]


def ignored(query):
    """Each name is delegated to the innocent server, which says nothing about it."""
    host = f"ns.{query.name}"
    return [Say(query.reply(0, authority=[record(query.name, NS, wire(host))],
                            additional=[record(host, A, socket.inet_aton(INNOCENT))]))]


def slow(query):
    """The right answer, three seconds late: places in flight."""
    return [Say(say.message, after=3.0) for say in sound(query)]


def mute(query):
    """Truncated; over TCP nothing comes: connections."""
    return [] if query.tcp else [Say(query.reply(AUTHORITATIVE | TRUNCATED))]


def drip(query):
    """Truncated; over TCP an octet at a time."""
    if not query.tcp:
        return mute(query)
    return [Say(sound(query)[0].message, drip=0.002)]


def crowd(query):
    """A referral of 20 kB to a thousand name servers, each at a silent address, which has to be asked for."""
    if not query.tcp:
        return mute(query)
    parent = struct.pack("!H", 0xC000 | (12 + len(wire(query.name)) - len(wire(ZONE))))  # where `attack.` is spelt out
    fixed = struct.pack("!HHHIH", 0xC00C, NS, 1, 3600, 0)[:-2]
    hosts = (bytes([len(label)]) + label + parent for label in (b"n%d" % number for number in range(1000)))
    return [Say(query.reply(0, authority=[fixed + struct.pack("!H", len(host)) + host for host in hosts]))]


def silent_host(query):
    return [Say(query.reply(answer=[record(query.name, A, silent_address())] if query.type == A else []))]


SAYS = {"sound": sound, "strangers": strangers, "ignored": ignored, "slow": slow, "mute": mute, "drip": drip,
        "crowd": crowd}


def hostile(query):
    labels = query.name.rstrip(".").split(".")
    if len(labels) == 2 and labels[0][:1] == "n" and labels[0][1:].isdigit():
        return silent_host(query)
    if len(labels) < 3 or labels[-2] not in SAYS:
        return [Say(query.reply())]
    return SAYS[labels[-2]](query)


def innocent(query):
    """What is not of its own zone it does not even refuse."""
    return sound(query) if ("." + query.name).endswith("." + INNOCENT_ZONE) else []


class Server:
    """UDP and TCP at one address, in one loop."""

    def __init__(self, address, says):
        self.says, self.later = says, []  # (when, function)
        self.selector = selectors.DefaultSelector()
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.udp.bind((address, 53))
        self.tcp = socket.create_server((address, 53), backlog=1024)
        for listener, act in ((self.udp, self.datagram), (self.tcp, self.accept)):
            listener.setblocking(False)
            self.selector.register(listener, selectors.EVENT_READ, act)

    def datagram(self, _):
        for _ in range(64):
            try:
                packet, peer = self.udp.recvfrom(4096)
            except BlockingIOError:
                return
            for say in self.answers(packet, False):
                self.at(say.after, lambda say=say, peer=peer: self.udp.sendto(say.message, peer))

    def accept(self, _):
        channel, _ = self.tcp.accept()
        channel.setblocking(False)
        self.selector.register(channel, selectors.EVENT_READ, self.stream)

    def stream(self, channel):
        try:
            data = channel.recv(65535)
        except OSError:
            data = b""
        if not data:
            self.selector.unregister(channel)
            channel.close()
            return
        for say in self.answers(data[2:], True):
            octets = struct.pack("!H", len(say.message)) + say.message
            if say.drip is None:
                self.at(say.after, lambda octets=octets: self.send(channel, octets))
            for number in range(len(octets) if say.drip else 0):
                self.at(number * say.drip, lambda number=number: self.send(channel, octets[number:number + 1]))

    @staticmethod
    def send(channel, octets):
        try:
            channel.setblocking(True)
            channel.sendall(octets)
            channel.setblocking(False)
        except OSError:
            pass  # the client has gone

    def answers(self, packet, tcp):
        try:
            return self.says(Query(packet, tcp))
        except (IndexError, struct.error):
            return []

    def at(self, after, act):
        if after == 0:
            act()
        else:
            self.later.append((time.monotonic() + after, act))

    def run(self):
        while True:
            for key, _ in self.selector.select(0.001 if self.later else None):
                key.data(key.fileobj)
            now = time.monotonic()
            due = [act for when, act in self.later if when <= now]
            self.later = [row for row in self.later if row[0] > now]
            for act in due:
                act()


if __name__ == "__main__":
    role = sys.argv[1]
    Server(HOSTILE if role == "hostile" else INNOCENT, hostile if role == "hostile" else innocent).run()
