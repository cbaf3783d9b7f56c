# SPDX-License-Identifier: EUPL-1.2
"""A forwarder that lies: it asks an honest resolver and gives on what it heard, damaged octet by octet, or put together anew
from genuine signed records of other names. UDP and TCP, seeded."""

import collections
import random
import socket
import struct
import threading

RRSIG, OPT = 46, 41
NSEC, NSEC3, SOA, CNAME = 47, 50, 6, 5
# Where names stand in RDATA that may be compressed (RFC 3597 §4): octets before, names, octets behind.
COMPRESSED = {2: (0, 1, 0), 5: (0, 1, 0), 6: (0, 2, 20), 12: (0, 1, 0), 15: (2, 1, 0), 39: (0, 1, 0)}

Record = collections.namedtuple("Record", "owner type ttl rdata")
Signed = collections.namedtuple("Signed", "records signatures")


def read_name(packet, at):
    """The name in wire form without compression, and where it ends."""
    wire, end = b"", None
    for _ in range(200):
        length = packet[at]
        if length >= 0xC0:
            end = end or at + 2
            at = (length & 0x3F) << 8 | packet[at + 1]
            continue
        wire += packet[at:at + 1 + length]
        at += 1 + length
        if length == 0:
            return wire, end or at
    raise ValueError("compression loop")


def parent(name):
    return name[1 + name[0]:]


def read_rdata(packet, at, length, rrtype):
    before, names, _ = COMPRESSED.get(rrtype, (0, 0, 0))
    rdata, here = packet[at:at + before], at + before
    for _ in range(names):
        name, here = read_name(packet, here)
        rdata += name
    return rdata + packet[here:at + length]


class Message:
    """Header, question and records of a message; OPT stays apart."""

    def __init__(self, packet):
        self.id, self.flags, questions, *counts = struct.unpack_from("!6H", packet)
        self.name, at = read_name(packet, 12)
        self.type, at = struct.unpack_from("!H", packet, at)[0], at + 4
        if questions != 1:
            raise ValueError("no single question")
        self.sections, self.opt = ([], [], []), b""
        for section, count in zip(self.sections, counts):
            for _ in range(count):
                begin = at
                owner, at = read_name(packet, at)
                rrtype, _, ttl, length = struct.unpack_from("!HHIH", packet, at)
                if rrtype == OPT:
                    self.opt = packet[begin:at + 10 + length]
                else:
                    section.append(Record(owner, rrtype, ttl, read_rdata(packet, at + 10, length, rrtype)))
                at += 10 + length

    def signed_sets(self):
        """The RRsets of answer and authority that have signatures."""
        found = []
        for section in self.sections[:2]:
            sets = collections.defaultdict(list)
            for record in section:
                covered = struct.unpack_from("!H", record.rdata)[0] if record.type == RRSIG else record.type
                sets[record.owner.lower(), covered].append(record)
            for records in sets.values():
                signatures = [r for r in records if r.type == RRSIG]
                data = [r for r in records if r.type != RRSIG]
                if signatures and data:
                    found.append(Signed(tuple(data), tuple(signatures)))
        return found

    def wire(self):
        counts = [len(section) for section in self.sections]
        counts[2] += 1 if self.opt else 0
        packet = struct.pack("!6H", self.id, self.flags, 1, *counts) + self.name + struct.pack("!HH", self.type, 1)
        for section in self.sections:
            for r in section:
                packet += r.owner + struct.pack("!HHIH", r.type, 1, r.ttl, len(r.rdata)) + r.rdata
        return packet + self.opt


def signer_of(signed):
    return read_name(signed.signatures[0].rdata, 18)[0].lower()


def renamed(signed, owner):
    return Signed(*(tuple(r._replace(owner=owner) for r in records) for records in signed))


