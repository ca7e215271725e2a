"""Says in a cell that it waits for executors, and for what they wait: IPython runs this as a kernel starts."""

import json
import os
import ssl
import sys
import threading
import urllib.parse
import urllib.request

from IPython import get_ipython

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
# Seconds: executors of an idle cluster come within that time.
PATIENCE = 10
PAUSE = 3


def _say_what_is_waited_for(shell):
    ended = threading.Event()

    def executors_missing():
        """Whether a job runs, and no executor."""
        from pyspark import SparkContext

        context = SparkContext._active_spark_context
        if context is None or context._jsc is None or context.master.startswith("local"):
            return False
        # The driver is one of them.
        return bool(context.statusTracker().getActiveJobsIds()) and context._jsc.sc().getExecutorMemoryStatus().size() < 2

    def reasons():
        """What Kubernetes says of this server's executors that do not run yet."""
        with open(f"{ACCOUNT}/namespace", encoding="utf-8") as file:
            namespace = file.read()
        with open(f"{ACCOUNT}/token", encoding="utf-8") as file:
            headers = {"Authorization": f"Bearer {file.read()}"}
        labels = f"firesteel/notebook={os.environ['FIRESTEEL_NOTEBOOK']},spark-role=executor"
        query = urllib.parse.urlencode({"labelSelector": labels})
        url = f"https://kubernetes.default.svc/api/v1/namespaces/{namespace}/pods?{query}"
        context = ssl.create_default_context(cafile=f"{ACCOUNT}/ca.crt")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        with opener.open(urllib.request.Request(url, headers=headers), timeout=5) as answer:
            pods = json.load(answer)["items"]
        conditions = [one for pod in pods for one in pod["status"].get("conditions", [])]
        waits = {one["message"].split(". ")[0] for one in conditions if one["type"] == "PodScheduled" and one.get("message")}
        return sorted(waits) or ([f"{len(pods)} starting"] if pods else [])

    def watch(done):
        said = None
        looks = 0
        while not done.wait(PAUSE):
            try:
                looks = looks + 1 if executors_missing() else 0
                if looks * PAUSE < PATIENCE:
                    continue
                why = reasons() if "FIRESTEEL_NOTEBOOK" in os.environ else []
            except Exception:
                # It only explains: the cell says itself what is wrong.
                return
            text = f"waiting for executors: {'; '.join(why) or 'none is running yet'}"
            if text != said:
                print(text, file=sys.stderr, flush=True)
            said = text

    def before_cell(_):
        nonlocal ended
        ended = threading.Event()
        threading.Thread(target=watch, args=(ended,), daemon=True).start()

    def after_cell(_):
        ended.set()

    shell.events.register("pre_run_cell", before_cell)
    shell.events.register("post_run_cell", after_cell)


_say_what_is_waited_for(get_ipython())
del _say_what_is_waited_for
