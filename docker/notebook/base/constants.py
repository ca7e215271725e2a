"""Names that a notebook binds once, to values that can be read without running anything."""

import ast
import os
import shlex
from collections import Counter

from nb_shell import fields


class Unknown(Exception):
    """A value that only the running notebook knows."""


# Functions of texts. Paths stay relative, so that they hold on this machine and in the job.
FUNCTIONS = {"os.getcwd": lambda: ".", "os.path.join": os.path.join, "os.path.abspath": os.path.normpath,
             "os.path.realpath": os.path.normpath, "os.path.expanduser": str, "shlex.split": shlex.split}


class Constants:
    """Values of names; those that `arguments` binds are the ones that count. `spark` is the version of the job's Spark."""

    def __init__(self, trees, arguments=None, spark=""):
        self.of_modules = {"sys.executable": "python3", **({"pyspark.__version__": spark} if spark else {})}
        trees = [*trees, *([arguments] if arguments else [])]
        bound = Counter(name for tree in trees for node in ast.walk(tree) for name in bound_by(node))
        given = dict(assignments(arguments)) if arguments else {}
        self.nodes = {name: node for tree in trees for name, node in assignments(tree) if bound[name] == 1 + (name in given)}
        self.nodes.update(given)

    def value(self, node, depth=20):
        """The value of an expression, or Unknown."""
        if depth == 0:
            raise Unknown
        of = lambda part: self.value(part, depth - 1)  # noqa: E731
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name) and node.id in self.nodes:
            return of(self.nodes[node.id])
        if isinstance(node, ast.Attribute) and ast.unparse(node) in self.of_modules:
            return self.of_modules[ast.unparse(node)]
        if isinstance(node, (ast.List, ast.Tuple)):
            return [each for part in node.elts for each in self.parts(part, of)]
        if isinstance(node, ast.JoinedStr):
            return "".join(str(of(part)) for part in node.values)
        if isinstance(node, ast.FormattedValue) and node.conversion == -1 and not node.format_spec:
            return of(node.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = of(node.left), of(node.right)
            if type(left) is type(right) and isinstance(left, (str, list)):
                return left + right
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(of(node.left), str):
            return self.of_text(of(node.left), "__mod__", [tuple(right) if isinstance(right := of(node.right), list) else right])
        if isinstance(node, ast.Call) and not node.keywords:
            return self.called(node.func, [of(part) for part in node.args], of)
        raise Unknown

    def parts(self, node, of):
        """What an element adds to its list: itself, or the elements of `*others`."""
        if not isinstance(node, ast.Starred):
            return [of(node)]
        if isinstance(values := of(node.value), list):
            return values
        raise Unknown

    def called(self, function, values, of):
        if isinstance(function, ast.Name) and function.id == "str" and len(values) == 1:
            return str(values[0])
        name = ast.unparse(function) if isinstance(function, ast.Attribute) else ""
        if name in FUNCTIONS and all(isinstance(each, str) for each in values):
            return self.applied(FUNCTIONS[name], values)
        if isinstance(function, ast.Attribute) and function.attr in ("join", "format", "replace", "split", "strip"):
            text = of(function.value)
            if isinstance(text, str):
                return self.of_text(text, function.attr, values)
        raise Unknown

    def of_text(self, text, method, values):
        return self.applied(getattr(text, method), values)

    def applied(self, function, values):
        try:
            return function(*values)
        except (TypeError, ValueError, LookupError, AttributeError):
            raise Unknown from None

    def put_into(self, text):
        """A line of shell with the values of `{name}` and `$name`; as it stands if one is not known."""
        parts = []
        try:
            for literal, field, conversion in fields(text):
                if conversion:
                    return text
                parts += [literal] if field is None else [literal, str(self.value(ast.parse(field.strip(), mode="eval").body))]
        except (Unknown, SyntaxError, ValueError):
            return text
        return "".join(parts)


def bound_by(node):
    """Names that this part of code binds, wherever it stands."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        return [node.id]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.alias):
        return [node.asname or node.name.partition(".")[0]]
    return [node.name] if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else []


def assignments(tree):
    """Names that statements outside of functions and blocks bind, and to which expressions."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            yield node.target.id, node.value
