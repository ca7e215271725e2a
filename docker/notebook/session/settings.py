"""Settings of a Spark session that code asks for once Spark runs: they become the job's, or are left out and said."""

import ast
import os
import re
import shlex

from base.constants import Unknown
from base.findings import Refused

# What holds though it is set in code: Spark reads it as the session is made. All others of a driver are fixed by then.
HOLD_IN_CODE = re.compile(r"spark\.driver\.(maxResultSize|log\..*|metrics\..*|timeout)")
OF_THE_DRIVER = re.compile(r"spark\.(driver\.|kubernetes\.(driver\.|driverEnv\.|driver$)|kubernetes\.memoryOverheadFactor$)")
LISTS = {"spark.jars.packages": "maven", "spark.jars": "jars", "spark.files": "files", "spark.submit.pyFiles": "pyFiles"}
LEFT_OUT = {
    "spark.master": "the job runs in the cluster that it is submitted to",
    "spark.home": "the image has Spark",
    "spark.ui.port": "firesteel ui forwards a port of this machine",
    "spark.jars.repositories": "DEFAULT_ARTIFACT_REPOSITORY names the repository",
    "spark.jars.excludes": "a job gets every dependency of its packages",
    "spark.jars.ivy": "packages are fetched before the job starts",
    "spark.jars.ivySettings": "DEFAULT_ARTIFACT_REPOSITORY names the repository",
}
CLASS_PATHS = {"spark.driver.extraClassPath", "spark.executor.extraClassPath"}
ELSEWHERE = 'write it as a text, or under "firesteel" in the metadata of the notebook'
FLAGS = {
    "--packages": "spark.jars.packages", "--jars": "spark.jars", "--files": "spark.files", "--py-files": "spark.submit.pyFiles",
    "--archives": "spark.archives", "--repositories": "spark.jars.repositories", "--exclude-packages": "spark.jars.excludes",
    "--master": "spark.master", "--deploy-mode": "spark.submit.deployMode", "--name": "spark.app.name",
    "--driver-memory": "spark.driver.memory", "--driver-cores": "spark.driver.cores",
    "--driver-java-options": "spark.driver.extraJavaOptions", "--driver-class-path": "spark.driver.extraClassPath",
    "--driver-library-path": "spark.driver.extraLibraryPath", "--executor-memory": "spark.executor.memory",
    "--executor-cores": "spark.executor.cores", "--num-executors": "spark.executor.instances",
    "--total-executor-cores": "spark.cores.max", "--queue": "spark.yarn.queue",
}
CODE = {"config", "set", "setIfMissing", "setSystemProperty"}
ARGUMENTS = "PYSPARK_SUBMIT_ARGS"
PYTHONS = {"PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"}
# Variables that spark-submit reads as settings: https://spark.apache.org/docs/latest/submitting-applications.html
VARIABLES = {"SPARK_DRIVER_MEMORY": "spark.driver.memory", "SPARK_EXECUTOR_MEMORY": "spark.executor.memory",
             "SPARK_EXECUTOR_CORES": "spark.executor.cores"}
# Variables that hold nothing for a driver that runs, or would turn the session into another, and why each is left out.
LEFT_OUT_VARIABLES = {
    **{name: "driver and executors run the Python of the image" for name in PYTHONS},
    "SPARK_REMOTE": "the job runs in the cluster that it is submitted to",
    "SPARK_SUBMIT_OPTS": "Java runs already; use --set spark.conf.spark.driver.extraJavaOptions=…",
    "JAVA_TOOL_OPTIONS": "Java runs already; use --set spark.conf.spark.driver.extraJavaOptions=…",
}
# Looking a setting up is no wish for another.
LOOKS = {"get", "getOption", "getAll", "contains", "pop", "unset", "print", "isModifiable"}


