"""Literals that are the data of a program, though they look like settings."""

import ast

LITERALS = (ast.Dict, ast.List, ast.Tuple)
# What takes rows and values.
TAKES_DATA = {"createDataFrame", "parallelize", "DataFrame", "Series", "toDF", "Row", "print", "display", "dumps", "dump", "isin"}


def is_data(node, parents):
    """Whether a dictionary or list is given to what takes data, itself or by the name that it is bound to in its cell."""
    top = node
    while top in parents:
        parent = parents[top]
        if isinstance(parent, ast.Call) and top is not parent.func:
            if name_of(parent) in TAKES_DATA:
                return True
        elif isinstance(parent, (ast.Assign, ast.AnnAssign)) and top is parent.value:
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            return any(names & given_names(other) for other in {*parents.values()} if isinstance(other, ast.Call))
        top = parent
    return False


def name_of(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def given_names(call):
    """Names that a call which takes data is given."""
    return {each.id for each in call.args if isinstance(each, ast.Name)} if name_of(call) in TAKES_DATA - {"print", "display"} else set()
