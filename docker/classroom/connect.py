"""Connects to every "HOST PORT" of its arguments at the same time and prints a line of JSON with what came of each.

The host "node-by-ipv6" is the pod's own node, at its link-local address. For port 0 the name alone is looked up.
What cannot be tried is left out."""
import errno
import json
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor

SECONDS = 3
NODE = "node-by-ipv6"


def gateway():
    """Device and address by which the pod leaves for its node."""
    with open("/proc/net/route") as table:
        for device, destination, address, *_ in map(str.split, table.readlines()[1:]):
            if destination == "00000000" and address != "00000000":
                return device, socket.inet_ntoa(bytes.fromhex(address)[::-1])
    raise LookupError("the pod has no gateway")


def hardware_of(address):
    """The hardware address of a neighbour, once the kernel knows it."""
    with socket.socket(type=socket.SOCK_DGRAM) as sent:
        sent.sendto(b"", (address, 9))
    for _ in range(20):
        with open("/proc/net/arp") as table:
            for row in map(str.split, table.readlines()[1:]):
                if row[0] == address and row[3] != "00:00:00:00:00:00":
                    return bytes.fromhex(row[3].replace(":", ""))
        time.sleep(0.1)
    raise LookupError("the gateway does not answer")


def node_by_ipv6():
    """As the kernel makes it of the hardware address: https://www.rfc-editor.org/rfc/rfc4291#appendix-A"""
    device, address = gateway()
    first, *rest = hardware_of(address)
    made = bytes([first ^ 2, *rest[:2], 0xFF, 0xFE, *rest[2:]])
    return socket.inet_ntop(socket.AF_INET6, b"\xfe\x80" + bytes(6) + made) + "%" + device


def connect(address, port):
    if port == 0:
        return socket.getaddrinfo(address, None)
    for last in [False] * 15 + [True]:
        try:
            return socket.create_connection((address, port), timeout=SECONDS).close()
        except OSError as error:
            # A new pod has no address of IPv6 until the kernel is sure that nobody else has it.
            if last or error.errno != errno.EADDRNOTAVAIL:
                raise
            time.sleep(0.2)


def attempt(place):
    host, port = place.rsplit(" ", 1)
    try:
        connect(node_by_ipv6() if host == NODE else host, int(port))
        return {place: None}
    except LookupError as error:
        print(error, file=sys.stderr)
        return {}
    except socket.timeout:
        return {place: "no answer"}
    except OSError as error:
        return {place: error.strerror or str(error)}


places = sys.argv[1:]
with ThreadPoolExecutor(len(places)) as threads:
    print(json.dumps({key: value for one in threads.map(attempt, places) for key, value in one.items()}), flush=True)
