"""Runs the cells of a notebook one after the other in the module __main__, and shows the last value of each."""

import __future__

import ast
import builtins
import importlib
import inspect
import io
import json
import linecache
import os
import sys
import tokenize
import traceback
import types
import warnings

from nb_file import run_script, write_file
from nb_modules import find_own_modules
from nb_record import Recorder
from nb_show import Display, Figures, nothing
from nb_shell import Clock, Shell, expanded

FUTURE = 0
for each in __future__.all_feature_names:
    FUTURE |= getattr(__future__, each).compiler_flag
# Python 3.7 has no await outside of functions.
AWAIT = getattr(ast, "PyCF_ALLOW_TOP_LEVEL_AWAIT", 0)
WITHOUT_VALUE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


class Runner:
    """A notebook as it runs; `space` has its names."""

    def __init__(self, name, shell):
        self.name = name
        self.display = Display()
        self.figures = Figures(self.display)
        self.space = vars(sys.modules["__main__"])
        # A notebook is in no file.
        for each in [each for each in self.space if not each.startswith("__") or each == "__file__"]:
            del self.space[each]
        self.space["display"] = self.display
        self.flags = 0
        self.shell = Shell(self.display)
        setattr(builtins, shell, self.shell)

    def cell(self, number, about, code):
        """Runs one cell: `about` has what its first lines ask for, and what it needs beforehand."""
        place = f"{self.name}, cell {number}{about.get('part', '')}"
        # A cell may import what the last one wrote.
        importlib.invalidate_caches()
        self.figures.begin(number)
        if about.get("plots"):
            self.figures.prepare()
        for name in about.get("spark", []):
            self.space[name] = session(name)
        for name in about.get("again", []):
            if has_stopped(self.space.get(name)):
                self.space[name] = session(name)
        try:
            self.around(about.get("magics", []), place, code, self.space)
        finally:
            self.figures.save()

    def around(self, magics, place, code, space, shows=True):
        if not magics:
            return self.python(place, code, space, shows)
        (name, line), *others = magics
        if name == "timeit":
            # What it binds is gone afterwards.
            space, shows = dict(space), False
            self.python(f"{place}, %%timeit", line, space, shows)
        if name in ("time", "timeit"):
            with Clock():
                return self.around(others, place, code, space, shows)
        if name in ("bash", "sh", "script", "python", "python3", "system", "sx", "!"):
            return run_script(name, expanded(line, space), code)
        if name == "capture" and line:
            # What it captures is read nowhere.
            space[line] = None
        if name in ("writefile", "file"):
            append, path = line
            return write_file(expanded(path, space), code, "a" if append else "w")
        return self.around(others, place, code, space, shows)

    def python(self, place, code, space, shows):
        linecache.cache[place] = (len(code), None, code.splitlines(True), place)
        mode = self.shell.settings.ast_node_interactivity if shows else "none"
        for part, is_value in self.parts(place, code, mode):
            value = self.execute(part, space)
            if is_value and type(value).__name__ == "Quitter":
                # `exit` and `quit` end a notebook without being called.
                value()
            if is_value and value is not None:
                self.display(value)

    def parts(self, place, code, mode):
        """A cell in pieces that run one after the other, each with whether it is a value to show."""
        try:
            tree = self.compiled(code, place, "exec", ast.PyCF_ONLY_AST)
            return [(self.piece(nodes, place, is_value), is_value) for nodes, is_value in pieces_of(tree, code, mode)]
        except RecursionError:
            # Long chains of calls go as a text, not as a tree.
            return [(self.compiled(code, place, "exec"), False)]

    def piece(self, nodes, place, is_value):
        if is_value:
            return self.compiled(ast.Expression(nodes[0].value), place, "eval")
        return self.compiled(ast.Module(body=nodes, type_ignores=[]), place, "exec")

    def compiled(self, code, place, kind, flags=0):
        made = compile(code, place, kind, self.flags | AWAIT | flags, dont_inherit=True)
        self.flags |= getattr(made, "co_flags", 0) & FUTURE
        return made

    def execute(self, code, space):
        names = set(code.co_names)
        if names & OF_A_LOOP and not names & OWN_LOOP:
            return loop().run_until_complete(within_loop(code, space))
        result = eval(code, space)
        return loop().run_until_complete(result) if code.co_flags & inspect.CO_COROUTINE else result


