"""Gives a kernel's sessions the customSparkConf of its notebook's metadata: IPython runs this as the kernel starts."""

import json
import os
import re
import shlex
import sys

from IPython import get_ipython


def _take_custom_conf(shell):
    try:
        # The server tells a kernel which notebook it is for.
        with open(os.environ["JPY_SESSION_NAME"], encoding="utf-8") as file:
            wanted = json.load(file)["metadata"]["customSparkConf"].items()
        with open("/etc/firesteel/kept-properties.json", encoding="utf-8") as file:
            kept = json.load(file)
    except (AttributeError, KeyError, OSError, TypeError, ValueError):
        return
    words, skipped = [], []
    for key, value in wanted:
        pair = f"{key}={value}"
        is_secret = re.search(kept["secret"], pair, re.I) and not re.search(kept["notSecret"], pair, re.I)
        if key in kept["fixed"]:
            skipped.append(f"{key} is left out: the notebook server sets it")
        elif is_secret:
            skipped.append(f"{key} is left out: a notebook must not hold a secret")
        elif not re.match(r"spark\.\S+$", key) or not isinstance(value, (str, int, float)):
            skipped.append(f"{key} is left out: not a Spark property with a text or number")
        else:
            text = json.dumps(value) if not isinstance(value, str) else value
            words += ["--conf", f"{key}={text}"]
    if words:
        os.environ["PYSPARK_SUBMIT_ARGS"] = shlex.join([*words, "pyspark-shell"])
    if not skipped:
        return

    def tell(_):
        for line in skipped:
            print(f"customSparkConf: {line}", file=sys.stderr)
        shell.events.unregister("pre_run_cell", tell)

    shell.events.register("pre_run_cell", tell)


_take_custom_conf(get_ipython())
del _take_custom_conf
