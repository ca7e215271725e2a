"""Visits the storage of jobs from a pod, with the credentials that the pod has.

visit.py check PROPERTIES ADDRESS: writes, reads and removes one object.
visit.py put PROPERTIES FOLDER ADDRESS SUM PORT: receives a tar over HTTP, and leaves its files in FOLDER, which a claim is
mounted at, or at ADDRESS if that is not empty. PROPERTIES are Hadoop's, as JSON. The last line printed is the result.
"""

import glob
import hashlib
import http.server
import json
import os
import shutil
import sys
import tarfile
import uuid

action, properties = sys.argv[1], json.loads(sys.argv[2])
sys.path[:0] = ["/opt/spark/python", *glob.glob("/opt/spark/python/lib/py4j-*.zip")]


def fail(error):
    """One line, and no trace of Java's."""
    text = getattr(error, "java_exception", None)
    lines = str(text.toString() if text is not None else error).splitlines() or ["no reason given"]
    print("failed: " + lines[0][:600], flush=True)
    sys.exit(1)


def file_system(address):
    """Hadoop's, in one JVM without a Spark session."""
    from pyspark.java_gateway import launch_gateway

    jvm = launch_gateway().jvm
    configuration = jvm.org.apache.hadoop.conf.Configuration()
    for key, value in properties.items():
        configuration.set(key, value)
    # A wrong address or key is to be known soon.
    for key in ("fs.s3a.retry.limit", "fs.s3a.attempts.maximum", "fs.gs.http.max.retry"):
        configuration.set(key, "2")
    path = jvm.org.apache.hadoop.fs.Path(address)
    return jvm, path.getFileSystem(configuration), jvm.org.apache.hadoop.fs.Path


def check(address):
    _, files, path = file_system(address)
    place = path(address.rstrip("/") + "/firesteel-check-" + uuid.uuid4().hex)
    written = uuid.uuid4().hex.encode()
    stream = files.create(place, True)
    stream.write(bytearray(written))
    stream.close()
    stream = files.open(place)
    read = bytes(stream.read() for _ in range(len(written)))
    stream.close()
    removed = files.delete(place, False) and not files.exists(place)
    if read != written:
        raise SystemExit("failed: what was read is not what was written")
    if not removed:
        raise SystemExit("failed: the object could not be removed")
    print(f"done: wrote, read and removed {place.toString()}", flush=True)


def sum_of(folder):
    """As firesteel has it: of a lone file its own, else of the sorted lines of all files."""
    lines = []
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            digest = hashlib.sha256()
            with open(path, "rb") as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
            lines.append(f"{os.path.relpath(path, folder)} {digest.hexdigest()}")
    if len(lines) == 1:
        return lines[0].rsplit(" ", 1)[1]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def replace(remote, work, address, marker):
    """Leaves the files of a folder at an address, and nothing else. Hadoop copies a folder into one that exists."""
    _, files, path = remote
    # Markers go first: an interrupted removal leaves none beside a part of its files.
    for status in files.globStatus(path(f"{address}/_firesteel-*")) or []:
        files.delete(status.getPath(), False)
    files.delete(path(address), True)
    for name in sorted(os.listdir(work)):
        files.copyFromLocalFile(False, True, path(f"file://{work}/{name}"), path(f"{address}/{name}"))
    files.create(path(f"{address}/{marker}"), True).close()


def put(folder, address, wanted, port):
    marker = f"_firesteel-{wanted[:12]}"
    remote = file_system(address) if address else None
    state = {"needed": not (remote and remote[1].exists(remote[2](f"{address}/{marker}")))}
    work = os.path.join(folder, ".firesteel") if not address else folder
    problems = []

    class Server(http.server.HTTPServer):
        # The process that sends may be gone.
        timeout = 120

        def handle_timeout(self):
            problems.append(RuntimeError(f"nobody has sent the data within {self.timeout} s"))
            state["done"] = True

    class Handler(http.server.BaseHTTPRequestHandler):
        # Of one read.
        timeout = 300

        def do_GET(self):
            self.answer(200, json.dumps(state))
            state["asked"] = True

        def do_PUT(self):
            try:
                self.receive()
                self.answer(200, "")
            except Exception as error:
                problems.append(error)
                self.answer(500, "")
            state["done"] = True

        def receive(self):
            shutil.rmtree(work, ignore_errors=True)
            os.makedirs(work)
            with tarfile.open(fileobj=self.rfile, mode="r|") as tar:
                tar.extractall(work)
            found = sum_of(work)
            if found != wanted:
                raise RuntimeError(f"the checksum of what arrived is {found}, not {wanted}")
            if remote:
                return replace(remote, work, address, marker)
            for name in os.listdir(folder):
                old = os.path.join(folder, name)
                if old == work or name == "lost+found":
                    continue
                shutil.rmtree(old) if os.path.isdir(old) else os.remove(old)
            for name in os.listdir(work):
                os.rename(os.path.join(work, name), os.path.join(folder, name))
            os.rmdir(work)

        def answer(self, code, text):
            body = text.encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = Server(("127.0.0.1", port), Handler)
    print("ready", flush=True)
    while not state.get("done") and (state["needed"] or not state.get("asked")):
        server.handle_request()
    if problems:
        raise problems[0]
    print("done: " + ("put there" if state.get("done") else "already exists"), flush=True)


try:
    if action == "check":
        check(sys.argv[3])
    else:
        put(sys.argv[3], sys.argv[4], sys.argv[5], int(sys.argv[6]))
except Exception as error:
    fail(error)
