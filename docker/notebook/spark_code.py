"""What in code of Spark would be done otherwise than it says, once it runs as a job."""

import ast


def spark_changes(node, edits, scope):
    """Looks at one call."""
    master(node, edits, scope)
    elephas(node, scope)


def called(node):
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def is_text(node, value):
    return isinstance(node, ast.Constant) and node.value == value


def goes_through(node, name):
    """Whether a chain of calls and attributes has this name in it, as `SparkSession.builder.appName("x")` has builder."""
    while True:
        if isinstance(node, ast.Attribute):
            if node.attr == name:
                return True
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
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
    if not isinstance(node.func, ast.Attribute) or not node.args:
        return
    chain = node.func.value
    sets = (
        (name == "master" and (goes_through(chain, "builder") or goes_through(chain, "SparkSession")))
        or name == "setMaster"
        or (name in ("config", "set") and len(node.args) == 2 and is_text(node.args[0], "spark.master"))
    )
    if sets:
        start = edits.end(chain)
        tell(edits.bytes[start : edits.end(node)].decode().strip(" \\\n"), scope)
        edits.put(start, edits.end(node), "")


def tell(text, scope):
    scope.warn(f"{' '.join(text.split())}: left out, the cluster that the job is submitted to counts")


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
            "AsynchronousSparkModel heeds them"
        )


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
