# SPDX-License-Identifier: EUPL-1.2
"""A UDP proxy that changes answers on their way, so that a test can be shown to notice."""

import socket
import struct
import threading

import ground  # noqa: F401  (makes lab_dns importable)
import lab_dns


def _last_address(reply):
    """Where the rdata of the last A record of the answer section begins; None without one."""
    _, _, questions, answers, _, _ = struct.unpack_from("!6H", reply)
    at = 12
    for _ in range(questions):
        at = lab_dns._name_at(reply, at)[1] + 4
    found = None
    for _ in range(answers):
        at = lab_dns._name_at(reply, at)[1]
        rrtype, _, _, length = struct.unpack_from("!HHIH", reply, at)
        if rrtype == 1:
            found = at + 10
        at += 10 + length
    return found


class Tamper:
    """Listens at `own`, passes to `target`, changes the address in every n-th answer that holds one."""

    name = "tamper"

    def __init__(self, target, own, every):
        self.target, self.every = target, every
        self.address, self.port = own
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(own)
        self.socket.settimeout(0.2)
        self.changed = set()  # (name, type) of the answers it changed
        self.passed = 0
        self.open = True
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        while self.open:
            try:
                query, client = self.socket.recvfrom(4096)
            except TimeoutError:
                continue
            self.socket.sendto(self._answer(query), client)

    def _answer(self, query):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as onward:
            onward.settimeout(6)
            onward.connect(self.target)
            onward.send(query)
            reply = bytearray(onward.recv(65535))
        address = _last_address(reply)
        if address is None:
            return bytes(reply)
        self.passed += 1
        if self.passed % self.every == 0:
            reply[address + 3] ^= 1
            name, end = lab_dns._name_at(query, 12)
            if struct.unpack_from("!H", query, end)[0] == 1:
                self.changed.add((name, "A"))
        return bytes(reply)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.open = False
        self.thread.join()
        self.socket.close()
