#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""One end of a TCP transfer of an exact number of bytes.

Both ends print one JSON object when they are done: what they moved, and what
their kernel says of the connection (struct tcp_info, linux/tcp.h). The end that
sees another number of bytes than it was told fails. Nothing here depends on
timing: a pause lasts until a file appears.

As `pool` it starts ends, in any namespace: where programs are emulated, python takes half a second
to start, and a fork of it a few milliseconds.
"""

import argparse
import fcntl
import gc
import json
import os
import select
import signal
import socket
import struct
import sys
import termios
import time

from netns import LIBC, enter

# struct tcp_info: (name, format). The kernel gives as much of it as it knows.
# bytes_acked counts the SYN as a byte, and bytes_received the FIN.
TCP_INFO = [
    ("state", "B"), ("ca_state", "B"), ("retransmits", "B"), ("probes", "B"),
    ("backoff", "B"), ("options", "B"), ("wscale", "B"), ("flags", "B"),
    ("rto", "I"), ("ato", "I"), ("snd_mss", "I"), ("rcv_mss", "I"),
    ("unacked", "I"), ("sacked", "I"), ("lost", "I"), ("retrans", "I"),
    ("fackets", "I"), ("last_data_sent", "I"), ("last_ack_sent", "I"),
    ("last_data_recv", "I"), ("last_ack_recv", "I"), ("pmtu", "I"),
    ("rcv_ssthresh", "I"), ("rtt", "I"), ("rttvar", "I"), ("snd_ssthresh", "I"),
    ("snd_cwnd", "I"), ("advmss", "I"), ("reordering", "I"), ("rcv_rtt", "I"),
    ("rcv_space", "I"), ("total_retrans", "I"), ("pacing_rate", "Q"),
    ("max_pacing_rate", "Q"), ("bytes_acked", "Q"), ("bytes_received", "Q"),
    ("segs_out", "I"), ("segs_in", "I"), ("notsent_bytes", "I"), ("min_rtt", "I"),
    ("data_segs_in", "I"), ("data_segs_out", "I"), ("delivery_rate", "Q"),
    ("busy_time", "Q"), ("rwnd_limited", "Q"), ("sndbuf_limited", "Q"),
    ("delivered", "I"), ("delivered_ce", "I"), ("bytes_sent", "Q"),
    ("bytes_retrans", "Q"), ("dsack_dups", "I"), ("reord_seen", "I"),
    ("rcv_ooopack", "I"), ("snd_wnd", "I"), ("rcv_wnd", "I"),
]

# linux/tcp.h, asm-generic/socket.h; Python has no names for them
TCP_WINDOW_CLAMP = 10
SO_MAX_PACING_RATE = 47


def tcp_info(sock):
    """What the kernel says of a connection, as a dictionary."""
    raw = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 512)
    info, offset = {}, 0
    for name, code in TCP_INFO:
        if offset + struct.calcsize(code) > len(raw):
            break
        info[name] = struct.unpack_from("=" + code, raw, offset)[0]
        offset += struct.calcsize(code)
    wscale = info.pop("wscale", 0)
    info["snd_wscale"], info["rcv_wscale"] = wscale & 15, wscale >> 4
    return info


def account(sock, moved, began):
    """An end's account, to be taken before the connection closes and forgets it."""
    local, remote = sock.getsockname(), sock.getpeername()
    return {
        "bytes": moved,
        "seconds": round(time.monotonic() - began, 6),
        "local": {"addr": local[0], "port": local[1]},
        "remote": {"addr": remote[0], "port": remote[1]},
        "rcvbuf": sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF),
        "sndbuf": sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF),
        "tcp_info": tcp_info(sock),
    }


def pause(until, sock):
    """Do nothing until a file appears; one tells that we do, and another what the connection was then like."""
    with open(until + ".paused", "w", encoding="ascii"):
        pass
    while not os.path.exists(until):
        time.sleep(0.01)
    mine = f"{until}.{os.getpid()}"
    with open(mine, "w", encoding="ascii") as info:
        json.dump(tcp_info(sock), info)
    os.rename(mine, until + ".info")


