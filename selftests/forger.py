#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Forges packets of TCP in a tunnel: forger.py NEAR FAR ORDERS ANSWERS

Each line that the pipe ORDERS gives is an order, as do_…() have them ("open 1-20"); when the packets have passed tun0
of NEAR a line in ANSWERS tells how many have arrived there since the order "zero". Flow N is from 10.97.N/256.N%256,
port 40000, to 10.98.0.1, port 80. What arrives is made in FAR, GRE header and all, and sent from a raw socket; what
leaves is put on tun0 in NEAR.
"""

import ipaddress
import os
import socket
import struct
import sys

from netns import enter

FIN, SYN, RST, ACK = 1, 2, 4, 16
NEAR4, NEAR6 = ipaddress.ip_address("10.98.0.1"), ipaddress.ip_address("fd98::1")
GRE = {4: b"\0\0\x08\x00", 6: b"\0\0\x86\xdd"}
OUTGOING = 4
sent, arriving, numbers = 0, 0, {}


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return struct.pack(">H", ~total & 0xffff)


def ip4(source, target, body, protocol=6, fragment=0, options=b"", **forged):
    ihl = 5 + len(options) // 4
    header = struct.pack(">BBHHHBBH4s4s", forged.get("version", 4) << 4 | forged.get("ihl", ihl), 0,
                         forged.get("total", ihl * 4 + len(body)), 1, fragment, 64, protocol, 0,
                         source.packed, target.packed) + options
    return header[:10] + checksum(header) + header[12:] + body


def ip6(source, target, body, following=6, **forged):
    return struct.pack(">IHBB16s16s", 6 << 28, forged.get("length", len(body)), following, 64,
                       source.packed, target.packed) + body


def tcp(source, target, flags, seq, ack=0, body=b"", options=b"", doff=None, window=1000):
    doff = 5 + len(options) // 4 if doff is None else doff
    return struct.pack(">HHIIBBHHH", source, target, seq & 0xffffffff, ack & 0xffffffff,
                       doff << 4, flags, window, 0, 0) + options + body


def settle():
    """
    Wait until what was sent has passed tun0. We and all that happens to the packet are on one
    processor, so when its copy is here the original has been dealt with.
    """
    global arriving
    while arriving:
        if tap.recvfrom(1)[1][2] != OUTGOING:
            arriving -= 1


def put(direction, packet, version=4):
    global sent, arriving
    if direction == "in":
        far.sendto(GRE[version] + packet, ("198.18.0.1", 0))
        sent += 1
        arriving += 1
    else:
        settle()
        near.sendto(packet, ("tun0", 0x0800 if version == 4 else 0x86dd))


def far_end(flow):
    return ipaddress.ip_address("10.97.0.0") + flow


def segment(direction, flow, flags, length=0, seq=None, options=b""):
    at = numbers.setdefault(flow, [1000, 5000])
    side = 0 if direction == "in" else 1
    if seq is not None:
        at[side] = seq
    ends = ((far_end(flow), 40000), (NEAR4, 80))
    (source, sport), (target, tport) = ends if direction == "in" else ends[::-1]
    put(direction, ip4(source, target, tcp(sport, tport, flags, at[side], at[1 - side],
                                           bytes(length), options)))
    at[side] += length + (1 if flags & (SYN | FIN) else 0)


def flows(words):
    first, _, last = words.partition("-")
    return range(int(first), int(last or first) + 1)


def do_syn(which, seq="1000"):
    for flow in flows(which):
        segment("in", flow, SYN, seq=int(seq))


def do_open(which, seq="1000"):
    for flow in flows(which):
        segment("in", flow, SYN, seq=int(seq), options=b"\x01\x03\x03\x07")
        segment("out", flow, SYN | ACK, seq=5000, options=b"\x01\x03\x03\x07")
        segment("in", flow, ACK)


def do_cross(which):
    """Both ends open at once (RFC 9293, 3.5)."""
    scale = b"\x01\x03\x03\x07"
    for flow in flows(which):
        segment("in", flow, SYN, seq=1000, options=scale)
        segment("out", flow, SYN, seq=5000, options=scale)
        segment("in", flow, SYN | ACK, seq=1000, options=scale)
        segment("out", flow, SYN | ACK, seq=5000, options=scale)
        segment("in", flow, ACK, 100)


def do_answer(which, seq="1000"):
    """The answer of a handshake, before its question."""
    for flow in flows(which):
        numbers[flow] = [int(seq) + 1, 5000]
        segment("out", flow, SYN | ACK, seq=5000, options=b"\x01\x03\x03\x07")


def do_late(which, seq="1000"):
    """The question after the answer, and the handshake's end."""
    for flow in flows(which):
        segment("in", flow, SYN, seq=int(seq), options=b"\x01\x03\x03\x07")
        segment("in", flow, ACK, 100)


def do_data(direction, which, length):
    for flow in flows(which):
        segment(direction, flow, ACK, int(length))


def do_one(direction, which, flags, seq, ack=0, length=0, window=1000, shift=None):
    """Any segment: flags by their letters, numbers as they are; nothing follows from it."""
    bits = sum({"F": FIN, "S": SYN, "R": RST, "A": ACK}[letter] for letter in flags)
    options = b"" if shift is None else bytes([1, 3, 3, int(shift)])
    for flow in flows(which):
        ends = ((far_end(flow), 40000), (NEAR4, 80))
        (source, sport), (target, tport) = ends if direction == "in" else ends[::-1]
        put(direction, ip4(source, target, tcp(sport, tport, bits, int(seq), int(ack), bytes(int(length)),
                                               options, window=int(window))))


def do_fin(which):
    for flow in flows(which):
        segment("in", flow, FIN | ACK)
        segment("out", flow, FIN | ACK)
        segment("in", flow, ACK)


