"""Makes a Spark session when a cell uses `spark` or `sc` that nobody has made: IPython runs this as a kernel starts."""

import ast
import re
import symtable

from IPython import get_ipython


def _provide_spark(shell):
    magics = {"run_cell_magic", "run_line_magic"}
    # These run what is behind them as code of the notebook; to Python it is a text.
    runners = {"capture", "prun", "time", "timeit"}

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

    def before_cell(info):
        used, made = names(info.raw_cell)
        if not ({"spark", "sc"} & used) - made - shell.user_ns.keys():
            return
        from pyspark.sql import SparkSession

        session = SparkSession.builder.getOrCreate()
        shell.user_ns.setdefault("spark", session)
        shell.user_ns.setdefault("sc", session.sparkContext)

    shell.events.register("pre_run_cell", before_cell)


_provide_spark(get_ipython())
del _provide_spark
