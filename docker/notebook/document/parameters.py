"""Arguments of a notebook: values for the names that its cell tagged `parameters` sets, as papermill has it."""

import ast
import difflib

from base.findings import Refused

WORDS = {bool: "True or False", int: "a whole number", float: "a number", list: "a list", tuple: "a tuple", dict: "a dict"}


def defaults_of(tree):
    """Names that the cell sets at its own level, with the expression each is set to."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = node.value
    return found


def pairs_of(words, defaults):
    """`name=value`, `--name=value`, `--name value` and `-p name value` as pairs."""
    words = list(words)
    pairs = []
    while words:
        word = words.pop(0)
        if word == "-p":
            if len(words) < 2:
                raise Refused("argument -p: expected a name and a value after it")
            pairs.append((words.pop(0), words.pop(0)))
            continue
        name, equals, value = word.removeprefix("--").partition("=")
        if equals:
            pairs.append((name, value))
        elif not word.startswith("--"):
            raise Refused(f'argument "{word}": expected name=value or --name value')
        elif words and not words[0].startswith("--") and words[0] != "-p":
            pairs.append((name, words.pop(0)))
        elif isinstance(literal(defaults.get(name.replace("-", "_"))), bool):
            pairs.append((name, "True"))
        else:
            raise Refused(f"argument --{name}: expected a value after it")
    return [(name if name in defaults else name.replace("-", "_"), value) for name, value in pairs]


def literal(node):
    """The value of a literal expression, None if it is none."""
    try:
        return None if node is None else ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def assignments(words, defaults):
    """Lines that give the parameters these arguments' values; later ones count."""
    values = {}
    for name, value in pairs_of(words, defaults):
        if name not in defaults:
            near = difflib.get_close_matches(name, defaults, 1)
            raise Refused(
                f'argument "{name}": no such parameter'
                + (f", did you mean {near[0]}?" if near else "")
                + f"; parameters are {', '.join(sorted(defaults)) or 'none'}"
            )
        values[name] = value_text(name, value, literal(defaults[name]))
    return [f"{name} = {text}" for name, text in values.items()]


def value_text(name, value, default):
    """A value as Python; what it may be follows from the value it takes the place of."""
    if isinstance(default, str):
        return repr(value)
    kind = type(default)
    if kind is bool and value.lower() in ("true", "false"):
        return value.capitalize()
    try:
        tree = ast.parse(value.strip(), mode="eval").body
        given = ast.literal_eval(tree)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        given = tree = None
    if kind in WORDS:
        fits = type(given) is kind or (kind is float and type(given) is int)
        if not fits:
            raise Refused(f'argument {name}: "{value}" is not {WORDS[kind]}')
    return ast.unparse(tree) if tree is not None else repr(value)
