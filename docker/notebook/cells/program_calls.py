"""Calls in Python that install packages: programs that they start, pip as a module, methods that hosted notebooks have."""

import ast
import re
import shlex

from base.constants import Unknown
from base.findings import Refused
from cells.imports import verify
from cells.own_modules import bring_module
from packages.commands import pipelines
from packages.installs import install, without_installs
from packages.programs import MODEL, verify_command, why_needless
from spark.calls import called

# The command is the first argument: a text, or a list of words.
STARTS = {"system", "popen", "run", "call", "check_call", "check_output", "Popen", "getoutput", "getstatusoutput",
          "create_subprocess_shell"}
# Each argument is a word of the command.
WORDS_APART = re.compile(r"create_subprocess_exec|(?:posix_)?spawn[lv]?p?e?|exec[lv]p?e?")
HOSTED = {"install_pypi_package", "uninstall_package", "list_packages", "restartPython", "installPyPI"}
BY_NAME = {"import_module", "__import__", "run_module"}
DEBUGGERS = {"pdb.set_trace", "ipdb.set_trace", "pudb.set_trace", "code.interact", "pdb.pm", "pdb.post_mortem"}
INSTALL = re.compile(r"\bpip[\d.]*\s+install\b")


def install_call(node, edits, scope):
    """Notes the packages that this call installs, and leaves nothing of that in the code."""
    name = called(node)
    if name in STARTS:
        program_call(node, edits, scope)
    elif WORDS_APART.fullmatch(name):
        words = [str(part.value) for part in ast.walk(node) if isinstance(part, ast.Constant)]
        if INSTALL.search(" ".join(words)):
            raise Refused(f"{ast.unparse(node)}: firesteel cannot read this call of pip; write %pip install NAME")
    elif name in BY_NAME and node.args:
        module = known(node.args[0], scope)
        if isinstance(module, str) and module.partition(".")[0] == "pip":
            verify(module, guarded=False)
        elif isinstance(module, str):
            bring_module(module, scope)
    elif name in HOSTED and isinstance(node.func, ast.Attribute):
        hosted_call(name, node, edits, scope)


def program_call(node, edits, scope):
    """`os.system("pip install x")` and `subprocess.run([sys.executable, "-m", "pip", "install", "x"])`."""
    given = [*node.args[:1], *[word.value for word in node.keywords if word.arg in ("args", "command", "cmd")]]
    if not given:
        return
    words = known(given[0], scope)
    text = words if isinstance(words, str) else shlex.join(words or [])
    parts = [part.value for part in ast.walk(given[0]) if isinstance(part, ast.Constant)] if words is None else []
    if INSTALL.search(" ".join(map(str, parts))):
        raise Refused(f"{ast.unparse(node)}: its packages are only known once the notebook runs; write %pip install NAME")
    if not re.search(r"\bpip[\d.]*\b|install|\bspacy\b|\bapt|\bjava\b|\bspark-\d", text):
        return
    change = without_installs(text, scope)
    if change != text:
        edits.replace(given[0], repr(change if words is text else ["true"]))


def verify_input(node, scope):
    """Refused for a call that waits for a person."""
    if isinstance(node.func, ast.Name) and node.func.id == "input" and "input" not in scope.names:
        raise Refused("input(): nobody answers in a job; make the value a parameter")


def verify_programs(node, may_not_run, scope):
    """Refused for programs that a job lacks, and for what asks a person; behind a condition they may not be needed."""
    function = ast.unparse(node.func)
    if may_not_run:
        return
    if function == "getpass.getpass" or (function == "getpass" and function in scope.names):
        raise Refused(f"{function}(): nobody answers in a job; name a secret under \"firesteel\" in the metadata of the notebook")
    if function in DEBUGGERS or (function in ("breakpoint", "set_trace") and (function in scope.names) == (function == "set_trace")):
        raise Refused(f"{function}(): nobody answers a debugger in a job; remove the line")
    if not re.fullmatch(r"(?:os|subprocess)\.\w+", function) or called(node) not in STARTS:
        return
    given = [*node.args[:1], *[word.value for word in node.keywords if word.arg in ("args", "command", "cmd")]]
    words = known(given[0], scope) if given else None
    # Calls of pip are read elsewhere.
    if not words or not isinstance(words, (str, list)) or INSTALL.search(words if isinstance(words, str) else " ".join(words)):
        return
    for pipeline in pipelines(words if isinstance(words, str) else shlex.join(words)):
        for command in pipeline.commands:
            if not why_needless(command):
                verify_command(command, ast.unparse(node), scope)


def model_call(node, may_not_run, scope):
    """`spacy.cli.download("en_core_web_sm")` runs pip. Behind a condition it is for those who lack the model."""
    if called(node) != "download" or ast.unparse(node.func) not in ("spacy.cli.download", "spacy.cli.download.download"):
        return
    if not may_not_run:
        raise Refused(f"{ast.unparse(node)}: {MODEL}")
    scope.warn(f"{ast.unparse(node)}: {MODEL}")


def hosted_call(name, node, edits, scope):
    """`sc.install_pypi_package("x")` of EMR, and `dbutils.library.restartPython()` behind `%pip install` of Databricks."""
    if name not in ("restartPython", "installPyPI"):
        given = [known(each, scope) for each in node.args]
        if not all(isinstance(each, str) for each in given) or node.keywords:
            raise Refused(f"{ast.unparse(node)}: its packages are only known once the notebook runs; write %pip install NAME")
        package, index = [given[:1], given[1:2]]
        is_usual = not index or re.match(r"https://pypi\.(?:org|python\.org)/simple/?$", index[0])
        words = {"install_pypi_package": "install", "uninstall_package": "uninstall"}.get(name, "list")
        install([words, *package, *([] if is_usual else ["--index-url", *index])], scope)
        edits.replace(node, "None")
    elif ast.unparse(node.func) == "dbutils.library.restartPython":
        edits.replace(node, "None")
    elif ast.unparse(node.func) == "dbutils.library.installPyPI":
        raise Refused(f"{ast.unparse(node)}: a job has no dbutils; write %pip install NAME")


def known(node, scope):
    """A command as a text or a list of words; None if it is not known before the notebook runs."""
    try:
        value = scope.constants.value(node)
    except Unknown:
        return None
    is_words = isinstance(value, list) and all(isinstance(word, str) for word in value)
    return value if isinstance(value, str) or is_words else None
