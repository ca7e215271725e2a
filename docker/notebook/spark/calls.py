"""Calls of Spark and elephas that a job does otherwise than they say: a master set in code, what SparkModel ignores."""

import ast
import re

from base.findings import Refused
from session.settings import is_address, known, note, text_of
from spark.delta import CONFIGURE

MASTER = re.compile(r"(?:local|yarn)\b|(?:k8s|spark|mesos)://")


def called(node):
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def goes_through(node, name, scope=None):
    """Whether a chain of calls and attributes has this name in it, as `SparkSession.builder.appName("x")` has builder."""
    seen = set()
    while True:
        if isinstance(node, ast.Attribute):
            if node.attr == name:
                return True
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Name) and scope and node.id in scope.constants.nodes and node.id not in seen:
            # A part of the chain that has its own name.
            seen.add(node.id)
            node = scope.constants.nodes[node.id]
        else:
            return isinstance(node, ast.Name) and node.id == name


def master(node, edits, scope):
    """A master set in code counts more than that of the job, which would then run in its driver alone."""
    name = called(node)
    if name == "SparkContext":
        named = [word.value for word in node.keywords if word.arg == "master"]
        for argument in [*node.args[:1], *named]:
            is_none = isinstance(argument, ast.Constant) and not argument.value
            if is_none or isinstance(argument, ast.Starred):
                continue
            tell(f"SparkContext({edits.of(argument)})", scope)
            edits.replace(argument, "None")
        return
    given = [*node.args, *[word.value for word in node.keywords]]
    if not isinstance(node.func, ast.Attribute) or not given:
        return
    chain = node.func.value
    is_master = MASTER.match(text_of(given[0], scope))
    of_session = is_master or any(goes_through(chain, part, scope) for part in ("builder", "SparkSession"))
    # The address of a Connect server names another session.
    is_local = name == "remote" and goes_through(chain, "builder", scope) and text_of(given[0], scope).startswith("local")
    if name == "setMaster" or (name == "master" and of_session) or is_local:
        start, end = edits.end(chain), edits.end(node)
        gone = edits.bytes[start:end].decode()
        scope.line = node.func.end_lineno
        # Comments may stand before it.
        tell(f".{edits.bytes[edits.end(node.func) - len(name.encode()) : end].decode()}", scope)
        # Lines behind it keep their numbers.
        edits.put(start, end, (" \\\n" if "\\\n" in gone else "\n") * gone.count("\n"))


# Calls that hand a file to executors, and the settings by which a job brings it.
BRING = {"addPyFile": "spark.submit.pyFiles", "addFile": "spark.files", "addJar": "spark.jars"}


def files(node, edits, scope):
    """Files beside the notebook that code gives a context: they come with the job, and the driver has them at other places."""
    name = called(node)
    if name == "SparkContext":
        named = [word.value for word in node.keywords if word.arg == "pyFiles"]
        for argument in [*node.args[3:4], *named]:
            if not (isinstance(argument, ast.Constant) and not argument.value):
                note("spark.submit.pyFiles", known("spark.submit.pyFiles", argument, scope), scope)
                edits.replace(argument, "None")
    elif name in BRING and isinstance(node.func, ast.Attribute):
        given = [*node.args[:1], *[word.value for word in node.keywords if word.arg == "path"]]
        path = text_of(given[0], scope) if given else ""
        if not path or is_address(path) or scope.place_of(path) in scope.report.written or not scope.finds(path):
            return
        if len(node.args) + len(node.keywords) > 1:
            raise Refused(f"{ast.unparse(node)}: a job brings no folders this way; list their files under \"firesteel\" in the metadata of the notebook")
        note(BRING[name], path, scope)
        edits.replace(node, "None")


def table(node, edits, scope):
    """`df.display()`, which only Databricks gives a table of Spark; what has its own method keeps it. Its `display(df)`, too."""
    if scope.report.shows_rows and isinstance(node.func, ast.Name) and node.func.id == "display" and "display" not in scope.names:
        edits.replace(node.func, f"{scope.shell}.rows")
    if called(node) != "display" or not isinstance(node.func, ast.Attribute) or node.args or node.keywords:
        return
    start, end = edits.end(node.func.value), edits.end(node)
    gone = edits.bytes[start:end].decode()
    edits.put(edits.start(node), edits.start(node), f"{scope.shell}.shown(")
    edits.put(start, end, ")" + (" \\\n" if "\\\n" in gone else "\n") * gone.count("\n"))


def tell(text, scope):
    scope.warn(f"{' '.join(text.split())}: left out, the job runs in the cluster that it is submitted to")


# Functions of findspark that name packages, and the settings that do the same.
FINDSPARK = {"add_packages": "spark.jars.packages", "add_jars": "spark.jars"}


def packages(node, scope):
    """What findspark and Delta Lake would have Spark fetch."""
    name = called(node)
    given = [*node.args, *[word.value for word in node.keywords]]
    asks = scope.findspark.get(ast.unparse(node.func), name if goes_through(node.func, "findspark") else "")
    if asks in FINDSPARK and given:
        key = FINDSPARK[asks]
        note(key, known(key, given[0], scope), scope)
    elif name == "start" and goes_through(node.func, "sparknlp"):
        raise Refused("sparknlp.start(): asks Spark for its packages once it runs; name them as spark.jars.packages of a builder")
    elif scope.delta.get(name, name) == CONFIGURE:
        for extra in given[1:2]:
            note("spark.jars.packages", known("spark.jars.packages", extra, scope), scope)
        scope.report.delta = (scope.cell, scope.line)


IGNORED = ("mode", "frequency", "parameter_server_mode", "port")


def elephas(node, scope):
    """elephas.spark_model.SparkModel since 7.0 takes these and does nothing with them."""
    if not scope.elephas:
        return
    name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
    if scope.elephas.get(name) != "SparkModel":
        return
    ignored = [word.arg for word in node.keywords if word.arg in IGNORED]
    if ignored:
        scope.warn(
            f"SparkModel ignores {', '.join(f'{word}=' for word in ignored)} since elephas 7: it trains synchronously; "
            "AsynchronousSparkModel uses them"
        )


def elephas_names(trees):
    """Names by which the notebook calls SparkModel."""
    found = calls_of(trees, "elephas.spark_model", ("SparkModel", "AsynchronousSparkModel"))
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("elephas"):
            found.update({alias.asname or alias.name: alias.name for alias in node.names})
    return found


def calls_of(trees, module, functions):
    """How the notebook may write calls of these functions, by its imports: `fs.init` where it has `import findspark as fs`."""
    found = {}
    for node in (node for tree in trees for node in ast.walk(tree)):
        aliases = node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else []
        for alias in aliases:
            if isinstance(node, ast.Import) and alias.name == module:
                found.update({f"{alias.asname or module}.{each}": each for each in functions})
            elif isinstance(node, ast.ImportFrom) and node.module == module:
                names = functions if alias.name == "*" else [alias.name]
                found.update({alias.asname or each: each for each in names if each in functions})
    return found
