"""Loads the classes that most drivers and executors load, for archive-classes.sh: the Kubernetes client, a session, a job."""

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession

os.environ["KUBERNETES_REQUEST_RETRY_BACKOFFLIMIT"] = "0"


class Echo(BaseHTTPRequestHandler):
    """Takes every object that is made as made, and knows of none: as much of an API server as a driver needs to begin."""

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer({"apiVersion": "v1", "kind": "PodList", "metadata": {"resourceVersion": "1"}, "items": []})

    def do_POST(self):
        made = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(made | {"metadata": made["metadata"] | {"uid": "0", "resourceVersion": "1"}})

    def do_DELETE(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer({"apiVersion": "v1", "kind": "Status", "status": "Success"})

    def log_message(self, *_):
        pass


def begin_on_a_cluster(master, seconds):
    """The executors it asks for never come, so it is stopped again; without a server it ends with an error."""
    print(f"warm-up: a driver on {master}", flush=True)
    conf = SparkConf().setAppName("warm-up").setMaster(f"k8s://{master}")
    conf.set("spark.kubernetes.container.image", "none").set("spark.executor.instances", "1")
    conf.set("spark.scheduler.maxRegisteredResourcesWaitingTime", "3s")
    try:
        context = SparkContext(conf=conf)
        time.sleep(seconds)
        context.stop()
    except Exception as error:
        print(f"warm-up: {master}:", str(error).splitlines()[0], flush=True)


def run_a_job():
    print("warm-up: a session and a job", flush=True)
    session = SparkSession.builder.appName("warm-up").master("local[2]").getOrCreate()
    context = session.sparkContext
    load = context._jvm.java.lang.Class.forName
    load("org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend")
    load("org.apache.spark.executor.CoarseGrainedExecutorBackend")
    total = context.parallelize(range(1000), 4).map(lambda i: (i % 7, i)).reduceByKey(lambda a, b: a + b).count()
    print("warm-up: done,", total, "keys", flush=True)
    session.stop()


server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
threading.Thread(target=server.serve_forever, daemon=True).start()
# The first for what TLS needs, though nobody listens there; the second for everything after it.
begin_on_a_cluster("https://127.0.0.1:1", 0)
begin_on_a_cluster(f"http://127.0.0.1:{server.server_port}", 1)
run_a_job()
