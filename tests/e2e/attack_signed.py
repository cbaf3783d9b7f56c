# SPDX-License-Identifier: EUPL-1.2
"""Signed zones of attack.py, whose keys the daemon under attack trusts, and what somebody does with them who can change
what their servers say, replay what they said, or has the key that signs their data, but not the one that signs their keys.
Ed25519 by libcrypto. The keys are made of words: they protect nothing."""

import base64
import ctypes
import ctypes.util
import hashlib
import os
import struct
import time

from attack_message import (A, AAAA, AUTHORITATIVE, CNAME, DNSKEY, DS, FORGED_ADDRESS, NOERROR, NS, NSEC, NSEC3,
                            NXDOMAIN, RRSIG, SOA, SOUND_ADDRESS, TXT, Say, record, wire)

ZONES = ("plain.attack.", "wild.attack.", "cut.attack.", "zsk.attack.", "deep.attack.")
_ED25519, _SHA256, _SEP, _ZONE_KEY = 15, 2, 0x0001, 0x0100
_EVP_PKEY_ED25519 = 1087
_ITERATIONS = 50  # of NSEC3: as many as validators commonly accept (RFC 9276 §3.2)

_crypto = ctypes.CDLL(ctypes.util.find_library("crypto"))
_crypto.EVP_PKEY_new_raw_private_key.restype = ctypes.c_void_p
_crypto.EVP_PKEY_new_raw_private_key.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
_crypto.EVP_PKEY_get_raw_public_key.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_size_t)]
_crypto.EVP_MD_CTX_new.restype = ctypes.c_void_p
_crypto.EVP_MD_CTX_free.argtypes = [ctypes.c_void_p]
_crypto.EVP_DigestSignInit.argtypes = [ctypes.c_void_p] * 5
_crypto.EVP_DigestSign.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_size_t),
                                   ctypes.c_char_p, ctypes.c_size_t]


class Key:
    def __init__(self, word, flags):
        seed = hashlib.sha256(word.encode()).digest()
        self._private = _crypto.EVP_PKEY_new_raw_private_key(_EVP_PKEY_ED25519, None, seed, len(seed))
        public, size = ctypes.create_string_buffer(32), ctypes.c_size_t(32)
        _crypto.EVP_PKEY_get_raw_public_key(self._private, public, ctypes.byref(size))
        self.rdata = struct.pack("!HBB", flags, 3, _ED25519) + public.raw
        total = sum(octet << 8 if at % 2 == 0 else octet for at, octet in enumerate(self.rdata))
        self.tag = (total + (total >> 16)) & 0xFFFF

    def sign(self, octets):
        context = _crypto.EVP_MD_CTX_new()
        signature, size = ctypes.create_string_buffer(64), ctypes.c_size_t(64)
        _crypto.EVP_DigestSignInit(context, None, None, None, self._private)
        _crypto.EVP_DigestSign(context, signature, ctypes.byref(size), octets, len(octets))
        _crypto.EVP_MD_CTX_free(context)
        return signature.raw


KSK = Key("the key that the anchor names", _ZONE_KEY | _SEP)
ZSK = Key("the key of the zone's data", _ZONE_KEY)
STRANGER = Key("the key of somebody else", _ZONE_KEY)


def anchors():
    """The zones' keys as the daemon's configuration wants them."""
    key = f"257 3 {_ED25519} {base64.b64encode(KSK.rdata[4:]).decode()}"
    return [f"{zone} IN DNSKEY {key}" for zone in ZONES]


def rrsig(owner, rrtype, rdatas, zone, key=ZSK, labels=None, ttl=3600):
    """The RRSIG record at `owner`. `labels` fewer than the owner has: of the wildcard it comes from."""
    own = [label for label in owner.rstrip(".").split(".") if label]
    labels = len(own) - (own[0] == "*") if labels is None else labels
    signed_owner = owner if labels == len(own) else "*." + ".".join(own[len(own) - labels:]) + "."
    now = int(time.time())
    head = struct.pack("!HBBIIIH", rrtype, _ED25519, labels, ttl, now + 86400, now - 3600, key.tag) + wire(zone)
    rows = (wire(signed_owner) + struct.pack("!HHIH", rrtype, 1, ttl, len(rdata)) + rdata for rdata in sorted(rdatas))
    return record(owner, RRSIG, head + key.sign(head + b"".join(rows)), ttl)


def signed(owner, rrtype, rdatas, zone, key=ZSK, labels=None, ttl=3600):
    """The RRset with its signature."""
    return [*(record(owner, rrtype, rdata, ttl) for rdata in rdatas),
            rrsig(owner, rrtype, rdatas, zone, key, labels, ttl)]


