#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Many TCP connections between two namespaces, in one process: many.py NEAR FAR ADDRESS PORT FIRST COUNT GO

From far, ports FIRST and the COUNT - 1 after it, to the address and PORT, which are near's. Each sends 1,000 bytes, is
answered with 500, and rests; a line tells of that. When the pipe GO gives a line each sends 1,000 more and is closed, by both ends.
"""

import resource
import socket
import sys

from netns import enter

ASKED, ANSWERED = 1000, 500


def receive(end, count):
    """All of so many bytes."""
    while count:
        data = end.recv(count)
        if not data:
            sys.exit("many: a connection ended too early")
        count -= len(data)


def main():
    """Read the command line and do it."""
    near, far, address, port, first, count = sys.argv[1:4] + [int(word) for word in sys.argv[4:7]]
    resource.setrlimit(resource.RLIMIT_NOFILE, (3 * count + 100, 3 * count + 100))
    enter(near)
    listener = socket.create_server((address, port), backlog=128)
    enter(far)
    pairs = []
    for number in range(first, first + count):
        client = socket.socket()
        client.bind(("", number))
        client.settimeout(60)
        client.connect((address, port))
        server, _ = listener.accept()
        server.settimeout(60)
        pairs.append((client, server))
    for client, server in pairs:
        client.sendall(bytes(ASKED))
        receive(server, ASKED)
        server.sendall(bytes(ANSWERED))
        receive(client, ANSWERED)
    print("they rest", flush=True)
    with open(sys.argv[7], encoding="ascii") as orders:
        orders.readline()
    for client, server in pairs:
        client.sendall(bytes(ASKED))
        client.shutdown(socket.SHUT_WR)
        receive(server, ASKED)
        if server.recv(1):
            sys.exit("many: more came than was sent")
        server.close()
        if client.recv(1):
            sys.exit("many: more came than was answered")
        client.close()
    print("they are closed", flush=True)


if __name__ == "__main__":
    main()