def setting(node, edits, scope):
    """Looks at one piece of code for settings: `config("key", value)`, `{"key": value}`, `("key", value)`, `x["key"] = value`."""
    for key, value in pairs(node):
        name = key.arg if isinstance(key, ast.keyword) else text_of(key, scope)
        scope.read.add(key)
        scope.line, scope.at = getattr(key, "lineno", scope.line), (value.end_lineno, value.end_col_offset)
        if name == ARGUMENTS:
            submit_arguments(known(ARGUMENTS, value, scope), scope)
        elif name in VARIABLES or name in LEFT_OUT_VARIABLES:
            other = variable(name, text_of(value, scope), scope)
            if other != name and isinstance(key, ast.keyword):
                edits.put(edits.start(key), edits.start(value), f"{other}=")
            elif other != name:
                edits.replace(key, repr(other))
        elif name.startswith("spark.") and asked(name, value, scope):
            # It would be looked for in the driver, or stand against what the job has.
            edits.replace(key, repr(f"spark.leftOut.{name[6:]}"))


def variable(name, value, scope):
    """Notes what a variable asks of Spark; the name under which the code may keep it."""
    if name in VARIABLES:
        if value:
            note(VARIABLES[name], value, scope)
        else:
            scope.warn(f"{name}: left out, its value is only known once the notebook runs; use --set spark.conf.{VARIABLES[name]}=…")
        return name
    if name in PYTHONS and value in ("", "python3"):
        return name
    scope.warn(f"{name}: left out, {LEFT_OUT_VARIABLES[name]}")
    return f"{name}_LEFT_OUT"


def unread(tree, parents, scope):
    """Says of names of settings that stand where no value can be read with them: what would be missing is packages and files."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or node.value not in {*LISTS, "spark.archives"} or node in scope.read:
            continue
        parent = parents.get(node)
        looks = isinstance(parent, ast.Call) and getattr(parent.func, "attr", getattr(parent.func, "id", "")) in LOOKS
        is_name = isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is node
        if looks or is_name or isinstance(parent, (ast.Compare, ast.Expr, ast.Subscript, ast.JoinedStr)):
            continue
        scope.line = node.lineno
        scope.warn(f"{node.value}: no value beside it can be read; {ELSEWHERE}")


def text_of(node, scope):
    """The text that an expression is; empty if it is not known before the notebook runs."""
    try:
        value = scope.constants.value(node)
    except Unknown:
        return ""
    return value if isinstance(value, str) else ""


def is_address(text):
    return bool(re.match(r"[a-z][a-z0-9+.-]+:/", text))


def pairs(node):
    if isinstance(node, ast.Dict):
        return list(zip(node.keys, node.values))
    if isinstance(node, (ast.Tuple, ast.List)):
        return [tuple(each.elts) for each in node.elts if isinstance(each, (ast.Tuple, ast.List)) and len(each.elts) == 2]
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [(target.slice, node.value) for target in targets if isinstance(target, ast.Subscript)]
    if not isinstance(node, ast.Call) or not isinstance(node.func, (ast.Attribute, ast.Name)):
        return []
    name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
    words = {word.arg: word.value for word in node.keywords}
    # `spark.conf.set` is for a session that is there.
    of_session = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "attr", "") == "conf"
    if name in CODE and not of_session:
        key, value = ([*node.args, *[words[part] for part in ("key", "value") if part in words]] + [None, None])[:2]
        return [(key, value)] if value is not None else []
    if name in ("setdefault", "putenv") and len(node.args) == 2:
        return [tuple(node.args)]
    return [(word, word.value) for word in node.keywords if word.arg in {ARGUMENTS, *VARIABLES, *LEFT_OUT_VARIABLES}]


def known(key, node, scope):
    try:
        return scope.constants.value(node)
    except Unknown:
        raise Refused(f"{key}: its value is only known once the notebook runs; {ELSEWHERE}") from None


def asked(key, node, scope):
    """Notes one setting of code; whether it has to be left out there."""
    if key == "spark.executor.extraClassPath" and not any(jars_of(part, scope) for part in text_of(node, scope).split(":")):
        return False
    if not is_fixed(key, scope):
        return False
    if not is_left_out(key, scope):
        try:
            return note(key, scope.constants.value(node), scope) and key != "spark.jars.packages"
        except Unknown:
            if key in LISTS or key == "spark.archives":
                known(key, node, scope)
    why = LEFT_OUT.get(key) or scope.reserved.get(key) or f"its value is only known once the notebook runs; use --set spark.conf.{key}=…"
    scope.warn(f"{key}: left out, {why}")
    return True


def is_left_out(key, scope):
    return key in LEFT_OUT or key in scope.reserved


def is_fixed(key, scope):
    """Whether a job that runs cannot change it any more."""
    if key in LISTS or key in CLASS_PATHS or key == "spark.archives" or is_left_out(key, scope):
        return True
    return bool(OF_THE_DRIVER.match(key)) and not HOLD_IN_CODE.fullmatch(key)


def note(key, value, scope):
    """Makes a setting the job's; returns whether the code must not have it as well."""
    parts = [str(part).strip() for each in (value if isinstance(value, list) else [value]) for part in str(each).split(",")]
    if value is None:
        return False
    if is_left_out(key, scope):
        scope.warn(f"{key}: left out, {LEFT_OUT.get(key) or scope.reserved[key]}")
    elif key in LISTS:
        for part in filter(None, parts):
            for each in [part] if key == "spark.jars.packages" else scope.beside(part, key):
                scope.report.ask(LISTS[key], each)
    elif key in CLASS_PATHS:
        class_path(key, str(value), scope)
    elif key == "spark.archives":
        if not all(is_address(part) for part in parts):
            raise Refused(f"{key}: a job brings no archives; name packages with %pip install, files with spark.files")
        return False
    else:
        keep(key, str(value).lower() if isinstance(value, bool) else str(value), scope)
    return True


