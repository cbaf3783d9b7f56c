# SPDX-License-Identifier: EUPL-1.2
"""What the hostile servers of attack.py say to a question, a function for each attack: a list of Say, empty for silence.
Which one speaks is decided by the label below `attack.`: x1.slow.attack. is asked for by the attack `slow`."""

import random
import socket
import struct

import attack_signed
from attack_message import (A, AAAA, AUTHORITATIVE, CNAME, FORGED_ADDRESS, NS, NXDOMAIN, SOUND_ADDRESS, TRUNCATED, TXT,
                            YXDOMAIN, Say, record, silent_address, wire)

#: Where hostile servers stand; port 53. The first is the one that is configured, the others are delegated to.
HOSTILE = [f"127.0.0.{number}" for number in range(66, 78)]
INNOCENT = "127.0.0.65"
ZONE, INNOCENT_ZONE = "attack.", "victim.attack."
LONG_ANSWER = [bytes([200]) + b"x" * 200] * 20  # TXT: 4 kB
CAMP_DEPTH, CAMP_FAN = 4, 8


def sound(query):
    """An address for every name: what a question costs when nothing is wrong."""
    answer = [record(query.name, A, SOUND_ADDRESS, 60)] if query.type == A else []
    return [Say(query.reply(answer=answer))]


def referral(query, zone, hosts, addresses=()):
    """Of `zone` to `hosts`; `addresses`: (host, address) of glue."""
    glue = [record(host, A if len(address) == 4 else AAAA, address) for host, address in addresses]
    return Say(query.reply(0, authority=[record(zone, NS, wire(host)) for host in hosts], additional=glue))


def _dozen(query, address):
    """Delegates the name to twelve addresses, six of each of two servers."""
    servers = [f"{letter}.{query.name}" for letter in "ab"]
    return [referral(query, query.name, servers, [(server, address()) for server in servers for _ in range(6)])]


def strangers(query):
    """Each name is delegated to twelve addresses that nobody has asked before and where nobody is."""
    return _dozen(query, silent_address)


def strangers6(query):
    """The same with IPv6 addresses: 2001:2::/48, the network for benchmarks."""
    return _dozen(query, lambda: struct.pack("!2IQ", 0x20010002, 0, random.getrandbits(64)))


def ignored(query):
    """Each name is delegated to the innocent server, which says nothing about it."""
    host = f"ns.{query.name}"
    return [referral(query, query.name, [host], [(host, socket.inet_aton(INNOCENT))])]


def slow(query):
    """The right answer, three seconds late: places in flight."""
    return [Say(say.message, after=3.0) for say in sound(query)]


def held(query):
    """The same, not to be kept: who asks again while it is awaited has to be joined."""
    return [Say(query.reply(answer=[record(query.name, A, SOUND_ADDRESS, 0)] if query.type == A else []), after=1.0)]


def lengthy(query):
    """The right answer, which fits TCP only: beside `drip`, where nothing else is different."""
    if not query.tcp:
        return mute(query)
    return [Say(query.reply(answer=[record(query.name, TXT, text) for text in LONG_ANSWER]))]


def mute(query):
    """Truncated; over TCP nothing comes: connections."""
    return [] if query.tcp else [Say(query.reply(AUTHORITATIVE | TRUNCATED))]


def drip(query):
    """Each name has a dozen servers, whose answers are truncated; over TCP they come an octet at a time."""
    if len(query.labels) == 3:
        servers = [f"n{number}.{query.name}" for number in range(len(HOSTILE))]
        return [referral(query, query.name, servers, zip(servers, map(socket.inet_aton, HOSTILE)))]
    if not query.tcp:
        return mute(query)
    return [Say(query.reply(answer=[record(query.name, TXT, text) for text in LONG_ANSWER]), drip=0.002)]


def crowd(query):
    """A referral of 21 kB to a thousand name servers that nobody has asked for, whose addresses are silent."""
    if not query.tcp:
        return mute(query)
    # The first host is spelt out; the others point at what follows its first label.
    place = f"{random.getrandbits(40):x}.hosts.{ZONE}"
    owner = b"\xc0\x0c"
    first = b"\x02n0" + wire(place)
    rows = [owner + struct.pack("!HHIH", NS, 1, 3600, len(first)) + first]
    shared = struct.pack("!H", 0xC000 | (12 + len(query.question) + 12 + 3))
    for number in range(1, 1000):
        label = b"n%d" % number
        host = bytes([len(label)]) + label + shared
        rows.append(owner + struct.pack("!HHIH", NS, 1, 3600, len(host)) + host)
    return [Say(query.reply(0, authority=rows))]


