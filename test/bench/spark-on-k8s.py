"""Submits with spark-on-k8s, all in one process: `spark-on-k8s.py KUBECONFIG CONTEXT NAMESPACE ACCOUNT IMAGE`.

Each line on standard input is `COUNT THREADS`; the answer is a line of JSON, the seconds of each submission and of all.
"""
import itertools
import json
import logging
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from kubernetes import client, config
from spark_on_k8s.client import SparkOnK8S
from spark_on_k8s.k8s.sync_client import KubernetesClientManager

kubeconfig, context, namespace, account, image = sys.argv[1:]
logging.disable(logging.CRITICAL)
numbers = itertools.count()


class KeptClient(KubernetesClientManager):
    """Reads the kubeconfig and connects once; by itself it does both at each submission."""

    def create_client(self):
        if not hasattr(self, "kept"):
            config.load_kube_config(config_file=kubeconfig, context=context)
            self.kept = client.ApiClient()
        return self.kept


spark = SparkOnK8S(k8s_client_manager=KeptClient())


def submit(_):
    start = time.perf_counter()
    spark.submit_app(
        image=image,
        app_path="local:///opt/spark/examples/src/main/python/pi.py",
        app_arguments=["10"],
        app_name="pi",
        # Its own suffix is the time in seconds, which names only one submission a second.
        app_id_suffix=lambda: f"-{next(numbers)}",
        namespace=namespace,
        service_account=account,
        app_waiter="no_wait",
    )
    return time.perf_counter() - start


for line in sys.stdin:
    count, threads = map(int, line.split())
    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        each = list(pool.map(submit, range(count)))
    print(json.dumps({"each": each, "all": time.perf_counter() - start}), flush=True)
