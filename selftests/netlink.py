#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The netlink family, spoken byte by byte: what no well-behaved client would send.

	netlink.py refusals		send every malformed request; print what was not refused as it should be
	netlink.py dumps FILTER...	print the ids of the flows that pass each filter ("NAME=VALUE
					NAME=VALUE"), a JSON list a line
	netlink.py join			join each multicast group; print those that may be joined, or "none"
	netlink.py hold			begin to dump flows, and do not read on
	netlink.py churn SECONDS	dump flows for so long; print how often, how many, and check every dump
	netlink.py resets COUNT TUNNEL
					reset a tunnel that packets arrive on, all alike, so often; print how often, how
					many packets had come by then at most, and the counters that did not begin anew

The numbers below are the contract (include/uapi/linux/tunwin.h) and are written out here, so
that a change of one of them fails a test.
"""

import errno
import json
import os
import socket
import struct
import sys
import time

NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x4, 0x300
NLM_F_DUMP_INTR, NLM_F_CAPPED, NLM_F_ACK_TLVS = 0x10, 0x100, 0x200
NLMSG_ERROR, NLMSG_DONE, GENL_ID_CTRL, CTRL_CMD_GETFAMILY = 2, 3, 16, 3
SOL_NETLINK, NETLINK_EXT_ACK, NETLINK_GENERIC = 270, 11, 16
NETLINK_ADD_MEMBERSHIP = 1
NESTED = 0x8000

FLOW_GET, TUNNEL_GET, STATUS_GET, SETTINGS_SET, TRACK_SET, RESET = 1, 2, 3, 4, 5, 6
TUNNEL_SET, FLOW_END_NTF, ALERT_GET, ALERT_NTF = 7, 8, 9, 10
BUFFER_GET, EPISODE_GET, AOE_GET = 11, 12, 13

FLOW = {
    "pad": 1, "id": 2, "tunnel-ifindex": 3, "tunnel": 4, "kind": 5, "netns": 6, "vantage": 7,
    "near-addr": 8, "near-port": 9, "far-addr": 10, "far-port": 11, "state": 12, "age-ns": 13,
    "idle-ns": 14, "rtt-smoothed-us": 15, "rtt-min-us": 16, "rtt-receive-us": 17, "in": 18,
    "out": 19, "socket": 20, "end-reason": 21, "addr": 22, "prefix-len": 23, "port": 24,
    "ended": 25, "rtt-near-min-us": 26, "rtt-near-us": 27, "rtt-far-min-us": 28, "rtt-far-us": 29,
    "timestamps": 30, "limit": 31,
}
TUNNEL = {"pad": 1, "ifindex": 2, "name": 3, "kind": 4, "in": 12, "rate-bps": 14, "collapse-ratio-percent": 15}
TRAFFIC = {"skbs": 6, "segments": 7, "inner-bytes": 8, "len-bytes": 9, "truesize-bytes": 10, "tcp-segments": 12}
TRAFFIC_SIZE_CLASS, SIZE_CLASS = 21, {"segments": 3, "len-bytes": 4, "truesize-bytes": 5}
ALERT = {"id": 2, "code": 4, "tunnel-ifindex": 6, "tunnel": 7, "flow-id": 8, "history": 25}
EPISODE = {"id": 2, "ifindex": 3, "name": 4}
AOE = {"id": 2, "tunnel-ifindex": 3, "tunnel": 4, "shelf": 6}
STATUS = {"flows": 3, "max-flows": 5, "max-history": 7, "idle-timeout-s": 8, "max-details": 30, "share-percent": 35}
DEVICE = {"ifindex": 1, "name": 2, "off": 3}


def u8(value):
    return struct.pack("=B", value)


def u16(value):
    return struct.pack("=H", value)


def u32(value):
    return struct.pack("=I", value)


def u64(value):
    return struct.pack("=Q", value)


def text(value):
    return value.encode() + b"\0"


def attr(kind, payload=b"", length=None):
    """An attribute; its length may be forged."""
    length = 4 + len(payload) if length is None else length
    return struct.pack("=HH", length, kind) + payload + bytes(-len(payload) % 4)


def attrs_of(data):
    """The attributes in a message, as (kind, payload)."""
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4 or length > len(data):
            sys.exit(f"netlink: attribute of {length} bytes in {len(data)}")
        yield kind & 0x3fff, data[4:length]
        data = data[(length + 3) & ~3:]


class Refused(Exception):
    """The kernel's answer: errno, and the sentence of its extended ack."""

    def __init__(self, code, sentence):
        super().__init__(f"{errno.errorcode.get(code, code)}: {sentence}")
        self.code, self.sentence = code, sentence


class Client:
    """A generic netlink socket."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.sock.settimeout(30)
        self.seq = 0
        (reply,) = self.ask(CTRL_CMD_GETFAMILY, attr(2, text("tunwin")), to=GENL_ID_CTRL)
        family = dict(attrs_of(reply))
        self.family = struct.unpack("=H", family[1])[0]
        self.groups = {}
        for _, group in attrs_of(family[7]):
            words = dict(attrs_of(group))
            self.groups[words[1].rstrip(b"\0").decode()] = struct.unpack("=I", words[2])[0]

    def send(self, command, body=b"", flags=0, to=None, version=1, genl=None):
        """Send a request as it is, right or wrong."""
        self.seq += 1
        header = struct.pack("=BBH", command, version, 0) if genl is None else genl
        body = header + body
        self.sock.send(struct.pack("=IHHII", 16 + len(body), to or self.family,
                                   NLM_F_REQUEST | flags, self.seq, 0) + body)

    def messages(self):
        """The messages that answer the last request, until its end; raises Refused."""
        interrupted = False
        while True:
            data = self.sock.recv(1 << 16)
            while data:
                length, kind, flags, seq, _ = struct.unpack_from("=IHHII", data)
                message, data = data[16:length], data[(length + 3) & ~3:]
                if seq != self.seq:
                    continue
                interrupted = interrupted or flags & NLM_F_DUMP_INTR
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    code = -struct.unpack_from("=i", message)[0]
                    if code:
                        raise Refused(code, self.sentence(kind, flags, message))
                    return
                yield message[4:]

    @staticmethod
    def sentence(kind, flags, message):
        """The text of the extended ack."""
        if not flags & NLM_F_ACK_TLVS:
            return ""
        offset = 4
        if kind == NLMSG_ERROR:
            inner = struct.unpack_from("=I", message, 4)[0]
            offset += 16 if flags & NLM_F_CAPPED else (inner + 3) & ~3
        return dict(attrs_of(message[offset:])).get(1, b"").rstrip(b"\0").decode()

    def ask(self, command, body=b"", flags=NLM_F_ACK, **more):
        """Send, and return all that is answered."""
        self.send(command, body, flags, **more)
        return list(self.messages())


def requests():
    """Every malformed request: what it is, command, body, flags, errno, part of the sentence."""
    dump, invalid, out_of_range = NLM_F_DUMP, errno.EINVAL, errno.ERANGE

    # What no policy lets through, for each command that takes attributes.
    commands = {
        "flow-get": (FLOW_GET, 0, 31), "dump of flow-get": (FLOW_GET, dump, 31),
        "tunnel-get": (TUNNEL_GET, 0, 3), "settings-set": (SETTINGS_SET, 0, 8),
        "track-set": (TRACK_SET, 0, 3), "reset": (RESET, 0, 3), "tunnel-set": (TUNNEL_SET, 0, 15),
        "dump of alert-get": (ALERT_GET, dump, 30), "dump of episode-get": (EPISODE_GET, dump, 17),
    }
    for name, (command, flags, last) in commands.items():
        yield f"{name}: unknown attribute", command, attr(last + 1, u32(1)), flags, invalid, "attribute"
        yield f"{name}: attribute 0", command, attr(0, u32(1)), flags, invalid, "attribute"
        yield f"{name}: attribute 16383", command, attr(0x3fff, u32(1)), flags, invalid, "attribute"
        yield f"{name}: trailing bytes", command, b"\1\0\0", flags, invalid, "ytes leftover"
        yield f"{name}: attribute longer than the message", command, attr(last, b"", 400), flags, invalid, "ytes leftover"
        yield f"{name}: attribute shorter than itself", command, attr(last, b"", 3), flags, invalid, "ytes leftover"

    # Wrong types and lengths.
    for number in ("id", "tunnel-ifindex"):
        for size in (0, 3, 5, 8):
            flags = dump if number == "tunnel-ifindex" else 0
            yield (f"{number} of {size} bytes", FLOW_GET, attr(FLOW[number], bytes(size)), flags,
                   (invalid, out_of_range), "")
    for number in ("near-port", "far-port", "port"):
        for size in (0, 1, 4):
            yield (f"{number} of {size} bytes", FLOW_GET, attr(FLOW[number], bytes(size)), dump,
                   (invalid, out_of_range), "")
    for number in ("near-addr", "far-addr", "addr"):
        for size in (0, 1, 3, 5, 8, 12, 15):
            yield (f"{number} of {size} bytes", FLOW_GET, attr(FLOW[number], bytes(size)), dump,
                   invalid, "an address has 4 bytes (IPv4) or 16 (IPv6)")
        for size in (17, 4000):
            yield (f"{number} of {size} bytes", FLOW_GET, attr(FLOW[number], bytes(size)), dump,
                   (invalid, out_of_range), "")
    yield "ended with a value", FLOW_GET, attr(FLOW["ended"], b"\1"), dump, (invalid, out_of_range), ""
    yield "tunnel without its zero", FLOW_GET, attr(FLOW["tunnel"], b"gre1"), dump, invalid, ""
    yield "tunnel of 16 letters", FLOW_GET, attr(FLOW["tunnel"], text("a" * 16)), dump, (invalid, out_of_range), ""
    yield "tunnel of no letters", FLOW_GET, attr(FLOW["tunnel"], text("")), dump, invalid, "the name of the tunnel is empty"
    yield "tunnel as a nest", FLOW_GET, attr(FLOW["tunnel"] | NESTED, text("gre1")), dump, invalid, ""

    # Values out of range.
    yield "vantage 2", FLOW_GET, attr(FLOW["vantage"], u8(2)), dump, out_of_range, "out of range"
    yield "state 4", FLOW_GET, attr(FLOW["state"], u8(4)), dump, out_of_range, "out of range"
    yield "limit 5", FLOW_GET, attr(FLOW["limit"], u8(5)), dump, out_of_range, "out of range"
    yield "tunnel-ifindex 0", FLOW_GET, attr(FLOW["tunnel-ifindex"], u32(0)), dump, out_of_range, "out of range"
    both = attr(FLOW["addr"], bytes(4))
    yield "prefix-len 33 of IPv4", FLOW_GET, both + attr(FLOW["prefix-len"], u8(33)), dump, invalid, "at most 32"
    yield ("prefix-len 129", FLOW_GET, attr(FLOW["addr"], bytes(16)) + attr(FLOW["prefix-len"], u8(129)),
           dump, out_of_range, "out of range")

    # Attributes that do not belong together, or to this command.
    yield "prefix-len alone", FLOW_GET, attr(FLOW["prefix-len"], u8(8)), dump, invalid, "prefix-len needs addr"
    yield "a dump with an id", FLOW_GET, attr(FLOW["id"], u32(1)), dump, invalid, "a dump takes no id"
    yield "no id", FLOW_GET, b"", 0, invalid, "the id of the flow is missing"
    yield ("an id and a filter", FLOW_GET, attr(FLOW["id"], u32(1)) + attr(FLOW["port"], u16(1)), 0, invalid,
           "one flow is asked for by its id alone")
    yield "an id that is not there", FLOW_GET, attr(FLOW["id"], u32(0xfffffff0)), 0, errno.ENOENT, "no flow has this id"
    for name in ("pad", "kind", "netns", "age-ns", "idle-ns", "rtt-min-us", "rtt-far-us", "timestamps", "in", "out", "socket", "end-reason"):
        yield f"{name} as a filter", FLOW_GET, attr(FLOW[name], u32(1)), dump, invalid, "attribute"
    yield "a dump of tunnels with a name", TUNNEL_GET, attr(TUNNEL["name"], text("lo")), dump, invalid, "takes no attributes"
    yield "kind of a tunnel", TUNNEL_GET, attr(TUNNEL["kind"], text("gre")), 0, invalid, "attribute"
    yield "status with an attribute", STATUS_GET, attr(STATUS["flows"], u32(1)), 0, invalid, ""
    yield "a dump of the status", STATUS_GET, b"", dump, errno.EOPNOTSUPP, None
    yield "a dump of settings", SETTINGS_SET, b"", dump, errno.EOPNOTSUPP, None

    # Alerts.
    yield "alert code 9", ALERT_GET, attr(ALERT["code"], u8(9)), dump, out_of_range, "out of range"
    yield "buffers of one", BUFFER_GET, attr(2, u32(1)), 0, invalid, ""
    yield "buffers with a filter", BUFFER_GET, attr(2, u32(1)), dump, invalid, ""
    yield "an episode by its id", EPISODE_GET, attr(EPISODE["id"], u32(1)), dump, invalid, "attribute"
    yield "episodes of ifindex 0", EPISODE_GET, attr(EPISODE["ifindex"], u32(0)), dump, out_of_range, "out of range"
    yield ("episodes of no name", EPISODE_GET, attr(EPISODE["name"], text("")), dump, invalid,
           "the name of the device is empty")
    yield "an episode, not a dump", EPISODE_GET, b"", 0, errno.EOPNOTSUPP, None
    yield "alerts of flow 0", ALERT_GET, attr(ALERT["flow-id"], u32(0)), dump, out_of_range, "out of range"
    yield "alerts of ifindex 0", ALERT_GET, attr(ALERT["tunnel-ifindex"], u32(0)), dump, out_of_range, "out of range"
    yield ("alerts of no name", ALERT_GET, attr(ALERT["tunnel"], text("")), dump, invalid,
           "the name of the tunnel is empty")
    yield "an alert by its id", ALERT_GET, attr(ALERT["id"], u32(1)), dump, invalid, "attribute"
    yield "one alert", ALERT_GET, b"", 0, errno.EOPNOTSUPP, None

    # Settings of a tunnel, which is there; none is changed.
    tun0 = attr(TUNNEL["name"], text("tun0"))
    yield "nothing to set of a tunnel", TUNNEL_SET, tun0, 0, invalid, "no setting is given"
    yield ("a rate beyond all", TUNNEL_SET, tun0 + attr(TUNNEL["rate-bps"], u64(10 ** 15 + 1)), 0, out_of_range,
           "more than a petabit per second")
    for percent in (0, 51, 0xffffffff):
        yield (f"collapse-ratio of {percent} %", TUNNEL_SET,
               tun0 + attr(TUNNEL["collapse-ratio-percent"], u32(percent)), 0, out_of_range, "out of range")
    yield ("a good rate before a bad ratio", TUNNEL_SET, tun0 + attr(TUNNEL["rate-bps"], u64(1000)) +
           attr(TUNNEL["collapse-ratio-percent"], u32(0)), 0, out_of_range, "out of range")
    yield ("a rate of a device that is no tunnel", TUNNEL_SET, attr(TUNNEL["name"], text("lo")) +
           attr(TUNNEL["rate-bps"], u64(1000)), 0, errno.ENODEV, "watch")

    # Devices.
    for name, command in (("tunnel-get", TUNNEL_GET), ("track-set", TRACK_SET), ("reset", RESET),
                          ("tunnel-set", TUNNEL_SET)):
        names = TUNNEL if command in (TUNNEL_GET, TUNNEL_SET) else DEVICE
        index, label = names["ifindex"], names["name"]
        rate = attr(TUNNEL["rate-bps"], u64(1000)) if command == TUNNEL_SET else b""
        missing = errno.ENODEV
        if command != RESET:
            yield f"{name}: no device", command, b"", 0, invalid, "the device is missing"
        yield (f"{name}: both names", command, attr(index, u32(1)) + attr(label, text("lo")), 0, invalid,
               "by ifindex or by name, not by both")
        yield f"{name}: ifindex 0", command, attr(index, u32(0)), 0, out_of_range, "out of range"
        yield f"{name}: ifindex 2^31", command, attr(index, u32(1 << 31)), 0, invalid, "no device has such an ifindex"
        yield (f"{name}: ifindex nobody has", command, attr(index, u32(0x7ffffff0)) + rate, 0, missing,
               "no such")
        yield f"{name}: name nobody has", command, attr(label, text("nosuch0")) + rate, 0, missing, "no such"
        yield f"{name}: empty name", command, attr(label, text("")), 0, invalid, "the name of the device is empty"
        yield f"{name}: name of 16 letters", command, attr(label, text("a" * 16)), 0, (invalid, out_of_range), ""
        yield f"{name}: name without its zero", command, attr(label, b"lo"), 0, invalid, ""
    yield ("stop watching what is not watched", TRACK_SET,
           attr(DEVICE["name"], text("lo")) + attr(DEVICE["off"]), 0, errno.ENOENT, "was not watched")

    # ATA over Ethernet: a tunnel goes with a dump only.
    yield "aoe of ifindex 0", AOE_GET, attr(AOE["tunnel-ifindex"], u32(0)), dump, out_of_range, "out of range"
    yield "aoe of no name", AOE_GET, attr(AOE["tunnel"], text("")), dump, invalid, "the name of the tunnel is empty"
    yield "aoe of 16 letters", AOE_GET, attr(AOE["tunnel"], text("a" * 16)), dump, (invalid, out_of_range), ""
    yield "aoe of a shelf", AOE_GET, attr(AOE["shelf"], u16(1)), dump, invalid, "attribute"
    yield "aoe with an id", AOE_GET, attr(AOE["id"], u32(1)), 0, invalid, "attribute"
    yield "aoe of the host, of a tunnel", AOE_GET, attr(AOE["tunnel"], text("lo")), 0, invalid, "a tunnel is for a dump"
    for tail in (b"\1\0\0", attr(4, b"", 400), attr(4, b"", 3)):
        yield "aoe with bytes left over", AOE_GET, tail, dump, invalid, "ytes leftover"

    # Settings: none, one bad, and a bad one after a good one, which must not be changed either.
    yield "nothing to set", SETTINGS_SET, b"", 0, invalid, "nothing to set"
    for name, values in {"max-flows": (0, 15, 4194305, 0xffffffff), "max-details": (15, 4194305), "max-history": (1048577,),
                         "idle-timeout-s": (0, 604801), "share-percent": (0, 101)}.items():
        for value in values:
            yield f"{name} {value}", SETTINGS_SET, attr(STATUS[name], u32(value)), 0, out_of_range, "out of range"
    yield ("a good setting before a bad one", SETTINGS_SET,
           attr(STATUS["max-flows"], u32(100)) + attr(STATUS["idle-timeout-s"], u32(0)), 0, out_of_range, "out of range")
    yield ("a good setting before one that is none", SETTINGS_SET,
           attr(STATUS["max-flows"], u32(100)) + attr(STATUS["flows"], u32(1)), 0, invalid, "attribute")

    # Commands that are none.
    for command in (0, FLOW_END_NTF, ALERT_NTF, AOE_GET + 1, 255):
        yield f"command {command}", command, b"", 0, errno.EOPNOTSUPP, None


def refusals():
    """Send them all. A sentence is required, unless None says that the request never reaches us."""
    client = Client()
    wrong = count = 0
    for name, command, body, flags, code, sentence in requests():
        count += 1
        codes = code if isinstance(code, tuple) else (code,)
        try:
            client.ask(command, body, flags | NLM_F_ACK)
            said = "it was accepted"
        except Refused as refused:
            if refused.code in codes and (sentence is None or
                                          (refused.sentence and sentence in refused.sentence)):
                continue
            said = str(refused)
        wrong += 1
        print(f"{name}: {said}")
    # A header that ends in its middle; only that it is answered and refused can be asked.
    try:
        client.send(0, flags=NLM_F_ACK, genl=b"\1\1")
        list(client.messages())
        wrong += 1
        print("half a header: it was accepted")
    except Refused:
        pass
    print(f"{count + 1} requests, {wrong} of them not refused as they should be")
    return wrong


def pack(name, value):
    """A word of the command line as an attribute of a filter."""
    if name in ("near-addr", "far-addr", "addr"):
        payload = socket.inet_pton(socket.AF_INET6 if ":" in value else socket.AF_INET, value)
    elif name == "tunnel":
        payload = text(value)
    elif name == "ended":
        payload = b""
    elif name in ("vantage", "state", "prefix-len", "limit"):
        payload = u8(int(value))
    elif name == "tunnel-ifindex":
        payload = u32(int(value))
    else:
        payload = u16(int(value))
    return attr(FLOW[name], payload)


def ids_of(messages):
    """The ids of flows."""
    return [struct.unpack("=I", dict(attrs_of(message))[FLOW["id"]])[0] for message in messages]


def dumps(filters):
    """Print the ids of what passes each filter, whose words are separated by blanks."""
    client = Client()
    for words in filters:
        body = b"".join(pack(*word.split("=")) for word in words.split())
        print(json.dumps(sorted(ids_of(client.ask(FLOW_GET, body, NLM_F_DUMP))),
                         separators=(",", ":")))


def churn(seconds):
    """Dump while flows come and go; each dump has rising ids, and an old flow is in every one."""
    client = Client()
    end, dumps, largest, always, seen = time.monotonic() + seconds, 0, 0, None, set()
    while time.monotonic() < end:
        ids = ids_of(client.ask(FLOW_GET, b"", NLM_F_DUMP))
        if any(later <= earlier for earlier, later in zip(ids, ids[1:])):
            sys.exit(f"netlink: ids do not rise: {ids}")
        always = set(ids) if always is None else always & set(ids)
        seen |= set(ids)
        dumps, largest = dumps + 1, max(largest, len(ids))
    print(json.dumps({"dumps": dumps, "largest": largest, "always": len(always), "seen": len(seen)}))


def counters_of(client, name):
    """What tunwin has counted of what arrived on a tunnel, its classes of sizes summed up."""
    (reply,) = client.ask(TUNNEL_GET, attr(TUNNEL["name"], text(name)))
    counters, classes = {}, dict.fromkeys(SIZE_CLASS, 0)
    for kind, payload in attrs_of(dict(attrs_of(reply))[TUNNEL["in"]]):
        for counter, number in TRAFFIC.items():
            if kind == number:
                counters[counter] = struct.unpack("=Q", payload)[0]
        if kind == TRAFFIC_SIZE_CLASS:
            values = dict(attrs_of(payload))
            for counter, number in SIZE_CLASS.items():
                classes[counter] += struct.unpack("=Q", values[number])[0]
    return counters | {f"classes' {counter}": value for counter, value in classes.items()}


def received(name):
    """Packets that the device itself has counted."""
    with open(f"/sys/class/net/{name}/statistics/rx_packets", encoding="ascii") as file:
        return int(file.read())


# What the device has counted may have to wait, on each of two processors in a queue of net.core.netdev_max_backlog.
WAITING = 2 * 1000


def resets(count, name):
    """Reset it so often, each time that packets have come, all of one kind. A counter has not begun anew if what came
    since does not account for it."""
    client = Client()
    times, most, left = 0, 0, {}
    end = time.monotonic() + 120
    while times < count:
        before = counters_of(client, name)
        if before["skbs"] < 2 * WAITING:
            if time.monotonic() > end:
                sys.exit(f"netlink: {times} resets, and nothing arrives: {before}")
            time.sleep(0.002)
            continue
        came = received(name)
        client.ask(RESET, attr(DEVICE["name"], text(name)))
        after = counters_of(client, name)
        came = received(name) - came
        for counter, value in after.items():
            if value * before["skbs"] > (came + WAITING) * before[counter]:
                left[counter] = left.get(counter, 0) + 1
        times, most = times + 1, max(most, before["skbs"])
    print(json.dumps({"resets": times, "most": most, "left": left}))


def join():
    """Join each group, and print the names of those that let us, or "none"."""
    client = Client()
    joined = []
    for name, number in sorted(client.groups.items()):
        try:
            client.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, number)
            joined.append(name)
        except PermissionError:
            pass
    print("\n".join(joined) or "none")


def hold():
    """Begin a dump of more flows than fit in its first answers; the rest waits for a reader."""
    client = Client()
    client.send(FLOW_GET, b"", NLM_F_DUMP)
    client.sock.recv(1 << 16)
    print("held", flush=True)
    time.sleep(1000)


if __name__ == "__main__":
    if sys.argv[1:] == ["refusals"]:
        sys.exit(1 if refusals() else 0)
    elif sys.argv[1:] == ["hold"]:
        hold()
    elif sys.argv[1:] == ["join"]:
        join()
    elif sys.argv[1:2] == ["dumps"]:
        dumps(sys.argv[2:])
    elif sys.argv[1:2] == ["churn"] and len(sys.argv) == 3:
        churn(float(sys.argv[2]))
    elif sys.argv[1:2] == ["resets"] and len(sys.argv) == 4:
        resets(float(sys.argv[2]), sys.argv[3])
    else:
        sys.exit(__doc__)
