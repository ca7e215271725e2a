"""First process of a session's pod: tries the way back to the driver's machine, stays while firesteel is connected, then
ends everything in the pod and removes it, and with it the executors and all else that belong to it."""

import json
import os
import select
import signal
import socket
import ssl
import sys
import threading
import time
import urllib.request

# How long one try may take, how long nobody may be connected at the start, and how long a driver has to end; seconds.
TRY, UNHEARD, GRACE = 5, 120, 20


def problem_of(address, port, word):
    """Why a connection does not lead to firesteel, which answers with its word; None if it does."""
    try:
        with socket.create_connection((address, port), TRY) as connection:
            answer = connection.makefile("rb").readline(200).decode("utf-8", "replace").strip()
            return None if answer == word else "another program answers"
    except socket.timeout:
        return "no answer within %d s" % TRY
    except OSError as error:
        return (error.strerror or str(error)).lower()


def try_all(addresses, ports, word):
    """Prints what each try came to, as one line of JSON."""
    tries = [(address, port) for address in addresses for port in ports]
    found = [None] * len(tries)

    def attempt(index):
        address, port = tries[index]
        found[index] = {"address": address, "port": port, "problem": problem_of(address, port, word)}

    threads = [threading.Thread(target=attempt, args=(index,)) for index in range(len(tries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("tried " + json.dumps(found), flush=True)


def stay():
    """Until standard input ends, or nobody ever connects to it."""
    if not select.select([0], [], [], UNHEARD)[0]:
        return
    while os.read(0, 4096):
        pass


def others():
    """Processes of this pod but this one, the first one, and those that have ended."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        if int(name) in (1, os.getpid()):
            continue
        try:
            with open("/proc/%s/stat" % name) as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] != "Z":
                    yield int(name)
        except OSError:
            continue


def end_all():
    """A driver that is asked to end removes its executors."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in others():
            try:
                os.kill(process, number)
            except OSError:
                pass
        deadline = time.monotonic() + GRACE
        while any(others()) and time.monotonic() < deadline:
            time.sleep(0.2)


def remove_pod():
    """By the account of the pod, which may do this in its namespace."""
    folder = "/var/run/secrets/kubernetes.io/serviceaccount/"
    with open(folder + "token") as token, open(folder + "namespace") as namespace:
        host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
        address = "https://%s:%s/api/v1/namespaces/%s/pods/%s" % (
            "[%s]" % host if ":" in host else host,
            port,
            namespace.read().strip(),
            os.environ["FIRESTEEL_POD"],
        )
        headers = {"Authorization": "Bearer " + token.read().strip()}
    request = urllib.request.Request(address, method="DELETE", headers=headers)
    # No proxy: the API server is the cluster's own.
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=folder + "ca.crt")),
    )
    with opener.open(request, timeout=30):
        pass


def removed(*_):
    """Someone removes the pod: a driver in it still has its time."""
    end_all()
    sys.exit(0)


signal.signal(signal.SIGTERM, removed)
asked = json.loads(os.environ.get("FIRESTEEL_TRIES", "{}"))
if asked:
    try_all(asked["addresses"], asked["ports"], asked["word"])
stay()
signal.signal(signal.SIGTERM, signal.SIG_IGN)
end_all()
remove_pod()
