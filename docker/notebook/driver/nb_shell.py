"""What magics and commands of a notebook do in a job: the part of IPython that is called by the lines it rewrites."""

import linecache
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from string import Formatter

from nb_file import run, run_file
from nb_show import StandIns

DOLLAR = re.compile(r"(.*?)\$(\$?[\w.]+)(?=(?:[^']*'[^']*')*[^']*$)", re.DOTALL)


def fields(text):
    """Pairs of text and the expression behind it, or None: `{expression}`, and `$name` outside of single quotes."""
    for literal, field, spec, conversion in Formatter().parse(text):
        before, at = "", 0
        for found in DOLLAR.finditer(literal):
            at = found.end()
            if found[2].startswith("$"):
                before += found[1] + found[2]
            else:
                yield before + found[1], found[2], None
                before = ""
        yield before + literal[at:], f"{field}:{spec}" if spec else field, conversion


def expanded(text, names):
    """The text with values put in as IPython does it: all of them, or none where one cannot be had."""
    parts = []
    try:
        for literal, field, conversion in fields(text):
            parts.append(literal)
            if field is not None:
                parts.append(format(Formatter().convert_field(eval(field, dict(names)), conversion)))
    except Exception:
        return text
    return "".join(parts)


def names_at(frame):
    return {**frame.f_globals, **frame.f_locals}


class Clock:
    """Prints how long its block takes."""

    def __enter__(self):
        self.began = time.perf_counter()

    def __exit__(self, *_):
        print(f"wall time: {time.perf_counter() - self.began:.3g} s", flush=True)


class Settings:
    """Stands for the class InteractiveShell, as far as it says which values a cell shows."""

    ast_node_interactivity = "last_expr"


class Shell:
    """Stands for the object that `get_ipython()` gives."""

    def __init__(self, display):
        self.display = StandIns(display)
        self.folders = []
        self.settings = Settings()

    def stand_ins(self, *names):
        return [getattr(self.display, name) for name in names]

    def shown(self, thing):
        """What `thing.display()` does, or the rows of a table of Spark, which has no such method outside of Databricks."""
        kind = type(thing)
        return thing.display() if hasattr(kind, "display") or not hasattr(kind, "isStreaming") else thing.show()

    def rows(self, thing=None, *_, **__):
        """What `display(thing)` does on hosts where it shows the rows of a table of Spark."""
        return thing.show() if hasattr(type(thing), "isStreaming") and not thing.isStreaming else self.display.display(thing)

    def system(self, command):
        run(expanded(command, names_at(sys._getframe(1))), shell=True)

    def getoutput(self, command):
        return output_of(expanded(command, names_at(sys._getframe(1))))

    def left_out(self, command):
        """Installs packages, which the job has."""

    def run_line_magic(self, name, line=""):
        """What a magic answers; one that is only for the eye does nothing."""
        frame = sys._getframe(1)
        if name in ("time", "timeit"):
            return timed(name, line, frame)
        line = expanded(line, names_at(frame)).strip()
        if name in ("ls", "ll", "cat", "cp", "mv", "rm", "mkdir", "rmdir"):
            return run(f"{'ls -l' if name == 'll' else name} {line}", shell=True) and None
        if name in ("sx", "system"):
            return output_of(line)
        if name in ("env", "set_env"):
            return environment(line)
        if name == "cd":
            return self.change_folder(re.sub(r"^-q\s+|\s+-q$", "", line).strip("\"'"))
        if name == "run":
            return run_file(line, frame.f_globals)
        if name == "config":
            return self.set(line)
        if name == "pwd":
            return os.getcwd()
        return exec(PYLAB, frame.f_globals) if name == "pylab" else None

    def set(self, line):
        """%config: what a cell shows; all others are for the eye."""
        found = re.match(r"InteractiveShell\.ast_node_interactivity\s*=\s*[\"']?(\w+)", line)
        if found:
            self.settings.ast_node_interactivity = found[1]

    def change_folder(self, folder):
        here = os.getcwd()
        os.chdir(self.folders.pop() if folder == "-" and self.folders else os.path.expanduser(folder or "~"))
        self.folders.append(here)


PYLAB = """
import matplotlib; matplotlib.use("Agg")
import numpy; import numpy as np; from matplotlib import pylab, mlab, pyplot; import matplotlib.pyplot as plt
from pylab import *; from numpy import *
"""


class Lines(list):
    """Lines that a command prints, with what IPython adds to a list."""

    l = list = property(list)
    n = nlstr = property("\n".join)
    s = spstr = property(" ".join)
    p = paths = property(lambda self: [Path(line) for line in self if os.path.exists(line)])

    def __reduce__(self):
        # Executors do not have this class.
        return list, (list(self),)

    def grep(self, pattern, prune=False, field=None):
        """Lines in which a pattern, or a function, finds something, or does not."""
        finds = pattern if callable(pattern) else re.compile(pattern, re.IGNORECASE).search
        part = lambda line: line if field is None else "".join(line.split()[field : field + 1])  # noqa: E731
        return Lines(line for line in self if bool(finds(part(line))) != prune)

    def fields(self, *numbers):
        """These words of each line that has them, counted from 0."""
        found = [[words[at] for at in numbers if -len(words) <= at < len(words)] for words in map(str.split, self)]
        return Lines(" ".join(each) for each in found if each) if numbers else [line.split() for line in self]


def output_of(command):
    done = run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    return Lines(done.stdout.splitlines())


def environment(line):
    found = re.match(r"([^\s=]+)\s*(?:=|\s)\s*(.*)$", line, re.DOTALL)
    if not found:
        return os.environ.get(line)
    os.environ[found[1]] = found[2]


def timed(name, code, frame):
    place = f"{frame.f_code.co_filename}, %{name}"
    linecache.cache[place] = (len(code), None, code.splitlines(True), place)
    with Clock():
        try:
            made = compile(code, place, "eval", dont_inherit=True)
        except SyntaxError:
            return exec(compile(code, place, "exec", dont_inherit=True), frame.f_globals, frame.f_locals)
        value = eval(made, frame.f_globals, frame.f_locals)
    return value if name == "time" else None
