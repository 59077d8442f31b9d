#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""ATA over Ethernet by hand: initiators whose requests are counted, a target that answers late, noise.

    aoe_peer.py ask DEV MAC SHELF.SLOT [--query] [--count N] [--lba L] [--tag T] [--wait]
    aoe_peer.py target DEV MAC SHELF.SLOT --buffers N --ready FILE --until FILE
    aoe_peer.py mark DEV WORD
    aoe_peer.py noise DEV COUNT

ask sends reads of two sectors, of addresses and with tags that rise; the same addresses with other tags, or
with the same, are requests sent again. With --wait it returns when all of them have been answered.
target keeps requests until the file is there, and then answers them all; configurations it tells at once.
mark sends a frame that no target answers and that holds a word, to be found in a capture.
"""

import argparse
import os
import random
import select
import socket
import struct
import sys
import time

ETHERTYPE = 0x88A2
RESPONSE = 0x08
ATA, CONFIG, VENDOR = 0, 1, 0xF0
READ_EXT = 0x24
SECTORS = 2
PATIENCE = 60


def address(text):
    """The bytes of an Ethernet address."""
    return bytes.fromhex(text.replace(":", ""))


def target_name(text):
    """Shelf and slot of SHELF.SLOT."""
    shelf, slot = text.split(".")
    return int(shelf), int(slot)


def open_socket(device):
    """A socket for all AoE frames of a device, also those for other addresses."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERTYPE))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    sock.bind((device, ETHERTYPE))
    return sock


def frame(destination, source, flags, name, command, tag, body, vlan=None):
    """A whole frame, padded as a card would."""
    tagged = struct.pack("!HH", 0x8100, vlan) if vlan else b""
    head = destination + source + tagged + struct.pack("!HBBHBBI", ETHERTYPE, 0x10 | flags, 0, *name, command, tag)
    return (head + body).ljust(60, b"\0")


def received(sock):
    """The next frame that arrives, without its Ethernet header: source, flags, name, command, tag, body."""
    while True:
        data, where = sock.recvfrom(9000)
        if where[2] == socket.PACKET_OUTGOING or len(data) < 24:
            continue
        flags, _, shelf, slot, command, tag = struct.unpack("!BBHBBI", data[14:24])
        return data[:6], data[6:12], flags, (shelf, slot), command, tag, data[24:]


def read_body(lba):
    """The ATA part of a read."""
    return struct.pack("!BBBB", 0x40, 0, SECTORS, READ_EXT) + lba.to_bytes(6, "little") + bytes(2)


def ask(args):
    """Send requests, and wait for their answers."""
    sock = open_socket(args.device)
    mine, name = address(args.mac), target_name(args.target)
    everyone = b"\xff" * 6
    missing = set()
    if args.query:
        sock.send(frame(everyone, mine, 0, name, CONFIG, args.tag, bytes(8), args.vlan))
        missing.add((CONFIG, args.tag))
    for number in range(args.count):
        tag = args.tag + number
        # A target may have any address: as the broadcast that it is, all take it.
        sock.send(frame(everyone, mine, 0, name, ATA, tag, read_body(args.lba + number), args.vlan))
        missing.add((ATA, tag))
    if not args.wait:
        return
    end = time.monotonic() + PATIENCE
    while missing:
        left = end - time.monotonic()
        if left <= 0 or not select.select([sock], [], [], left)[0]:
            sys.exit(f"aoe_peer: {len(missing)} requests were not answered")
        destination, _, flags, whose, command, tag, _ = received(sock)
        if destination == mine and flags & RESPONSE and whose == name:
            missing.discard((command, tag))


def answer(sock, mine, name, request, buffers):
    """Answer one request."""
    _, source, _, _, command, tag, body = request
    if command == CONFIG:
        body = struct.pack("!HHBBH", buffers, 1, SECTORS, 0x10, 0)
    else:
        body = bytes([body[0], 0, 0, 0x40]) + bytes(8) + bytes(512 * body[2])
    sock.send(frame(source, mine, RESPONSE, name, command, tag, body))


def target(args):
    """Be a target that keeps what it is asked until it is told to answer."""
    sock = open_socket(args.device)
    mine, name = address(args.mac), target_name(args.target)
    kept, held = [], True
    with open(args.ready, "w", encoding="ascii") as file:
        file.write("ready\n")
    while True:
        ready = select.select([sock], [], [], 0.05)[0]
        if held and os.path.exists(args.until):
            held = False
            for request in kept:
                answer(sock, mine, name, request, args.buffers)
        if not ready:
            continue
        request = received(sock)
        _, _, flags, whose, command, _, body = request
        if flags & RESPONSE or whose != name or len(body) < 8:
            continue
        if command == CONFIG or not held:
            answer(sock, mine, name, request, args.buffers)
        elif command == ATA:
            kept.append(request)


def mark(args):
    """Send a frame that holds a word."""
    sock = open_socket(args.device)
    sock.send(frame(b"\xff" * 6, address("02:00:00:00:00:01"), 0, (0xFFFF, 0xFF), VENDOR, 0, args.word.encode()))


def noise(args):
    """Send frames that no decent host sends: of any target, from any address, cut short."""
    chance = random.Random(1)
    sock = open_socket(args.device)
    for _ in range(args.count):
        name = (chance.randrange(1 if chance.random() < 0.3 else 65535), chance.randrange(255))
        flags = RESPONSE if chance.random() < 0.3 else 0
        source = b"\x02" + chance.randbytes(5)
        body = chance.randbytes(chance.randrange(60)) if chance.random() < 0.5 else read_body(chance.randrange(99))
        data = frame(b"\xff" * 6, source, flags, name, int(chance.random() < 0.2), chance.randrange(99), body)
        if chance.random() < 0.2:
            data = data[:14 + chance.randrange(30)]
        sock.send(data)


def main():
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    roles = parser.add_subparsers(dest="role", required=True)
    for name in ("ask", "target"):
        role = roles.add_parser(name)
        role.add_argument("device")
        role.add_argument("mac")
        role.add_argument("target")
        role.set_defaults(run={"ask": ask, "target": target}[name])
    role = roles.choices["ask"]
    role.add_argument("--query", action="store_true")
    role.add_argument("--wait", action="store_true")
    for option in ("--count", "--lba", "--tag", "--vlan"):
        role.add_argument(option, type=int, default=0)
    role = roles.choices["target"]
    role.add_argument("--buffers", type=int, default=16)
    role.add_argument("--ready", required=True)
    role.add_argument("--until", required=True)
    role = roles.add_parser("mark")
    role.add_argument("device")
    role.add_argument("word")
    role.set_defaults(run=mark)
    role = roles.add_parser("noise")
    role.add_argument("device")
    role.add_argument("count", type=int)
    role.set_defaults(run=noise)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
