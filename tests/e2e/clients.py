# SPDX-License-Identifier: EUPL-1.2
"""What clients may send, and what they may not take: malformed and odd packets, the access list, TCP with pipelining,
idle and half-open connections, readers that do not read, and which address a reply comes from."""

import random
import socket
import struct
import sys
import time

import ground

dns = ground.labkit.lab_dns
IDLE = 1.0  # seconds, as configured here
WORKERS, PER_CLIENT, CONNECTIONS = 2, 20, 40  # TCP, as configured here
FORMERR, NOERROR, SERVFAIL, NOTIMP, REFUSED, BADVERS = 1, 0, 2, 4, 5, 16


def exchange(server, packet, source=None, timeout=2.0):
    """The raw reply to a raw packet over UDP; None when there is none."""
    with socket.socket(socket.AF_INET6 if ":" in server else socket.AF_INET, socket.SOCK_DGRAM) as channel:
        if source:
            channel.bind((source, 0))
        channel.settimeout(timeout)
        channel.connect((server, 53))
        channel.send(packet)
        try:
            return channel.recv(65535)
        except (TimeoutError, ConnectionError):
            return None


def rcode(reply):
    """With the upper bits of the OPT record, when there is one at the end."""
    low = reply[3] & 15
    at = reply.rfind(b"\0\0\x29")
    return low | (reply[at + 5] << 4 if at > 0 and struct.unpack_from("!H", reply, 10)[0] else 0)


def packet(name, rrtype="A", rrclass=1, opcode=0, flags=0x0100, counts=(1, 0, 0, 0), tail=b""):
    header = struct.pack("!6H", random.randrange(65536), flags | opcode << 11, *counts)
    return header + dns._encode_name(name) + struct.pack("!HH", dns.type_number(rrtype), rrclass) + tail


def opt(version=0, size=1232, options=b"", owner=b"\0"):
    return owner + struct.pack("!HHBBHH", 41, size, 0, version, 0, len(options)) + options