class Mutator:
    """Damages some responses behind the question."""

    def __init__(self, seed, share=0.4):
        self.rng, self.share = random.Random(seed), share

    def change(self, query, response):
        message = bytearray(response)
        if self.rng.random() > self.share or len(message) < 20:
            return response
        body = len(query) - (len(query) > 28 and 11)  # behind the question; the query ends with a bare OPT
        for _ in range(self.rng.choice((1, 1, 2, 3, 8))):
            if body >= len(message):
                break
            self._one(message, self.rng.randrange(body, len(message)), body)
        return bytes(message)

    def _one(self, m, at, body):
        rng, kind = self.rng, self.rng.randrange(9)
        if kind == 0:
            m[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            m[at] = rng.choice((0, 0xFF, 0xC0, 1, 0x3F, 0x40, 0x80))
        elif kind == 2:
            del m[rng.randrange(body, len(m) + 1):]
        elif kind == 3 and at + 2 < len(m):
            m[at:at + 2] = struct.pack("!H", 0xC000 | rng.randrange(1024))
        elif kind == 4:
            struct.pack_into("!H", m, rng.choice((6, 8, 10)), rng.choice((0, 1, 2, 7, 255, 65535)))
        elif kind == 5:
            m[at:at] = m[body:body + rng.randrange(1, 60)]
        elif kind == 6:
            del m[at:at + rng.randrange(1, 40)]
        elif kind == 7:
            m[2] ^= rng.choice((4, 2))
            m[3] = m[3] & 0xF0 | rng.choice((0, 0, 1, 2, 3, 5, 6, 9))
        elif kind == 8 and at + 2 < len(m):
            struct.pack_into("!H", m, at, rng.choice((1, 2, 5, 6, 28, 39, 43, 46, 47, 48, 50, 41, 0, 255)))


class Replayer:
    """Answers with genuine signed records of other names, in the wrong places, once it has heard enough of them."""

    def __init__(self, seed, share=0.45):
        self.rng, self.share = random.Random(seed), share
        self.learning = True
        self.pool, self.known = collections.defaultdict(list), set()
        self.kinds = collections.Counter()
        self.lock = threading.Lock()

    def change(self, _, response):
        message = Message(response)
        with self.lock:
            for signed in message.signed_sets():
                if signed.records not in self.known:
                    self.known.add(signed.records)
                    self.pool[signer_of(signed)].append(signed)
            if self.learning or self.rng.random() > self.share:
                return response
            return self._mix(message).wire()

    def _sets_around(self, name):
        zones = []
        while True:
            if self.pool.get(name.lower()):
                zones.append(name.lower())
            if name == b"\0":
                break
            name = parent(name)
        if not zones:
            return []
        return self.pool[zones[0] if self.rng.random() < 0.75 else self.rng.choice(zones)]

    def _mix(self, message):
        rng, sets = self.rng, self._sets_around(message.name)
        if not sets:
            return message
        proofs = [s for s in sets if s.records[0].type in (NSEC, NSEC3)]
        proofs = rng.sample(proofs, min(len(proofs), rng.choice((0, 1, 1, 2, 3, 4))))
        how = rng.choice(("denial", "denial", "owner", "owner", "proofs", "company", "signatures"))
        self.kinds[how] += 1
        answer, authority, _ = message.sections

        def put(section, chosen):
            for signed in chosen:
                section.extend(signed.records + signed.signatures)
        if how == "denial":
            answer.clear()
            authority.clear()
            put(authority, [s for s in sets if s.records[0].type == SOA][:1] + proofs)
            message.flags = message.flags & ~0xF | rng.choice((0, 3))
        elif how == "owner":
            same = [s for s in sets if s.records[0].type in (message.type, CNAME)]
            if same:
                answer.clear()
                authority.clear()
                put(answer, [renamed(rng.choice(same), message.name)])
                put(authority, proofs)
                message.flags &= ~0xF
        elif how == "proofs":
            authority.clear()
            put(authority, proofs)
        elif how == "company":
            extra = []
            put(extra, rng.sample(sets, min(len(sets), 2)))
            answer[:] = extra + answer if rng.random() < 0.5 else answer + extra
        else:
            self._spoil_signatures(message)
        return message

    def _spoil_signatures(self, message):
        """Puts a signature in front of each that claims fewer labels, or another signer."""
        for section in message.sections[:2]:
            made = []
            for record in section:
                if record.type == RRSIG:
                    rdata = bytearray(record.rdata)
                    rdata[3] = max(0, rdata[3] - self.rng.randrange(3))
                    if self.rng.random() < 0.3:
                        rdata[-1] ^= 1
                    made.append(record._replace(rdata=bytes(rdata)))
                made.append(record)
            section[:] = made


class Forwarder:
    """Gives clients at `address` what the resolver at `upstream` says, as `liar` changes it."""

    def __init__(self, address, upstream, liar):
        self.upstream, self.liar, self.honest = upstream, liar, False
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((address, 53))
        self.tcp = socket.create_server((address, 53), backlog=64)
        for _ in range(8):
            threading.Thread(target=self._serve_udp, daemon=True).start()
        threading.Thread(target=self._serve_tcp, daemon=True).start()

    def _answer(self, query):
        with socket.create_connection((self.upstream, 53), 4) as channel:
            channel.settimeout(4)
            channel.sendall(struct.pack("!H", len(query)) + query)
            response = receive(channel)
        if self.honest:
            return response
        try:
            return self.liar.change(query, response)
        except (ValueError, IndexError, struct.error):
            return response

    def _serve_udp(self):
        while True:
            query, client = self.udp.recvfrom(4096)
            try:
                response = self._answer(query)
                if len(response) > 1232:  # what fits is asked for by TCP
                    response = response[:2] + bytes([response[2] | 2]) + response[3:4] + query[4:6] + bytes(6) + query[12:]
                self.udp.sendto(response, client)
            except (OSError, struct.error):
                continue

    def _serve_tcp(self):
        while True:
            channel, _ = self.tcp.accept()
            threading.Thread(target=self._serve_connection, args=(channel,), daemon=True).start()

    def _serve_connection(self, channel):
        with channel:
            channel.settimeout(5)
            try:
                while query := receive(channel):
                    response = self._answer(query)
                    channel.sendall(struct.pack("!H", len(response)) + response)
            except (OSError, struct.error):
                return


def receive(channel):
    (length,) = struct.unpack("!H", channel.recv(2, socket.MSG_WAITALL))
    return channel.recv(length, socket.MSG_WAITALL)
