"""Converts notebooks to scripts: reads {"path", "args", "records"} as a line of JSON, answers with a line, until its input ends."""

import json
import os
import re
import sys
import threading
import warnings

from as_job import script_of
from findings import Refused, Report, finding
from reading import read_notebook


def convert(path, words, records):
    report = Report()
    script = ""
    job = {}
    try:
        notebook = read_notebook(path)
        script = script_of(notebook, os.path.basename(path), words, os.path.dirname(path), report, records)
        about = notebook.metadata.get("firesteel")
        job = about if isinstance(about, dict) else {}
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
        "packages": [*(["--no-deps"] if report.without and report.packages else []), *report.packages],
        "job": job,
    }


def in_order(findings):
    """As they stand in the notebook."""
    return sorted(findings, key=lambda each: (each.get("cell", 0), each.get("line", 0)))


def verify_script(script, report):
    """The whole must be Python too: what is fine cell by cell need not be."""
    try:
        compile(script, "script", "exec", dont_inherit=True)
    except (RecursionError, MemoryError):
        report.problems.append(finding("nested too deeply for Python"))
    except (SyntaxError, ValueError) as error:
        above = script.split("\n")[: getattr(error, "lineno", None) or 0]
        cells = [found for found in (re.match(r"# Cell (\d+)", line) for line in above) if found]
        cell = int(cells[-1][1]) if cells else None
        report.problems.append(finding(f"not Python together with the other cells: {getattr(error, 'msg', error)}", cell))


def answer_all():
    for request in sys.stdin:
        asked = json.loads(request)
        print(json.dumps(convert(asked["path"], asked["args"], asked["records"])), flush=True)


warnings.simplefilter("ignore")
# A chain of calls is as deep as it is long; only the stack of a thread can be made to hold that.
sys.setrecursionlimit(50_000)
threading.stack_size(512 * 1024 * 1024)
thread = threading.Thread(target=answer_all)
thread.start()
thread.join()