def unacknowledged(sock):
    """Bytes that the other end's kernel has not acknowledged yet (SIOCOUTQ)."""
    return struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))[0]


def options_set(sock, args):
    """Set the socket options asked for, before the handshake fixes the scale."""
    if args.rcvbuf:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, args.rcvbuf)
    if args.sndbuf:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, args.sndbuf)
    if args.pace:
        sock.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, args.pace)
    if args.window_clamp:
        sock.setsockopt(socket.IPPROTO_TCP, TCP_WINDOW_CLAMP, args.window_clamp)
    if args.mss:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, args.mss)
    if args.nodelay:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if args.keepalive:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, args.keepalive)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, args.keepalive)
    if args.congestion:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, args.congestion.encode())


def late_options_set(sock, args):
    """What an application sets when the connection is open already."""
    if args.late_rcvbuf:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, args.late_rcvbuf)
    if args.late_window_clamp:
        sock.setsockopt(socket.IPPROTO_TCP, TCP_WINDOW_CLAMP, args.late_window_clamp)


def serve(args):
    """Accept one connection, read until its end, print the account."""
    listener = socket.create_server(("::", args.port), family=socket.AF_INET6, dualstack_ipv6=True)
    options_set(listener, args)
    if args.ready:
        # In one step, or a reader could see half a number.
        with open(args.ready + ".new", "w", encoding="ascii") as ready:
            ready.write(str(listener.getsockname()[1]))
        os.rename(args.ready + ".new", args.ready)

    sock, _ = listener.accept()
    if args.connected:
        with open(args.connected, "w", encoding="ascii"):
            pass
    began, moved = time.monotonic(), 0
    paused, late = not args.until, False
    while True:
        if not paused and moved >= args.pause_at:
            pause(args.until, sock)
            paused = True
        want = args.chunk if paused else min(args.chunk, args.pause_at - moved)
        data = sock.recv(want)
        if not data:
            break
        moved += len(data)
        if not late and moved >= args.late_at:
            late_options_set(sock, args)
            late = True
        if args.interval:
            time.sleep(args.interval)
    print(json.dumps(account(sock, moved, began)), flush=True)
    if moved != args.bytes:
        sys.exit(f"peer: received {moved} bytes, not {args.bytes}")


def send(args):
    """Connect, send, print the account once all is acknowledged, wait for the other end."""
    family = socket.AF_INET6 if ":" in args.to else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    options_set(sock, args)
    if args.source_port:
        sock.bind(("", args.source_port))
    sock.connect((args.to, args.port))
    began, moved = time.monotonic(), 0
    paused = not args.until
    data = bytes(args.chunk)
    while moved < args.bytes:
        if not paused and moved >= args.pause_at:
            pause(args.until, sock)
            paused = True
        left = args.bytes - moved if paused else args.pause_at - moved
        moved += sock.send(data[:left])
        if args.interval:
            time.sleep(args.interval)
    while unacknowledged(sock):
        time.sleep(0.01)
    done = account(sock, moved, began)
    sock.shutdown(socket.SHUT_WR)
    if sock.recv(1):
        sys.exit("peer: the receiver sent something")
    # The FIN may be sent again, too.
    done["retransmits"] = tcp_info(sock)["total_retrans"]
    print(json.dumps(done), flush=True)


PR_SET_PDEATHSIG = 1    # linux/prctl.h


