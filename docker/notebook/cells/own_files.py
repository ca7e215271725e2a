"""Files beside the notebook that cells read: a job lacks them unless they are listed, and its run would end with an error."""

import ast
import os
import re

from base.constants import Unknown
from base.findings import finding
from cells.check import is_shell_call
from spark.calls import called

READS = re.compile(r"read_\w+|open|csv|json|parquet|orc|text|textFile|wholeTextFiles|binaryFiles|loads?|load\w*|genfromtxt|imread|ZipFile")
BY_NAME = {"path", "file", "filename", "filepath_or_buffer", "io", "path_or_buf", "name"}


def tell_read_files(pieces, scope, listed):
    """Warns of files of this machine that cells only read; `listed` are those that metadata brings."""
    uses, lines = {}, []
    for piece in pieces:
        for node in ast.walk(piece.code.tree) if piece.code else []:
            if is_shell_call(node):
                lines.append(ast.unparse(node))
            elif isinstance(node, ast.Call):
                for path, is_read in paths_of(node, scope):
                    uses.setdefault(os.path.normpath(path), []).append((is_read, piece.cell, node.lineno))
        lines.append(piece.body)
    listed = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
    brought = {*map(os.path.normpath, listed), *scope.report.written}
    for path, places in uses.items():
        is_named = any(path in line for line in lines)
        if path not in brought and not is_named and all(is_read for is_read, _, _ in places):
            tell(path, *places[0][1:], scope)


def paths_of(node, scope):
    """Files beside the notebook that a call names, each with whether it reads this file."""
    words = [(at, part) for at, part in enumerate(node.args)] + [(word.arg, word.value) for word in node.keywords]
    for at, part in words:
        try:
            value = scope.constants.value(part)
        except Unknown:
            continue
        if isinstance(value, str) and not os.path.isabs(value) and is_file(value, scope):
            yield value, (at == 0 or at in BY_NAME) and reads(node)


def is_file(path, scope):
    try:
        return bool(path) and os.path.isfile(os.path.join(scope.folder, path))
    except ValueError:
        return False


def reads(node):
    name = called(node)
    mode = [part.value for part in [*node.args[1:2], *[word.value for word in node.keywords if word.arg == "mode"]] if isinstance(part, ast.Constant)]
    return bool(READS.fullmatch(name)) and not (name in ("open", "ZipFile") and any(re.search("[wax+]", str(each)) for each in mode))


def tell(path, cell, line, scope):
    name = os.path.basename(path)
    moved = f", and open it as {name}" if name != path else ""
    message = f'{path}: the job lacks this file; list it in files under "firesteel" in the metadata of the notebook{moved}'
    scope.report.warnings.append(finding(message, cell, line))
