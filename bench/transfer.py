#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""transfer.py [--rate] SENDER RECEIVER ADDRESS BYTES: one TCP transfer from one network namespace to another, in one process.

It sends, and then takes what has come, on the one CPU that delivers it meanwhile, so that nothing waits for anything.
Prints the nanoseconds for each segment of data that the receiver got, or with --rate the megabits per second, of all but the first tenth of them.
"""
import os
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../selftests"))
from netns import LIBC, enter  # noqa: E402

CHUNK = 65536
SEGMENTS_IN = 152	# offset of tcpi_data_segs_in in struct tcp_info


def in_namespace(name, make):
    # A child would have to hand its socket over; so go there and come back.
    enter(name)
    try:
        return make()
    finally:
        with open("/proc/1/ns/net", "rb") as home:
            LIBC.setns(home.fileno(), 0)


def segments(sock):
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return struct.unpack_from("I", info, SEGMENTS_IN)[0]


def transfer(sender, receiver, address, total, as_rate):
    listener = in_namespace(receiver, lambda: socket.create_server((address, 7000)))
    out = in_namespace(sender, lambda: socket.create_connection((address, 7000)))
    into = listener.accept()[0]
    out.setblocking(False)
    into.setblocking(False)
    data, buffer = bytes(CHUNK), bytearray(4 * CHUNK)
    moved, begin = 0, None
    while moved < total:
        for move in (lambda: out.send(data), lambda: into.recv_into(buffer)):
            try:
                count = move()
            except BlockingIOError:
                count = 0
        moved += count
        if begin is None and moved >= total / 10:
            begin = time.monotonic_ns(), segments(into), moved
    took, passed, carried = time.monotonic_ns() - begin[0], segments(into) - begin[1], moved - begin[2]
    print(f"{carried * 8000 / took if as_rate else took / passed:.1f}")


wants_rate = sys.argv[1] == "--rate"
arguments = sys.argv[1 + wants_rate:]
transfer(*arguments[:3], int(arguments[3]), wants_rate)