def forked(files, space, words):
    """Be an end, in a new process; files get what it prints."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Whoever waits for the pool's answers must see its end.
    os.closerange(3, 64)
    for number, name in ((0, "/dev/null"), (1, files), (2, files + ".err")):
        file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, number)
        os.close(file)
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    enter(space)
    run(words)


def reap(names):
    """Leave the status of each end that is over, as a shell counts it, in FILE.status."""
    while names:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        code = os.waitstatus_to_exitcode(status)
        name = names.pop(pid) + ".status"
        with open(name + ".new", "w", encoding="ascii") as file:
            file.write(str(code if code >= 0 else 128 - code))
        os.rename(name + ".new", name)


def pool(_args):
    """Start an end for each line of standard input, tabs between its words: FILE, which gets what it
    prints (FILE.err its errors, FILE.status its exit status), a namespace, and what follows peer.py.
    Print the process of each. All ends with the input."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    names, wakeup = {}, os.pipe()
    # Or collecting garbage would copy for each end what it shares with the pool.
    gc.freeze()
    os.set_blocking(wakeup[0], False)
    os.set_blocking(wakeup[1], False)
    signal.set_wakeup_fd(wakeup[1], warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([sys.stdin, wakeup[0]], [], [])
        if wakeup[0] in ready:
            os.read(wakeup[0], 4096)
        if sys.stdin in ready:
            # One line at a time: the shell waits for the answer.
            line = sys.stdin.readline()
            if not line:
                break
            words = line.rstrip("\n").split("\t")
            pid = os.fork()
            if not pid:
                forked(words[0], words[1], words[2:])
                sys.stdout.flush()
                os._exit(0)
            names[pid] = words[0]
            print(pid, flush=True)
        reap(names)
    for pid in names:
        os.kill(pid, signal.SIGKILL)


def parser_make():
    """Make the parser of the command line; an ordinary end needs one, the pool one for all."""
    parser = argparse.ArgumentParser(description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--bytes", type=int, required=True, help="exactly so many")
    common.add_argument("--port", type=int, default=0)
    common.add_argument("--rcvbuf", type=int, help="SO_RCVBUF")
    common.add_argument("--sndbuf", type=int, help="SO_SNDBUF")
    common.add_argument("--pace", type=int, help="SO_MAX_PACING_RATE, bytes per second")
    common.add_argument("--window-clamp", type=int, help="TCP_WINDOW_CLAMP")
    common.add_argument("--congestion", help="TCP_CONGESTION")
    common.add_argument("--keepalive", type=int, metavar="SECONDS", help="SO_KEEPALIVE")
    common.add_argument("--mss", type=int, help="TCP_MAXSEG")
    common.add_argument("--nodelay", action="store_true", help="TCP_NODELAY")
    common.add_argument("--interval", type=float, metavar="SECONDS",
                        help="a slow application: wait after every chunk")
    common.add_argument("--chunk", type=int, default=65536, help="bytes per call")
    common.add_argument("--pause-at", type=int, default=0, metavar="BYTES",
                        help="stop after so many bytes")
    common.add_argument("--until", metavar="FILE",
                        help="go on when FILE is there; FILE.paused tells that we wait")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("serve", parents=[common], help=serve.__doc__)
    command.add_argument("--late-rcvbuf", type=int, metavar="BYTES", help="SO_RCVBUF, while it goes on")
    command.add_argument("--late-window-clamp", type=int, metavar="BYTES",
                         help="TCP_WINDOW_CLAMP, while it goes on")
    command.add_argument("--late-at", type=int, default=200000, metavar="BYTES",
                         help="after so many bytes")
    command.add_argument("--ready", metavar="FILE", help="gets the port once we listen")
    command.add_argument("--connected", metavar="FILE", help="is there once the connection is")
    command.set_defaults(run=serve)
    command = commands.add_parser("send", parents=[common], help=send.__doc__)
    command.add_argument("--to", required=True, metavar="ADDRESS")
    command.add_argument("--source-port", type=int)
    command.set_defaults(run=send)
    command = commands.add_parser("pool", help=pool.__doc__)
    command.set_defaults(run=pool)
    return parser


PARSER = parser_make()


def run(words=None):
    """Read the command line, or words in place of it, and do it."""
    args = PARSER.parse_args(words)
    args.run(args)


if __name__ == "__main__":
    run()
