# SPDX-License-Identifier: EUPL-1.2
"""A minimal DNS client on the standard library: UDP and TCP, EDNS with DO, NSID and extended errors. Reads what the
tests look at and no more."""

import random
import socket
import struct
from dataclasses import dataclass, field

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "NAPTR": 35,
         "DNAME": 39, "OPT": 41, "DS": 43, "RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "NSEC3": 50, "NSEC3PARAM": 51,
         "TLSA": 52, "ZONEMD": 63, "SVCB": 64, "HTTPS": 65, "AXFR": 252, "ANY": 255, "CAA": 257}
RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]


@dataclass
class Reply:
    rcode: str = ""
    aa: bool = False
    tc: bool = False
    ra: bool = False
    ad: bool = False
    answers: list = field(default_factory=list)     # (owner, type number, ttl, rdata octets)
    authority: list = field(default_factory=list)
    additional: list = field(default_factory=list)
    nsid: bytes = b""
    ede: list = field(default_factory=list)         # (code, text)

    def addresses(self):
        return [socket.inet_ntop(socket.AF_INET if t == 1 else socket.AF_INET6, d)
                for _, t, _, d in self.answers if t in (1, 28)]


def type_number(name):
    return TYPES[name] if name in TYPES else int(name.removeprefix("TYPE"))


def _encode_name(name):
    if name == ".":
        return b"\0"
    labels = [label.encode() for label in name.rstrip(".").split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def query(name, rrtype, *, do=False, nsid=False, rd=True, cd=False, edns=True, identifier=None):
    flags = (0x0100 if rd else 0) | (0x0010 if cd else 0)
    identifier = random.randrange(65536) if identifier is None else identifier
    packet = struct.pack("!6H", identifier, flags, 1, 0, 0, 1 if edns else 0)
    packet += _encode_name(name) + struct.pack("!HH", type_number(rrtype), 1)
    if edns:
        options = struct.pack("!HH", 3, 0) if nsid else b""
        packet += b"\0" + struct.pack("!HHIH", 41, 1232, 0x8000 if do else 0, len(options)) + options
    return packet


def _name_at(packet, at):
    labels, end, jumps = [], None, 0
    while packet[at]:
        if packet[at] >= 0xC0:
            end = end or at + 2
            at = (packet[at] & 0x3F) << 8 | packet[at + 1]
            jumps += 1
            if jumps > 100:
                raise ValueError("compression loop")
            continue
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1"))
        at += 1 + packet[at]
    return ".".join(labels) + ".", end or at + 1


def _read_options(reply, data):
    at = 0
    while at + 4 <= len(data):
        code, length = struct.unpack_from("!HH", data, at)
        value = data[at + 4:at + 4 + length]
        if code == 3:
            reply.nsid = value
        elif code == 15 and length >= 2:
            reply.ede.append((struct.unpack("!H", value[:2])[0], value[2:].decode("utf-8", "replace")))
        at += 4 + length


def parse(packet):
    _, flags, questions, *counts = struct.unpack_from("!6H", packet)
    reply = Reply(aa=bool(flags & 0x400), tc=bool(flags & 0x200), ra=bool(flags & 0x80), ad=bool(flags & 0x20))
    rcode, at = flags & 15, 12
    for _ in range(questions):
        at = _name_at(packet, at)[1] + 4
    for count, section in zip(counts, (reply.answers, reply.authority, reply.additional)):
        for _ in range(count):
            owner, at = _name_at(packet, at)
            rrtype, _, ttl, length = struct.unpack_from("!HHIH", packet, at)
            data = packet[at + 10:at + 10 + length]
            at += 10 + length
            if rrtype == 41:
                rcode |= (ttl >> 24) << 4
                _read_options(reply, data)
            else:
                section.append((owner, rrtype, ttl, data))
    reply.rcode = RCODES[rcode] if rcode < len(RCODES) else str(rcode)
    return reply


def ask(server, name, rrtype, *, port=53, tcp=False, timeout=5.0, tries=1, source=None, **options):
    """One question, one reply; None when nobody answers in time."""
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    packet = query(name, rrtype, **options)
    for _ in range(tries):
        try:
            with socket.socket(family, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM) as channel:
                channel.settimeout(timeout)
                if source:
                    channel.bind((source, 0))
                channel.connect((server, port))
                return parse(_exchange_tcp(channel, packet) if tcp else _exchange_udp(channel, packet))
        except (TimeoutError, ConnectionError, OSError, struct.error, IndexError):
            continue
    return None


def _exchange_udp(channel, packet):
    channel.send(packet)
    while True:
        data = channel.recv(65535)
        if data[:2] == packet[:2]:
            return data


def _exchange_tcp(channel, packet):
    channel.sendall(struct.pack("!H", len(packet)) + packet)
    stream = channel.makefile("rb")
    return stream.read(struct.unpack("!H", stream.read(2))[0])
