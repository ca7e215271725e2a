"""Converts notebooks to programs: reads a line of JSON for each, answers with a line, until its input ends."""

import json
import os
import re
import sys
import threading
import warnings

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "driver"))

from base.findings import Refused, Report, finding  # noqa: E402
from document.reading import read_notebook  # noqa: E402
from spark.delta import need_delta  # noqa: E402
from script import script_of  # noqa: E402


def convert(asked):
    """`asked` has the `path` of a notebook and what it is converted for. Contract: tasks/notebooks/job/convert.ts."""
    report = Report()
    script = ""
    job = {}
    path = asked["path"]
    try:
        notebook = read_notebook(path)
        about = notebook.metadata.get("firesteel")
        job = about if isinstance(about, dict) else {}
        script = script_of(notebook, os.path.basename(path), {**asked, "folder": os.path.dirname(path), "files": job.get("files")}, report)
        need_delta(report, asked, job)
        if not report.problems:
            verify_script(script, report)
    except OSError as error:
        report.problems.append(finding(error.strerror or str(error)))
    except Refused as refused:
        report.problems.append(finding(refused.message, line=refused.line))
    return {
        "script": "" if report.problems else script,
        "problems": in_order(report.problems),
        "warnings": in_order(report.warnings),
        "packages": [*(["--no-deps"] if "--no-deps" in (report.switches or ()) and report.packages else []), *report.packages],
        "places": {name: {"cell": cell, "line": line} for name, (cell, line) in report.packages.items()},
        "conf": report.conf,
        "lists": report.lists,
        "job": job,
    }


def in_order(findings):
    """As they stand in the notebook."""
    return sorted(findings, key=lambda each: (each.get("cell", 0), each.get("line", 0)))


def verify_script(script, report):
    """Each cell is Python, so the whole is; a notebook that is too long for one program is not found before."""
    try:
        compile(script, "script", "exec", dont_inherit=True)
    except (RecursionError, MemoryError, SyntaxError, ValueError) as error:
        above = script.split("\n")[: getattr(error, "lineno", None) or 0]
        cells = [found for found in (re.match(r"# Cell (\d+)", line) for line in above) if found]
        report.problems.append(finding(f"cannot become a program: {error}", int(cells[-1][1]) if cells else None))


def answer_all():
    for request in sys.stdin:
        print(json.dumps(convert(json.loads(request))), flush=True)


warnings.simplefilter("ignore")
# The depth of a chain of calls is its length; only the stack of a thread can be made large enough.
sys.setrecursionlimit(50_000)
threading.stack_size(512 * 1024 * 1024)
thread = threading.Thread(target=answer_all)
thread.start()
thread.join()
