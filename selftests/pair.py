#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Both ends of a TCP transfer between two namespaces, in one process: pair.py NEAR FAR ADDRESS BYTES

Sends that many bytes from far to the address, which is near's, and closes both ends.
"""

import socket
import sys
import threading

from netns import enter


def main():
    """Read the command line and do it."""
    near, far, address, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    enter(near)
    listener = socket.create_server((address, 0), family=family)
    enter(far)
    client = socket.create_connection((address, listener.getsockname()[1]), 20)
    server, _ = listener.accept()
    server.settimeout(20)
    sender = threading.Thread(target=lambda: (client.sendall(bytes(count)), client.shutdown(socket.SHUT_WR)))
    sender.start()
    received = 0
    while data := server.recv(65536):
        received += len(data)
    sender.join()
    server.close()
    if client.recv(1) or received != count:
        sys.exit(f"pair: received {received} bytes, not {count}")


if __name__ == "__main__":
    main()