class Suite:
    def __init__(self, verdict, lab, ours, names):
        self.verdict, self.lab, self.ours, self.names = verdict, lab, ours, names
        self.known = names[0].name  # asked before, so it is in the cache
        self.server = ours.address

    def expect_reply(self, what, query, wanted):
        reply = exchange(self.server, query)
        got = None if reply is None else rcode(reply)
        good = got == wanted and reply[:2] == query[:2] and reply[2] & 0x80
        self.verdict.expect(good, f"{what}: rcode {wanted} ({'nothing' if reply is None else got})")
        return reply

    def expect_silence(self, what, query):
        self.verdict.expect(exchange(self.server, query, timeout=0.4) is None, f"{what}: no reply")

    # -- UDP

    def odd_packets(self):
        known = self.known
        self.expect_silence("a response (QR=1)", packet(known, flags=0x8100))
        self.expect_silence("eleven octets", packet(known)[:11])
        self.expect_silence("an empty datagram", b"")
        self.expect_reply("header and nothing else", struct.pack("!6H", 7, 0x0100, 1, 0, 0, 0), FORMERR)
        self.expect_reply("a question cut short", packet(known)[:-3], FORMERR)
        self.expect_reply("no question", struct.pack("!6H", 7, 0x0100, 0, 0, 0, 0), FORMERR)
        self.expect_reply("two questions", packet(known, counts=(2, 0, 0, 0), tail=packet(known)[12:]), FORMERR)
        loop = struct.pack("!6H", 9, 0x0100, 1, 0, 0, 0) + b"\xc0\x0c" + struct.pack("!HH", 1, 1)
        self.expect_reply("a compression pointer to itself", loop, FORMERR)
        label = struct.pack("!6H", 9, 0x0100, 1, 0, 0, 0) + b"\x80abc\0" + struct.pack("!HH", 1, 1)
        self.expect_reply("a label of unknown kind", label, FORMERR)
        self.expect_reply("an answer in a query", packet(known, counts=(1, 1, 0, 0),
                                                        tail=b"\xc0\x0c" + struct.pack("!HHIH4s", 1, 1, 0, 4, b"abcd")),
                          FORMERR)
        self.expect_reply("two OPT records", packet(known, counts=(1, 0, 0, 2), tail=opt() + opt()), FORMERR)
        self.expect_reply("an OPT record with an owner", packet(known, counts=(1, 0, 0, 1), tail=opt(owner=b"\1a\0")),
                          FORMERR)
        for opcode, what in ((1, "IQUERY"), (2, "STATUS"), (4, "NOTIFY"), (5, "UPDATE"), (9, "opcode 9")):
            self.expect_reply(what, packet(known, opcode=opcode), NOTIMP)
        self.expect_reply("EDNS version 1", packet(known, counts=(1, 0, 0, 1), tail=opt(version=1)), BADVERS)
        self.expect_reply("class CHAOS, version.bind", packet("version.bind.", "TXT", rrclass=3), REFUSED)
        self.expect_reply("AXFR", packet("se.", "AXFR"), NOTIMP)
        self.expect_reply("RD=0 for what is not in the cache", packet(self.names[1].name, flags=0), REFUSED)

    def good_packets(self):
        reply = self.expect_reply("case of the question kept", packet("".join(
            c.upper() if n % 2 else c for n, c in enumerate(self.known))), NOERROR)
        self.verdict.expect(reply and reply[12:12 + 3] == packet("".join(
            c.upper() if n % 2 else c for n, c in enumerate(self.known)))[12:15], "and it stands in the reply")
        plain = self.expect_reply("no EDNS", packet(self.known), NOERROR)
        self.verdict.expect(plain and struct.unpack_from("!H", plain, 10)[0] == 0, "then no OPT in the reply")
        unknown = b"".join(struct.pack("!HH4s", code, 4, b"test") for code in (65001, 65002, 8))
        self.expect_reply("unknown EDNS options", packet(self.known, counts=(1, 0, 0, 1), tail=opt(options=unknown)),
                          NOERROR)
        big = next(n for n in self.lab.names(kind="big") if n.outcome == "NOERROR")
        small = self.expect_reply("a large answer without EDNS", packet(big.name, big.type), NOERROR)
        self.verdict.expect(small and len(small) <= 512 and small[2] & 2, "is cut to 512 octets with TC")
        full = self.ours.ask(big.name, big.type, tcp=True)
        self.verdict.expect(full and len(full.answers) > 1 and not full.tc, f"and whole over TCP ({len(full.answers)} RRs)")

    def noise(self, count=3000):
        chance = random.Random(1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
            channel.connect((self.server, 53))
            for _ in range(count):
                data = bytearray(packet(self.known, counts=(1, 0, 0, 1), tail=opt()))
                for _ in range(chance.randrange(1, 12)):
                    data[chance.randrange(2, len(data))] = chance.randrange(256)
                try:
                    channel.send(data[:chance.randrange(len(data) + 1)])
                except ConnectionError:
                    pass
        reply = self.ours.ask(self.known, "A")
        self.verdict.expect(reply and reply.rcode == "NOERROR" and self.ours.process.poll() is None,
                            f"after {count} packets of noise it answers as before")

    # -- TCP

    def connect(self, source=None):
        return socket.create_connection((self.server, 53), timeout=5, source_address=(source, 0) if source else None)

    @staticmethod
    def framed(data):
        return struct.pack("!H", len(data)) + data

    @staticmethod
    def read(stream):
        size = stream.read(2)
        return stream.read(struct.unpack("!H", size)[0]) if len(size) == 2 else None

    def pipelining(self):
        slow = next(n for n in self.lab.names(kind="odd-slow") if n.type == "A" and n.outcome == "NOERROR")
        first = dns.query(slow.name, "A", identifier=1)
        rest = [dns.query(self.known, "A", identifier=2 + n) for n in range(30)]
        with self.connect() as channel:
            channel.sendall(b"".join(map(self.framed, [first, *rest])))
            stream = channel.makefile("rb")
            began = time.monotonic()
            order, times = [], []
            for _ in range(31):
                reply = self.read(stream)
                if reply is None:
                    break
                order.append(struct.unpack("!H", reply[:2])[0])
                times.append(time.monotonic() - began)
        self.verdict.expect(sorted(order) == list(range(1, 32)), f"31 questions at once on a connection: {len(order)} replies")
        self.verdict.expect(order and order[-1] == 1 and times[-2] < 0.8,
                            f"the slow one comes last ({times[-1]:.2f} s), the others do not wait ({times[-2]:.3f} s)")

    def dribble(self):
        with self.connect() as channel:
            for octet in self.framed(dns.query(self.known, "A")):
                channel.send(bytes([octet]))
                time.sleep(0.005)
            self.verdict.expect(self.read(channel.makefile("rb")) is not None, "a question octet by octet is answered")

    def seconds_until_closed(self, channel, limit=6.0):
        channel.settimeout(limit)
        began = time.monotonic()
        try:
            while channel.recv(4096):
                pass
        except TimeoutError:
            return None
        except ConnectionError:
            pass
        return time.monotonic() - began

    def idle(self):
        with self.connect() as channel:
            took = self.seconds_until_closed(channel)
            self.verdict.expect(took and took < IDLE + 1, f"an idle connection is closed after {took or 0:.1f} s")
        with self.connect() as channel:
            channel.send(b"\0\x20half a")
            took = self.seconds_until_closed(channel)
            self.verdict.expect(took and took < IDLE + 1, f"one with half a question too, after {took or 0:.1f} s")

    def half_open(self):
        channels = []
        for number in range(CONNECTIONS * 3):
            try:
                channels.append(self.connect(f"127.0.1.{1 + number // PER_CLIENT}"))
            except OSError:
                break
        time.sleep(0.2)
        opened = 0
        for channel in channels:
            channel.setblocking(False)
            try:
                opened += channel.recv(1) != b""
            except BlockingIOError:
                opened += 1
            except ConnectionError:
                pass
        began = time.monotonic()
        reply = self.ours.ask(self.known, "A")
        self.verdict.expect(opened <= CONNECTIONS * WORKERS, f"of {len(channels)} silent connections {opened} stay open, "
                                                             f"at most {CONNECTIONS} for each of {WORKERS} workers")
        self.verdict.expect(opened <= CONNECTIONS, f"at most {CONNECTIONS} in all")
        self.verdict.expect(reply and reply.rcode == "NOERROR" and time.monotonic() - began < 1, "UDP answers meanwhile")
        for channel in channels:
            channel.close()
        time.sleep(0.3)
        reply = self.ours.ask(self.known, "A", tcp=True)
        self.verdict.expect(reply and reply.rcode == "NOERROR", "and TCP when they are gone")

    def slow_reader(self):
        """Questions without reading the answers: they pile up here, not there."""
        big = next(n for n in self.lab.names(kind="big") if n.outcome == "NOERROR")
        self.ours.ask(big.name, big.type, tcp=True)
        before = self.resident_kib()
        channel = self.connect()
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        channel.settimeout(0.2)
        question = self.framed(dns.query(big.name, big.type, do=True))
        sent, deadline = 0, time.monotonic() + 3
        while time.monotonic() < deadline and sent < 200_000:
            try:
                channel.sendall(question * 50)
                sent += 50
            except (TimeoutError, ConnectionError):
                break
        grown = self.resident_kib() - before
        reply = self.ours.ask(self.known, "A")
        self.verdict.expect(grown < 16_384, f"a client that sends {sent} questions and reads nothing costs {grown} KiB")
        self.verdict.expect(reply and reply.rcode == "NOERROR", "others are answered meanwhile")
        channel.close()

    def resident_kib(self):
        with open(f"/proc/{self.ours.process.pid}/status", encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def access_list(verdict, lab, name):
    rules = [{"prefix": "127.0.0.0/8", "action": "allow"}, {"prefix": "198.19.0.2/32", "action": "refuse"},
             {"prefix": "198.19.0.3/32", "action": "drop"}, {"prefix": "198.19.0.4/32", "action": "allow-snoop"},
             {"prefix": "::1/128", "action": "allow"}, {"prefix": "2001:2:0:ffff::/64", "action": "allow"}]
    with lab.rootward({"listen": [{"address": "0.0.0.0", "port": 53}, {"address": "::", "port": 53}],
                       "access": rules}, address="127.0.0.1") as wild:
        wild.ask(name, "A")
        for source, wanted, what in (("127.0.0.9", NOERROR, "allow"), ("198.19.0.2", REFUSED, "refuse"),
                                     ("198.19.0.3", None, "drop"), ("198.19.0.5", REFUSED, "no rule")):
            reply = exchange("198.19.0.1", packet(name), source=source, timeout=1)
            got = None if reply is None else rcode(reply)
            verdict.expect(got == wanted, f"access, {what}: {'no reply' if got is None else f'rcode {got}'}")
        reply = exchange("198.19.0.1", packet(name, flags=0), source="198.19.0.4")
        verdict.expect(reply and rcode(reply) == NOERROR, "access, allow-snoop: RD=0 gets what is in the cache")
        wildcard(verdict, name)


def wildcard(verdict, name):
    """connect() makes the kernel drop replies from any other address than the one asked."""
    for address in ("127.0.0.1", "127.0.0.44", "198.19.0.1", "198.19.0.7", "::1", "2001:2:0:ffff::1",
                    "2001:2:0:ffff::8"):
        source = "127.0.0.9" if address.startswith("198") else None
        reply = exchange(address, packet(name), source=source, timeout=1)
        verdict.expect(reply and rcode(reply) == NOERROR, f"wildcard listener: the reply comes from {address}")


def main():
    ground.in_lab("--no-alternates", "--leaves", "1500")
    verdict = ground.Verdict("clients: what they send and what they may take")
    lab = ground.labkit.Lab()
    names = [n for n in lab.names(kind="nsec") if n.type == "A" and n.outcome == "NOERROR"]
    limits = {"connections": CONNECTIONS, "connections-per-client": PER_CLIENT, "idle-timeout": f"{IDLE:.0f}s"}
    with lab.rootward({"tcp": limits, "workers": WORKERS}) as ours:
        ours.ask(names[0].name, "A")
        suite = Suite(verdict, lab, ours, names)
        for step in (suite.odd_packets, suite.good_packets, suite.noise, suite.pipelining, suite.dribble, suite.idle,
                     suite.half_open, suite.slow_reader):
            step()
        verdict.expect(ours.stop() == 0, "it ends with status 0")
    access_list(verdict, lab, names[0].name)
    verdict.figure("expectations", verdict.met + len(verdict.failures))
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
