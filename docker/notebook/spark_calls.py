"""Calls of Spark and elephas that a job does otherwise than they say: a master set in code, what SparkModel ignores."""

import ast
import re

from findings import Refused
from settings import is_address, known, note, text_of

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
        tell(gone.strip(" \\\n"), scope)
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


def tell(text, scope):
    scope.warn(f"{' '.join(text.split())}: left out, the job runs in the cluster that it is submitted to")


def packages(node, scope):
    """What findspark and Delta Lake would have Spark fetch."""
    name = called(node)
    given = [*node.args, *[word.value for word in node.keywords]]
    if name in ("add_packages", "add_jars") and goes_through(node.func, "findspark") and given:
        key = "spark.jars.packages" if name == "add_packages" else "spark.jars"
        note(key, known(key, given[0], scope), scope)
    elif name == "start" and goes_through(node.func, "sparknlp"):
        raise Refused("sparknlp.start(): asks Spark for its packages once it runs; name them as spark.jars.packages of a builder")
    elif scope.delta.get(name, name) == "configure_spark_with_delta_pip":
        for extra in given[1:2]:
            note("spark.jars.packages", known("spark.jars.packages", extra, scope), scope)
        scope.report.delta = (scope.cell, scope.line)


def delta_package(lines, spark):
    """The package that configure_spark_with_delta_pip has Spark fetch: https://pypi.org/project/delta-spark."""
    versions = [re.match(r"delta[-_.]spark\s*===?\s*((\d+)\.(\d+)[\w.]*)\s*$", line, re.I) for line in lines]
    found = next(filter(None, versions), None)
    if not found:
        raise Refused("configure_spark_with_delta_pip: the version is only known once the notebook runs; write %pip install delta-spark==VERSION")
    version = (int(found[2]), int(found[3]))
    name = "delta-core_2.12" if version < (3, 0) else "delta-spark_2.12" if version < (4, 0) else "delta-spark_2.13"
    if version > (4, 0):
        name = f"delta-spark_{'.'.join(spark.split('.')[:2])}_2.13"
    return f"io.delta:{name}:{found[1]}"


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


def delta_names(trees):
    """Names that the notebook imports from Delta Lake, by those it gives them."""
    imports = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in imports if (node.module or "").split(".")[0] == "delta"]
    return {alias.asname: alias.name for node in ours for alias in node.names if alias.asname}


def elephas_names(trees):
    """Names by which the notebook calls SparkModel."""
    found = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("elephas"):
                found.update({alias.asname or alias.name: alias.name for alias in node.names})
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name == "elephas.spark_model":
                        found[f"{alias.asname or alias.name}.SparkModel"] = "SparkModel"
    return found
