"""Connects to every "HOST PORT" of its arguments at the same time and prints a line of JSON with what came of each."""
import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

SECONDS = 3


def attempt(place):
    host, port = place.rsplit(" ", 1)
    try:
        socket.create_connection((host, int(port)), timeout=SECONDS).close()
        return None
    except socket.timeout:
        return "no answer"
    except OSError as error:
        return error.strerror or str(error)


places = sys.argv[1:]
with ThreadPoolExecutor(len(places)) as threads:
    print(json.dumps(dict(zip(places, threads.map(attempt, places)))), flush=True)
