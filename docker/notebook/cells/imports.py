"""Imports that only work in a notebook: what takes their place in a job."""

import ast

from base.findings import Refused
from packages.programs import MODEL

DISPLAY_MODULES = {"IPython.display", "IPython.core.display", "IPython.lib.display", "IPython.core.display_functions"}
# They have the class that says which values a cell shows.
SETTINGS_MODULES = {"IPython", "IPython.core", "IPython.core.interactiveshell"}
# Progress bars of notebooks are widgets; those of a terminal have other names.
BARS = {"tqdm.notebook", "tqdm.autonotebook"}
OF_BARS = {"tqdm_notebook": "tqdm", "tnrange": "trange"}
WIDGETS = {"ipywidgets", "ipyleaflet", "bqplot", "ipympl", "nglview", "pythreejs", "ipyvolume", "ipysheet"}
INSTALLERS = {"pip", "micropip", "piplite"}
ONLY_THERE = {"google.colab": "Colab", "awsglue": "AWS Glue", "notebookutils": "Fabric", "mssparkutils": "Synapse",
              "dbutils": "Databricks", "kaggle_secrets": "Kaggle"}
# Names that a place binds before the first cell, and lines of shell that only a notebook takes without a sign.
BOUND_THERE = {"displayHTML": "Databricks", "getArgument": "Databricks",
               **{name: ONLY_THERE[name] for name in ("dbutils", "mssparkutils", "notebookutils")}}
WITHOUT_SIGN = {"ls", "ll", "pwd", "who", "whos"}


def verify_name(name):
    """Refused for a name that the cell does not bind and that only some notebook has."""
    if name in BOUND_THERE:
        raise Refused(f"{name}: only {BOUND_THERE[name]} has this; tag the cell notebook-only")
    if name in WITHOUT_SIGN:
        raise Refused(f"{name}: only a notebook runs this without a percent sign; write %{name}")


def binds_unknown(trees):
    """Whether the notebook takes all names of a module that may have any: those of Spark are known."""
    imports = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return any(node.names[0].name == "*" and (node.module or "").partition(".")[0] != "pyspark" for node in imports)


def import_change(node, guarded, scope):
    """The text in place of an import, None if it can stay. `guarded`: a `try` around it expects it to fail."""
    if isinstance(node, ast.Import):
        only = node.names[0]
        if len(node.names) == 1 and only.name in DISPLAY_MODULES and only.asname:
            return f"{only.asname} = {scope.shell}.display"
        if len(node.names) == 1 and only.name in BARS and only.asname:
            return f"import tqdm as {only.asname}"
        if any(alias.name in BARS and not alias.asname for alias in node.names):
            # Both names of the module are then the bars of a terminal.
            others = [alias for alias in node.names if alias.name not in BARS or alias.asname]
            more = f"import {', '.join(map(ast.unparse, others))}; " if others else ""
            return f"{more}import tqdm; tqdm.notebook = tqdm.autonotebook = tqdm"
        for alias in node.names:
            verify(alias.name, guarded)
        return None
    module, names = node.module or "", {alias.name for alias in node.names}
    if module in DISPLAY_MODULES or (module == "IPython" and names <= {"display", "get_ipython"}):
        return stand_ins(node, module, scope)
    if module in SETTINGS_MODULES and names == {"InteractiveShell"}:
        return f"{node.names[0].asname or 'InteractiveShell'} = {scope.shell}.settings"
    if module == "tqdm" and names <= {"notebook", "autonotebook"}:
        return "; ".join(f"import tqdm as {alias.asname or alias.name}" for alias in node.names)
    if (module in BARS and names <= {"tqdm", "trange", *OF_BARS}) or (module == "tqdm" and names & OF_BARS.keys()):
        plain = [(OF_BARS.get(alias.name, alias.name), alias.asname or alias.name) for alias in node.names]
        return f"from tqdm import {', '.join(name if name == bound else f'{name} as {bound}' for name, bound in plain)}"
    if f"{module}.".startswith("spacy.cli.") and "download" in names and not guarded:
        raise Refused(f"from {module} import download: {MODEL}")
    verify(module, guarded)
    return None


def bar_call(node, edits):
    """`tqdm.tqdm_notebook(…)`: the bar of a terminal in place of a widget."""
    name = getattr(node.func, "attr", "")
    if name in OF_BARS and ast.unparse(node.func) == f"tqdm.{name}":
        edits.replace(node.func, f"tqdm.{OF_BARS[name]}")


def verify(module, guarded):
    top = module.partition(".")[0]
    # Where pip lies differs, so a `try` around it does not expect that there is none.
    if guarded and top != "pip":
        return
    if top in WIDGETS:
        raise Refused(f"{top}: widgets need a user; tag the cell notebook-only, or set values as parameters")
    if top in INSTALLERS:
        raise Refused(f"import {module}: a job has no {top}; write %pip install NAME")
    if top == "IPython":
        raise Refused(f"import {module}: a job has no IPython; from IPython.display import … is converted")
    for name, place in ONLY_THERE.items():
        if f"{module}.".startswith(f"{name}."):
            raise Refused(f"import {module}: only {place} has this; tag the cell notebook-only")


def stand_ins(node, module, scope):
    # Calls of get_ipython() are converted where they are, or refused.
    aliases = [alias for alias in node.names if alias.name != "get_ipython"]
    if not aliases:
        return "pass"
    if aliases[0].name == "*":
        raise Refused(f"from {module} import *: list the imported names")
    names = ", ".join(alias.asname or alias.name for alias in aliases)
    if module == "IPython":
        return f"{names} = {scope.shell}.display"
    return f"[{names}] = {scope.shell}.stand_ins({', '.join(repr(alias.name) for alias in aliases)})"
