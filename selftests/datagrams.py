#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Datagrams for a socket that nobody reads.

	datagrams.py hold PORT FILE		have a small socket there; FILE appears when it is there
	datagrams.py send ADDRESS PORT NxB...	send N datagrams of B bytes, and so on
"""

import signal
import socket
import sys


def hold(port, ready):
    """Do not read."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.bind(("", int(port)))
    with open(ready, "w", encoding="ascii"):
        pass
    signal.pause()


def send(address, port, *groups):
    """One after the other."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((address, int(port)))
    for group in groups:
        count, size = map(int, group.split("x"))
        for _ in range(count):
            sock.send(bytes(size))


if __name__ == "__main__":
    {"hold": hold, "send": send}[sys.argv[1]](*sys.argv[2:])
