"""Makes a Spark session when a cell uses `spark` or `sc` that nobody has made: IPython runs this as a kernel starts."""

import ast

from IPython import get_ipython


def _provide_spark(shell):
    def missing(source):
        try:
            tree = ast.parse(shell.transform_cell(source))
        except SyntaxError:
            return False
        nodes = list(ast.walk(tree))
        used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        made = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        made |= {node.asname or node.name for node in nodes if isinstance(node, ast.alias)}
        return bool(({"spark", "sc"} & used) - made - shell.user_ns.keys())

    def before_cell(info):
        if not missing(info.raw_cell):
            return
        from pyspark.sql import SparkSession

        session = SparkSession.builder.getOrCreate()
        shell.user_ns.setdefault("spark", session)
        shell.user_ns.setdefault("sc", session.sparkContext)

    shell.events.register("pre_run_cell", before_cell)


_provide_spark(get_ipython())
del _provide_spark