def _bitmap(*types):
    octets = bytearray(32)
    for rrtype in types:
        octets[rrtype // 8] |= 0x80 >> rrtype % 8
    length = max(types) // 8 + 1
    return bytes([0, length]) + bytes(octets[:length])


def nsec(owner, following, zone, *types):
    return signed(owner, NSEC, [wire(following) + _bitmap(*types, RRSIG, NSEC)], zone)


def soa(zone):
    return signed(zone, SOA, [wire("ns." + zone) + wire("who." + zone) + struct.pack("!5I", 1, 3600, 600, 86400, 60)], zone)


def keys(query, zone, ttl=3600):
    return [Say(query.reply(answer=signed(zone, DNSKEY, [KSK.rdata, ZSK.rdata], zone, KSK, ttl=ttl)))]


def _apex(query, zone, following=None):
    """What is asked about the apex; None when something else is. Its NSEC denies what comes before `following` (none: as
    little as possible)."""
    following = following or "\0." + zone
    if query.name != zone:
        return None
    if query.type == DNSKEY:
        return keys(query, zone)
    return [Say(query.reply(authority=[*soa(zone), *nsec(zone, following, zone, NS, SOA, DNSKEY)]))]


def plain(query):
    """An address for every name: what a question costs when nothing is wrong and everything is signed."""
    zone = "plain.attack."
    return _apex(query, zone) or [Say(query.reply(
        answer=signed(query.name, A, [SOUND_ADDRESS], zone, ttl=60) if query.type == A else []))]


def wild(query):
    """There is a wildcard below each name that begins with w, and nothing else. A made-up signature that names the zone's own
    wildcard stands before the sound one: what was not verified must not say where data may be used."""
    zone = "wild.attack."
    apex = _apex(query, zone, "w." + zone)
    if apex:
        return apex
    parent = query.below(3)
    if not parent.startswith("w"):
        return [Say(query.reply(rcode=NXDOMAIN, authority=[*soa(zone), *nsec(zone, "w." + zone, zone, NS, SOA, DNSKEY)]))]
    if query.name == parent:
        return [Say(query.reply(authority=[*soa(zone), *nsec(parent, "*." + parent, zone, TXT)]))]
    proof = nsec("*." + parent, "z." + parent, zone, A)
    if query.type != A:
        return [Say(query.reply(authority=[*soa(zone), *proof]))]
    now = int(time.time())
    junk = struct.pack("!HBBIIIH", A, _ED25519, 2, 3600, now + 86400, now - 3600, ZSK.tag) + wire(zone) + bytes(64)
    return [Say(query.reply(answer=[record(query.name, RRSIG, junk),
                                    *signed(query.name, A, [SOUND_ADDRESS], zone, labels=3)], authority=proof))]


def _host(name):
    return [record(name, NS, wire(f"ns.{name}"))]


def _glue(name, address):
    return [record(f"ns.{name}", A, address)]


def cut(query, address):
    """Each name is delegated without DS, and the question for its DS is answered by a replayed wildcard CNAME, without
    the proof that the name does not exist: that there is no DS does not follow."""
    zone = "cut.attack."
    apex = _apex(query, zone)
    if apex:
        return apex
    child = query.below(3)
    if len(query.labels) > 3:
        answer = [record(query.name, A, FORGED_ADDRESS)] if query.type == A else []
        return [Say(query.reply(answer=answer))]
    if query.type in (DS, CNAME):
        return [Say(query.reply(answer=signed(child, CNAME, [wire("t." + zone)], zone, labels=2)))]
    return [Say(query.reply(0, authority=_host(child), additional=_glue(child, address)))]


_KEYS_SHOWN = {}  # questions for the keys of a zone below zsk.attack. that were answered


def zsk(query, address):
    """Each name is a signed zone with a DS for KSK. Its keys are shown once as they are; then STRANGER's stands among them,
    signed by ZSK alone. What STRANGER signs is below `evil`."""
    parent = "zsk.attack."
    apex = _apex(query, parent)
    if apex:
        return apex
    zone = query.below(3)
    if query.name == zone and query.type == DNSKEY:
        if len(_KEYS_SHOWN) > 100_000:
            _KEYS_SHOWN.clear()
        _KEYS_SHOWN[zone] = _KEYS_SHOWN.get(zone, 0) + 1
        if _KEYS_SHOWN[zone] == 1:
            return keys(query, zone, ttl=1)
        rdatas = [KSK.rdata, ZSK.rdata, STRANGER.rdata]
        return [Say(query.reply(answer=signed(zone, DNSKEY, rdatas, zone, ZSK)))]
    if query.name == zone:
        digest = hashlib.sha256(wire(zone) + KSK.rdata).digest()
        ds = signed(zone, DS, [struct.pack("!HBB", KSK.tag, _ED25519, _SHA256) + digest], parent)
        if query.type == DS:
            return [Say(query.reply(answer=ds))]
        return [Say(query.reply(0, authority=[*_host(zone), *ds], additional=_glue(zone, address)))]
    key = STRANGER if query.labels[0] == "evil" else ZSK
    answer = signed(query.name, A, [FORGED_ADDRESS if key is STRANGER else SOUND_ADDRESS], zone, key)
    return [Say(query.reply(answer=answer if query.type == A else []))]


def deep(query):
    """A denial for a name of many labels, by eight NSEC3 records, each with a salt of its own and as many iterations as
    are accepted: what has to be hashed to find that they prove nothing."""
    zone = "deep.attack."
    if query.name == zone and query.type == DNSKEY:
        return keys(query, zone)
    if query.name == zone:
        return [Say(query.reply(authority=soa(zone)))]
    proof = []
    for _ in range(8):
        owner = base64.b32hexencode(os.urandom(20)).decode().lower() + "." + zone
        rdata = struct.pack("!BBHB", 1, 0, _ITERATIONS, 8) + os.urandom(8) + b"\x14" + os.urandom(20) + _bitmap(A, AAAA)
        proof += signed(owner, NSEC3, [rdata], zone)
    rcode = NXDOMAIN if len(query.labels) > 3 else NOERROR
    return [Say(query.reply(AUTHORITATIVE, rcode=rcode, authority=[*soa(zone), *proof]))]
