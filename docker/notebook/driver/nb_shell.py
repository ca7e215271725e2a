"""What magics and commands of a notebook do in a job: the part of IPython that is called by the lines it rewrites."""

import linecache
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import time
from string import Formatter

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


# IPython runs lines of shell in its user's shell; what only that has would do another thing in a smaller one.
SHELL = shutil.which("bash")


def run(command, **options):
    sys.stdout.flush()
    sys.stderr.flush()
    if options.get("shell"):
        options["executable"] = SHELL
    return subprocess.run(command, check=options.pop("check", True), **options)


class Clock:
    """Prints how long its block takes."""

    def __enter__(self):
        self.began = time.perf_counter()

    def __exit__(self, *_):
        print(f"wall time: {time.perf_counter() - self.began:.3g} s", flush=True)


class Shell:
    """Stands for the object that `get_ipython()` gives."""

    def __init__(self, display):
        self.display = StandIns(display)
        self.folders = []

    def stand_ins(self, *names):
        return [getattr(self.display, name) for name in names]

    def shown(self, thing):
        """What `thing.display()` does, or the rows of a table of Spark, which has no such method outside of Databricks."""
        kind = type(thing)
        return thing.display() if hasattr(kind, "display") or not hasattr(kind, "isStreaming") else thing.show()

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
            return frame.f_globals.update(runpy.run_path(line, run_name="__main__"))
        if name == "pwd":
            return os.getcwd()
        return exec(PYLAB, frame.f_globals) if name == "pylab" else None

    def change_folder(self, folder):
        here = os.getcwd()
        os.chdir(self.folders.pop() if folder == "-" and self.folders else os.path.expanduser(folder or "~"))
        self.folders.append(here)


PYLAB = """
import matplotlib; matplotlib.use("Agg")
import numpy; import numpy as np; from matplotlib import pylab, mlab, pyplot; import matplotlib.pyplot as plt
from pylab import *; from numpy import *
"""


def output_of(command):
    done = run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    return done.stdout.splitlines()


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


def run_script(program, line, body):
    """%%bash and its like: the body is the program's input."""
    words = shlex.split(line, comments=True)
    check = "--no-raise-error" not in words
    words = [word for word in words if word != "--no-raise-error"]
    if program in ("python", "python3"):
        words = [sys.executable, "-", *words]
    elif program != "script":
        words = ["sh" if program == "sh" else "bash", *words]
    run(words, input=body, universal_newlines=True, check=check)


def write_file(path, body, mode):
    with open(os.path.expanduser(path), mode, encoding="utf-8") as file:
        file.write(body)
