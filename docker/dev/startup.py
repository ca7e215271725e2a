"""Makes a Spark session when a cell uses `spark` or `sc` that nobody has made: IPython runs this as a kernel starts."""

import ast
import contextlib
import logging
import os
import re
import symtable
import sys
import threading
import time
import types

from IPython import get_ipython


def _provide_spark(shell):
    magics = {"run_cell_magic", "run_line_magic"}
    # These run what is behind them as code of the notebook; to Python it is a text.
    runners = {"capture", "prun", "time", "timeit"}
    # Of Java's own modules, and of executors that are on their way, which waiting.py tells better.
    noise = re.compile(rb"^WARNING: Using incubator modules|Initial job has not accepted any resources")

    def names(source):
        """Names of the notebook that code uses, and those that it makes itself; a function's own are neither."""
        try:
            source = shell.transform_cell(source)
            nodes = list(ast.walk(ast.parse(source)))
            scopes = [symtable.symtable(source, "cell", "exec")]
        except (SyntaxError, ValueError):
            return set(), set()
        used, made = set(), set()
        for scope in scopes:
            scopes += scope.get_children()
            for symbol in scope.get_symbols():
                if scope.get_type() != "module" and not symbol.is_global():
                    continue
                if symbol.is_referenced():
                    used.add(symbol.get_name())
                if symbol.is_assigned() or symbol.is_imported():
                    made.add(symbol.get_name())
        for node in nodes:
            if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") not in magics:
                continue
            words = [getattr(word, "value", None) for word in node.args]
            if words[:1] and words[0] in runners and isinstance(words[-1], str):
                code = re.sub(r"^\s*(-\w\s*\d*\s+)*", "", words[-1])
                used, made = (one | other for one, other in zip((used, made), names(code)))
        return used, made

    def with_called(used):
        """These names, and those that functions of the notebook among them use."""
        found, new = set(), used
        while new:
            found |= new
            functions = [shell.user_ns.get(name) for name in new]
            codes = [
                one.__code__
                for one in functions
                if isinstance(one, types.FunctionType) and one.__globals__ is shell.user_ns
            ]
            for code in codes:
                codes += [part for part in code.co_consts if isinstance(part, types.CodeType)]
            new = {name for code in codes for name in code.co_names} - found
        return found

    @contextlib.contextmanager
    def without_noise():
        """Lets programs that are started here say all but what tells nobody anything."""
        sys.stderr.flush()
        spoken, (heard, said) = os.dup(2), os.pipe()

        def pass_on():
            with open(heard, "rb") as lines:
                for line in lines:
                    if not noise.search(line):
                        os.write(spoken, line)

        threading.Thread(target=pass_on, daemon=True).start()
        os.dup2(said, 2)
        os.close(said)
        try:
            yield
        finally:
            os.dup2(spoken, 2)

    def has_died(value):
        """Whether this is a session or context whose work has ended: by stop(), by its master, or with its JVM."""
        context = getattr(value, "_sc", value)
        if type(context).__name__ != "SparkContext":
            return False
        process = getattr(context._gateway, "proc", None)
        if context._jsc is None or (process and process.poll() is not None):
            return True
        try:
            return bool(context._jsc.sc().isStopped())
        except Exception:
            # Nobody answers any more.
            return True

    def forget_jvm(context):
        """Lets PySpark start another JVM in place of one that has ended."""
        from pyspark import SparkContext
        from pyspark.sql import SparkSession

        process = getattr(SparkContext._gateway, "proc", None)
        if process and process.poll() is not None:
            SparkContext._gateway = SparkContext._jvm = None
            SparkContext._active_spark_context = SparkSession._instantiatedSession = None
        elif context._jsc is not None:
            # Its master ended it, and Python has not heard of that.
            context.stop()

    def without_repetition():
        """Lets PySpark not log what an exception says itself, with its traceback as one line of JSON."""
        # Before Spark 4 it does not.
        with contextlib.suppress(ImportError):
            from pyspark.logger import PySparkLogger

            for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
                PySparkLogger.getLogger(name).setLevel(logging.CRITICAL)

    def pages_of(context):
        """Where the session's pages are for a person, who may be outside of where this runs."""
        port = (context.uiWebUrl or "").rpartition(":")[2]
        return os.environ.get("FIRESTEEL_PAGES", "http://127.0.0.1:{port}").replace("{port}", port) if port else ""

    def new_session():
        from pyspark import SparkContext
        from pyspark.sql import SparkSession

        def tell(text):
            # At once: lines of the JVM come between a text and its end otherwise.
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

        without_repetition()
        if SparkContext._active_spark_context:
            return SparkSession.builder.getOrCreate()
        tell("starting a Spark session …")
        begin = time.monotonic()
        # Its JVM lives longer than one session, and what it says goes where it went when it began.
        with contextlib.nullcontext() if SparkContext._gateway else without_noise():
            session = SparkSession.builder.getOrCreate()
        pages = pages_of(session.sparkContext)
        tell(f"the session is ready after {time.monotonic() - begin:.0f} s{pages and '; its pages: '}{pages}")
        return session

    def before_cell(info):
        if "pyspark" in sys.modules:
            without_repetition()
        used, made = names(info.raw_cell)
        known = shell.user_ns
        wanted = ({"spark", "sc"} & with_called(used)) - made
        dead = {name for name in ("spark", "sc") if has_died(known.get(name))}
        if wanted <= known.keys() - dead:
            return
        ended = [known.pop(name) for name in dead]
        # Both names are of one context.
        for context in {getattr(value, "_sc", value) for value in ended}:
            forget_jvm(context)
        session = new_session()
        known.setdefault("spark", session)
        known.setdefault("sc", session.sparkContext)

    shell.events.register("pre_run_cell", before_cell)


_provide_spark(get_ipython())
del _provide_spark