def keep(key, value, scope):
    """The last one that the notebook sets is the job's; what stands deeper in the code is read later."""
    at, other = (scope.cell, *scope.at), scope.report.conf.get(key)
    is_last = at >= scope.report.places.get(key, at)
    if other and other["value"] != value:
        scope.warn(f"{key}: the notebook sets it to several values; the job has the last one")
    if is_last:
        scope.report.conf[key] = {"value": value, "cell": scope.cell, "line": scope.line}
        scope.report.places[key] = at


def class_path(key, text, scope):
    """Jars of this machine come with the job, which has them on its class path; other places are in the image."""
    parts = text.split(":")
    own = [part for part in parts if jars_of(part, scope)]
    for part in own:
        for jar in scope.beside(jars_of(part, scope), key):
            scope.report.ask("jars", jar)
    others = ":".join(part for part in parts if part not in own)
    if others:
        keep(key, others, scope)


def jars_of(part, scope):
    """A jar of this machine, or the pattern of those in a folder of its user's, `lib/*`; empty for other places."""
    if part.endswith(".jar") and scope.finds(part):
        return part
    folder, home = os.path.expanduser(part[:-1]), os.path.expanduser("~/")
    is_own = not os.path.isabs(folder) or folder.startswith(home)
    return f"{part}.jar" if part.endswith("/*") and is_own and scope.finds(folder) else ""


def properties(text, scope):
    """The settings in a spark-defaults.conf that a cell writes before there is a session."""
    for line in text.splitlines():
        found = re.match(r"\s*(spark\.[^\s=:]+)[\s=:]+(.*\S)", line)
        if found:
            note(found[1], found[2], scope)


def submit_arguments(text, scope):
    """What `PYSPARK_SUBMIT_ARGS` asks of spark-submit."""
    try:
        words = shlex.split(str(text))
    except ValueError as error:
        raise Refused(f"{ARGUMENTS}: {error}") from None
    while words:
        flag, equals, value = words.pop(0).partition("=")
        if flag in ("pyspark-shell", "--verbose", "-v", "--supervise"):
            continue
        if not equals:
            value = words.pop(0) if words else ""
        if flag in ("--conf", "-c"):
            flag, _, value = value.partition("=")
        elif flag not in FLAGS:
            hint = "; remove the quotes around all of it" if " " in flag.strip() else ""
            raise Refused(f"{ARGUMENTS}: {flag}: a job does not support this flag of spark-submit{hint}")
        note(FLAGS.get(flag, flag), value, scope)