# A notebook has a loop that runs: these ask for it, and the others start their own.
OF_A_LOOP = {"create_task", "get_running_loop", "current_task"}
OWN_LOOP = {"run", "run_until_complete", "run_forever"}


async def within_loop(code, space):
    result = eval(code, space)
    return await result if code.co_flags & inspect.CO_COROUTINE else result


def pieces_of(tree, code, mode):
    """Statements of a cell as IPython's ast_node_interactivity shows them: all values, that of the last line, or none."""
    pieces = []
    for node in tree.body:
        is_shown = isinstance(node, ast.Expr) and (mode == "all" or (node is tree.body[-1] and mode != "none"))
        is_value = is_shown and not is_silenced(code)
        if is_value or not pieces or pieces[-1][1]:
            pieces.append(([], is_value))
        pieces[-1][0].append(node)
    return pieces


def is_silenced(code):
    """Whether a semicolon ends the cell."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return [each.string for each in tokens if each.type not in WITHOUT_VALUE][-1] == ";"


def session(name):
    """What a shell of PySpark has under this name."""
    if name == "spark":
        from pyspark.sql import SparkSession

        return SparkSession.builder.getOrCreate()
    from pyspark import SparkContext

    if name == "sc":
        return SparkContext.getOrCreate()
    from pyspark.sql import SQLContext

    return SQLContext.getOrCreate(SparkContext.getOrCreate())


def has_stopped(value):
    """Whether this is a session or context of Spark that someone stopped."""
    return getattr(getattr(value, "_sc", value), "_jsc", value) is None


def loop():
    # It takes long to import, and few notebooks await.
    import asyncio

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = asyncio.get_event_loop()
    except RuntimeError:
        found = None
    if not found or found.is_closed():
        found = asyncio.new_event_loop()
        asyncio.set_event_loop(found)
    return found


def own_frames(trace, name):
    """The traceback from the first cell on, without what runs its magics."""
    frames = []
    while trace:
        frames.append(trace)
        trace = trace.tb_next
    files = [each.tb_frame.f_code.co_filename for each in frames]
    first = next((i for i, file in enumerate(files) if file.startswith(f"{name}, cell ")), 1)
    own = [each for each, file in zip(frames[first:], files[first:]) if not file.startswith("firesteel/")]
    for each, following in zip(own, [*own[1:], None]):
        each.tb_next = following
    return own[0] if own else None


def run(name, shell, cells, book):
    """`cells` are the arguments of Runner.cell, each code behind a line end; `book` is the notebook's JSON if it is recorded."""
    find_own_modules()
    leave_out_findspark()
    runner = Runner(name, shell)
    folder = os.environ.get("FIRESTEEL_OUTPUTS")
    recorder = Recorder(name, json.loads(book), folder) if book and folder else None
    if recorder:
        recorder.listen(runner.display, runner.figures)

    def tell(kind, error, trace):
        # Python's own would print no lines of cells, which are in no file.
        traceback.print_exception(kind, error, own_frames(trace, name))

    sys.excepthook = tell
    for number, about, code in cells:
        if recorder:
            recorder.begin(about["place"])
        try:
            runner.cell(number, about, code[1:])
        except Exception as error:
            if recorder:
                recorder.fail(error, own_frames(error.__traceback__, name))
            raise
        finally:
            if recorder:
                recorder.end()


def leave_out_findspark():
    """Spark is there, so its calls do nothing: https://pypi.org/project/findspark."""
    stand_in = types.ModuleType("findspark")
    stand_in.find = lambda: os.environ.get("SPARK_HOME")
    for each in ("init", "add_packages", "add_jars", "edit_profile", "edit_ipython_profile"):
        setattr(stand_in, each, nothing)
    sys.modules["findspark"] = stand_in