def do_rst(which):
    for flow in flows(which):
        segment("in", flow, RST)


def do_zero():
    global sent
    sent = 0
    numbers.clear()


def chain(*headers):
    """IPv6 extension headers, each (its kind, its bytes from the second on), before TCP."""
    kinds = [kind for kind, _ in headers] + [6]
    return kinds[0], b"".join(bytes([kinds[n + 1]]) + rest for n, (_, rest) in enumerate(headers))


OPTIONS = bytes([0, 1, 4, 0, 0, 0, 0])			# of a hop-by-hop or destination header
ROUTING = bytes([0, 1, 0, 0, 0, 0, 0])
AUTH = bytes([4]) + bytes(22)				# length in words, less two
WHOLE, FIRST, LATER = bytes(7), bytes([0, 0, 1]) + bytes(4), bytes([0, 0, 8]) + bytes(4)


def packet_of(name):
    """A packet that is not what it seems, or only seldom seen: (IP version, bytes)."""
    syn = tcp(40000, 80, SYN, 1000)
    data = tcp(40000, 80, ACK, 1000, 1, b"x" * 100)
    a4, a6 = ipaddress.ip_address("10.96.0.1"), ipaddress.ip_address("fd97::1")
    chains = {
        "hop-by-hop": chain((0, OPTIONS)),
        "four-extensions": chain((0, OPTIONS), (60, OPTIONS), (43, ROUTING), (51, AUTH)),
        "whole-fragment": chain((44, WHOLE)),
        "first-fragment6": chain((44, FIRST)), "later-fragment6": chain((44, LATER)),
        "nine-extensions": chain(*[(60, OPTIONS)] * 9),
        "long-extension": chain((60, b"\xff" + OPTIONS[1:])),
    }
    if name in chains:
        following, headers = chains[name]
        return 6, ip6(a6, NEAR6, headers + syn, following)
    version, packet = {
        "doff-0": (4, ip4(a4, NEAR4, tcp(40000, 80, SYN, 1, doff=0))),
        "doff-4": (4, ip4(a4, NEAR4, tcp(40000, 80, ACK, 1, 1, b"x" * 100, doff=4))),
        "doff-15-of-20-bytes": (4, ip4(a4, NEAR4, tcp(40000, 80, SYN, 1, doff=15))),
        "no-tcp-header": (4, ip4(a4, NEAR4, b"")),
        "cut-tcp-header": (4, ip4(a4, NEAR4, syn[:19])),
        "cut-tcp-header6": (6, ip6(a6, NEAR6, syn[:19])),
        "header-in-the-padding": (4, ip4(a4, NEAR4, syn, total=39)),
        "payload-in-the-padding": (4, ip4(a4, NEAR4, data, total=40)),
        "total-below-header": (4, ip4(a4, NEAR4, data, total=19)),
        "ihl-4": (4, ip4(a4, NEAR4, data, ihl=4)),
        "ihl-15-cut": (4, ip4(a4, NEAR4, syn, ihl=15)),
        "version-5": (4, ip4(a4, NEAR4, data, version=5)),
        "first-fragment": (4, ip4(a4, NEAR4, data, fragment=0x2000)),
        "later-fragment": (4, ip4(a4, NEAR4, data, fragment=0x0010)),
        "udp-fragment": (4, ip4(a4, NEAR4, bytes(100), protocol=17, fragment=0x2000)),
        "udp": (4, ip4(a4, NEAR4, bytes(8), protocol=17)),
        "no-next-header": (6, ip6(a6, NEAR6, data, 59)),
        "esp": (6, ip6(a6, NEAR6, data, 50)),
        "ack": (4, ip4(a4, NEAR4, tcp(40000, 80, ACK, 1, 1))),
        "fin": (4, ip4(a4, NEAR4, tcp(40000, 80, FIN | ACK, 1, 1))),
        "rst": (4, ip4(a4, NEAR4, tcp(40000, 80, RST, 1))),
        "rst-with-payload": (4, ip4(a4, NEAR4, tcp(40000, 80, RST, 1, 0, b"go away"))),
        "syn-fin": (4, ip4(a4, NEAR4, tcp(40000, 80, SYN | FIN, 1))),
        "ip-options": (4, ip4(a4, NEAR4, syn, options=b"\x01" * 40)),
        "truncated-ip": (4, ip4(a4, NEAR4, data)[:12]),
        "truncated-ip6": (6, ip6(a6, NEAR6, data)[:39]),
        "empty": (4, b""),
        "wscale-cut": (4, ip4(a4, NEAR4, tcp(40001, 80, SYN, 1, options=b"\x01\x01\x03\x03"))),
        "option-of-no-length": (4, ip4(a4, NEAR4, tcp(40002, 80, SYN, 1, options=b"\x08\0\x03\x03\x07\0\0\0"))),
        "wscale-255": (4, ip4(a4, NEAR4, tcp(40003, 80, SYN, 1, options=b"\x03\x03\xff\0"))),
    }[name]
    return version, packet


def do_raw(direction, *names):
    for name in names:
        version, packet = packet_of(name)
        put(direction, packet, version)


os.sched_setaffinity(0, {0})
enter(sys.argv[2])
far = socket.socket(socket.AF_INET, socket.SOCK_RAW, 47)
enter(sys.argv[1])
near = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
tap.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)	# SO_RCVBUFFORCE
tap.bind(("tun0", 3))
tap.settimeout(30)
with open(sys.argv[3], encoding="ascii") as orders, open(sys.argv[4], "w", encoding="ascii") as answers:
    for line in orders:
        command, *arguments = line.split()
        globals()["do_" + command](*arguments)
        settle()
        print(sent, file=answers, flush=True)
