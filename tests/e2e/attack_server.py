# SPDX-License-Identifier: EUPL-1.2
"""The authoritative servers of attack.py: hostile ones, which say what an attack wants (attack_says.py), and an innocent one,
which ignores everything that is not its zone's. Their zones are stub zones of the daemon under attack."""

import selectors
import socket
import struct
import sys
import time

import attack_says
from attack_message import Query


class Server:
    """UDP and TCP at some addresses, in one loop."""

    def __init__(self, addresses, says):
        self.says, self.later = says, []  # (when, function)
        self.selector = selectors.DefaultSelector()
        for address in addresses:
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            udp.bind((address, 53))
            tcp = socket.create_server((address, 53), backlog=1024)
            for listener, act in ((udp, self.datagram), (tcp, self.accept)):
                listener.setblocking(False)
                self.selector.register(listener, selectors.EVENT_READ, act)

    def datagram(self, udp):
        for _ in range(64):
            try:
                packet, peer = udp.recvfrom(4096)
            except BlockingIOError:
                return
            for say in self.answers(packet, False):
                self.at(say.after, lambda say=say, peer=peer: udp.sendto(say.message, peer))

    def accept(self, tcp):
        channel, _ = tcp.accept()
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
    if sys.argv[1] == "hostile":
        Server(attack_says.HOSTILE, attack_says.hostile).run()
    else:
        Server([attack_says.INNOCENT], attack_says.innocent).run()