def hosts(query):
    """Name servers at silent addresses, below any name."""
    return [Say(query.reply(answer=[record(query.name, A, silent_address())] if query.type == A else []))]


def selfish(query):
    """Each name is delegated to servers below itself, and their addresses with it to nobody: no glue."""
    zone = query.below(3)
    return [referral(query, zone, [f"n{number}.{zone}" for number in range(13)])]


def circle(query):
    """Each name is delegated to servers below others, which are delegated to servers below others ..."""
    return [referral(query, query.below(3), [f"n.y{random.getrandbits(40):x}.circle.{ZONE}" for _ in range(13)])]


def camp(query):
    """CAMP (2024): each name is an alias of one in a zone of its own, whose servers are below zones of their own, whose
    servers ..., and at the end addresses that are silent, or aliases again."""
    place = query.labels[-3]
    if not place.startswith("d"):
        return [Say(query.reply(answer=[record(query.name, CNAME, wire(f"a.d0-{random.getrandbits(40):x}.camp.{ZONE}"))]))]
    depth = int(place[1:].split("-")[0])
    zone = query.below(3)
    if depth == CAMP_DEPTH:
        if query.labels[0].endswith("0"):
            return [Say(query.reply(answer=[record(query.name, CNAME, wire(f"a.d0-{random.getrandbits(40):x}.camp.{ZONE}"))]))]
        return hosts(query)
    below = [f"n{number}.d{depth + 1}-{random.getrandbits(40):x}.camp.{ZONE}" for number in range(CAMP_FAN)]
    return [referral(query, zone, below)]


def aliases(query):
    """Each name is an alias of another one there."""
    return [Say(query.reply(answer=[record(query.name, CNAME, wire(f"x{random.getrandbits(40):x}.aliases.{ZONE}"))]))]


def rank(query):
    """Each name is an alias of www, and the answer says at once where that is, which is not where it says so when asked."""
    www = f"www.rank.{ZONE}"
    if query.name == www:
        return [Say(query.reply(answer=[record(www, A, SOUND_ADDRESS)] if query.type == A else []))]
    return [Say(query.reply(answer=[record(query.name, CNAME, wire(www)), record(www, A, FORGED_ADDRESS)]))]


def bare(query):
    """By UDP an answer under NXDOMAIN or YXDOMAIN without the question, as somebody would guess it who does not know the
    case in which it was asked; over TCP the right one."""
    if query.tcp:
        return sound(query)
    rcode = NXDOMAIN if len(query.labels[0]) % 2 else YXDOMAIN
    return [Say(query.reply(answer=[record(query.name, A, FORGED_ADDRESS)], rcode=rcode, bare=True))]


def _colliding_addresses(count):
    """IPv6 addresses that hash tables put into one slot when they hash 32 bits after 32 bits without a key, as is common
    (seed ^ value + constant + (seed << 6) + (seed >> 2)). Once the seed before the last word is known that word can be
    solved for."""
    mask = (1 << 64) - 1

    def mix(seed, value):
        return seed ^ (value + 0x9E3779B97F4A7C15 + (seed << 6) + (seed >> 2)) & mask

    head = mix(mix(16, 0x20010002), 0)  # 2001:2::/48, the network for benchmarks
    wanted = mix(mix(head, 1), 1)
    found = []
    for third in range(1, 1 << 26):
        seed = mix(head, third)
        last = (wanted ^ seed) - 0x9E3779B97F4A7C15 - (seed << 6) - (seed >> 2) & mask
        if last < 1 << 32:
            found.append(struct.pack("!4I", 0x20010002, 0, third, last))
        if len(found) == count:
            break
    return found


COLLIDING = _colliding_addresses(6000)


def collide(query):
    """The same with addresses that were chosen to meet in one slot of a hash table."""
    return _dozen(query, lambda: random.choice(COLLIDING))


def cut(query):
    return attack_signed.cut(query, socket.inet_aton(HOSTILE[0]))


def zsk(query):
    return attack_signed.zsk(query, socket.inet_aton(HOSTILE[0]))


SAYS = {function.__name__: function for function in
        (sound, lengthy, strangers, strangers6, ignored, slow, held, mute, drip, crowd, hosts, selfish, circle, camp, aliases,
         rank, bare, collide, cut, zsk, attack_signed.plain, attack_signed.wild, attack_signed.deep)}


def hostile(query):
    if len(query.labels) < 2 or query.labels[-2] not in SAYS:
        return [Say(query.reply())]
    if len(query.labels) == 2 and query.name not in attack_signed.ZONES:
        return [Say(query.reply())]
    return SAYS[query.labels[-2]](query)


def innocent(query):
    """What is not of its own zone it does not even refuse."""
    return sound(query) if ("." + query.name).endswith("." + INNOCENT_ZONE) else []
