"""Modules of this machine that cells import, beside the notebook or where cells tell Python to look: they come with the job."""

import ast
import os
import sys

from session.settings import text_of
from spark.calls import called

# Python has these before it looks beside a notebook.
THERE = {*sys.stdlib_module_names, "pyspark"}
# Files that Python takes for folders.
ZIPS = (".zip", ".egg", ".whl")
CALLS = {"chdir", "append", "insert", "addsitedir"}
ADDS = {"sys.path.append", "sys.path.insert", "site.addsitedir"}


def folder_call(node, scope):
    """Notes where a call goes, or where Python then looks as well: `os.chdir("src")`, `sys.path.append("src")`."""
    if called(node) not in CALLS or not node.args:
        return
    name, folder = ast.unparse(node.func), text_of(node.args[-1], scope)
    if not folder:
        return
    if name == "os.chdir":
        scope.report.inside = os.path.join(scope.report.inside, folder)
    elif name in ADDS:
        place = os.path.join(scope.report.inside, os.path.expanduser(folder))
        if place.endswith(ZIPS) and scope.finds(place):
            scope.report.ask("pyFiles", os.path.normpath(os.path.join(scope.folder, place)))
        at = 0 if name == "sys.path.insert" else len(scope.report.paths)
        scope.report.paths.insert(at, place)


def bring_modules(tree, scope):
    """Brings the modules that a cell imports, and those that they import themselves."""
    for node in ast.walk(tree):
        for module in imported(node):
            scope.line = node.lineno
            bring_module(module, scope)


def imported(node):
    """The full names of what a piece of code imports; a name behind `from` may be a module or not."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def bring_module(name, scope):
    top = name.partition(".")[0]
    is_written = any(place.partition(os.sep)[0] in (top, f"{top}.py") for place in scope.report.written)
    if top in THERE or is_written:
        return
    for place in ("", *scope.report.paths):
        folder = os.path.normpath(os.path.join(scope.folder, place or scope.report.inside))
        whole = os.path.join(folder, top)
        if os.path.isfile(os.path.join(whole, "__init__.py")):
            return bring(whole, scope)
        if os.path.isfile(f"{whole}.py"):
            return bring(f"{whole}.py", scope)
        deep = os.path.join(folder, *name.split("."))
        if any(os.path.isfile(f"{part}.py") for part in (deep, os.path.dirname(deep)) if part.startswith(f"{whole}{os.sep}")):
            scope.warn(f"import {name}: its folder does not come with the job; add an empty __init__.py to {whole}")
            return


def bring(path, scope):
    """Adds a module, or a package with all its files, and what its code imports."""
    if path in scope.report.lists.get("pyFiles", []):
        return
    scope.report.ask("pyFiles", path)
    for file in files_of(path):
        try:
            with open(file, "rb") as content:
                tree = ast.parse(content.read())
        except (OSError, SyntaxError, ValueError, RecursionError):
            # Python says so where it is imported.
            continue
        for module in {each: None for node in ast.walk(tree) for each in imported(node)}:
            bring_module(module, scope)


def files_of(path):
    """The file of a module, or those of a package."""
    if path.endswith(".py"):
        return [path]
    found = [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names if name.endswith(".py")]
    return sorted(found)
