"""Hands out the files that a driver leaves in a folder, to every user who may forward ports of its pod.

hand-out.py FOLDER PORT SECONDS CONTAINER: stays until a client says that all was fetched, or SECONDS after the end of CONTAINER.
Exits with 0 if nothing was left to fetch, with 3 if nobody came.
"""

import http.server
import json
import os
import shutil
import ssl
import sys
import threading
import time
import urllib.parse
import urllib.request

folder, port, seconds, container = os.path.realpath(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
account = "/var/run/secrets/kubernetes.io/serviceaccount/"
fetched = threading.Event()
state = {"ended": False}


def has_ended():
    """Whether the container has, as the API server says of this pod."""
    namespace = open(account + "namespace").read()
    request = urllib.request.Request(
        f"https://kubernetes.default.svc/api/v1/namespaces/{namespace}/pods/{os.environ['POD_NAME']}",
        headers={"Authorization": "Bearer " + open(account + "token").read()},
    )
    tls = ssl.create_default_context(cafile=account + "ca.crt")
    with urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=tls)).open(
        request, timeout=10
    ) as answer:
        statuses = json.load(answer)["status"].get("containerStatuses", [])
    return any(each["name"] == container and "terminated" in each["state"] for each in statuses)


def listing():
    """Plain files, by their paths below the folder, and paths that are not UTF-8; links are nobody's output."""
    found, strange = [], []
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            if os.path.isfile(path) and not os.path.islink(path):
                name = os.path.relpath(path, folder)
                if is_utf8(name):
                    found.append({"path": name, "size": os.path.getsize(path)})
                else:
                    strange.append(os.fsencode(name).decode(errors="replace"))
    return found, strange


def is_utf8(name):
    try:
        name.encode()
        return True
    except UnicodeEncodeError:
        return False


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        if address.path == "/files":
            found, strange = listing()
            body = json.dumps({"ended": state["ended"], "files": found, "leftOut": strange}).encode()
            self.begin(200, len(body))
            self.wfile.write(body)
            return
        wanted = urllib.parse.parse_qs(address.query).get("path", [""])[0]
        if address.path != "/file" or wanted not in [each["path"] for each in listing()[0]]:
            self.begin(404, 0)
            return
        with open(os.path.join(folder, wanted), "rb") as file:
            self.begin(200, os.fstat(file.fileno()).st_size)
            shutil.copyfileobj(file, self.wfile)

    def do_POST(self):
        self.begin(204, 0)
        fetched.set()

    def begin(self, code, size):
        self.send_response(code)
        self.send_header("Content-Length", str(size))
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
end = None
while not fetched.wait(2):
    if end is None:
        try:
            state["ended"] = has_ended()
        except Exception as error:
            print(error, flush=True)
        if state["ended"]:
            end = time.monotonic()
            if not any(listing()):
                sys.exit(0)
    elif time.monotonic() - end > seconds:
        sys.exit(3)
server.shutdown()
