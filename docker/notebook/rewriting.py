"""Turns the Python of one cell into the same for a job, by its tree; what cannot be is refused with its line."""

import ast
import symtable
import tokenize
from dataclasses import dataclass, field
from io import StringIO

import magics
import shell
from edits import Edits
from findings import Refused, finding
from ipython_imports import import_change
from names import FUNCTIONS
from spark_code import spark_changes
from syntax import is_future, lines_of, to_python

# Calls whose results nobody looks at.
SILENT_CALLS = {"print", "display", "show", "stop", "printSchema"}
# Calls that stand for magics which show what they answer.
SHOWN_CALLS = ("os.getcwd", "os.environ.get", "subprocess.run")


@dataclass
class Scope:
    """What the conversion of a cell knows of the notebook around it."""

    report: object
    names: set
    folder: str
    cell: int
    modules: set = field(default_factory=set)
    future: set = field(default_factory=set)
    elephas: dict = field(default_factory=dict)
    line: int = 1

    def warn(self, message, line=None):
        self.report.warnings.append(finding(message, self.cell, line or self.line))


def rewritten(code, scope, shows=True):
    """The text of this code for a job."""
    edits = Edits(code.text)
    parents = {child: node for node in ast.walk(code.tree) for child in ast.iter_child_nodes(node)}
    handled = set()
    shown = None
    for node in ast.walk(code.tree):
        scope.line = code.line(getattr(node, "lineno", None)) or scope.line
        try:
            if is_ipython_call(node):
                shown = ipython_call(node, parents[node], parents, edits, scope, code) or shown
                handled.add(node.func.value.func)
            elif isinstance(node, ast.Name) and node.id == "get_ipython" and node not in handled:
                raise Refused("get_ipython(): there is none in a job; tag the cell notebook-only if it can be left out")
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                imported(node, parents, edits, scope)
            elif isinstance(node, ast.Call):
                if isinstance(node.func, ast.Name) and node.func.id == "input" and "input" not in scope.names:
                    raise Refused("input(): nobody answers in a job; make it a parameter")
                spark_changes(node, edits, scope)
        except Refused as refused:
            raise Refused(refused.message, refused.line or scope.line) from None
    if shows:
        show_last(code.tree, parents, edits, scope, shown)
    return edits.applied()


def is_ipython_call(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Call)
        and isinstance(node.func.value.func, ast.Name)
        and node.func.value.func.id == "get_ipython"
        and node.func.attr in ("run_line_magic", "run_cell_magic", "system", "getoutput", "magic", "show_usage")
    )


def ipython_call(node, statement, parents, edits, scope, code):
    """Puts what the call becomes in its place; answers the call if a notebook would show its result."""
    change = meaning(node, scope)
    whole = isinstance(statement, ast.Expr)
    if isinstance(change, magics.Call):
        scope.modules.update(change.modules)
        edits.replace(node, change.text)
        return node if change.text.startswith(SHOWN_CALLS) and node.func.attr != "system" else None
    name = "%" + str(getattr(node.args[0], "value", "")) if node.args else "get_ipython()"
    if not whole and not (isinstance(statement, ast.Assign) and isinstance(change, magics.Lines)):
        raise Refused(f"{name}: its result is only there in a notebook")
    if isinstance(change, magics.Nothing):
        if change.told:
            scope.warn(change.note)
        note = change.note.split("\n")[0]
        is_top = isinstance(parents[statement], ast.Module)
        alone = edits.is_alone(statement)
        edits.replace(statement, f"# {note}" if is_top and alone else f"pass  # {note}" if alone else "pass")
        return None
    if not edits.is_alone(statement) or "\n" in change.code:
        raise Refused(f"{name}: only converted on a line of its own")
    indent = edits.before(statement)
    prefix = edits.bytes[edits.start(statement) : edits.start(node)].decode()
    line = code.line(node.lineno) or 1
    inner = to_python(lines_of(prefix + change.code), line)
    text = rewritten(inner, scope, shows=False).rstrip("\n")
    edits.replace(statement, f"\n{indent}".join([*change.before, *text.split("\n"), *change.after]))
    return None


def meaning(node, scope):
    """What the arguments of a call of IPython say; they are texts where IPython itself wrote them."""
    kind = node.func.attr
    if kind == "show_usage":
        return magics.Nothing("?")
    values = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if len(values) != len(node.args) or node.keywords or not values:
        raise Refused(f"get_ipython().{kind}: only converted with texts as arguments")
    if kind in ("system", "getoutput"):
        words = shell.pip_words(values[0])
        if words is not None:
            return magics.Nothing("!" + shell.pip_install(words, scope.report, scope.folder))
        call = shell.system_call if kind == "system" else shell.output_call
        return magics.Call(call(values[0], scope.names), ("subprocess",))
    if kind == "magic":
        name, _, line = values[0].lstrip("%").partition(" ")
        return magics.line_magic(name, line, scope)
    if kind == "run_cell_magic":
        raise Refused("get_ipython().run_cell_magic: write %% at the top of a cell")
    return magics.line_magic(values[0], values[1] if len(values) > 1 else "", scope)


def imported(node, parents, edits, scope):
    if is_future(node):
        scope.future.update(alias.name for alias in node.names)
        edits.replace(node, "pass" if not edits.is_alone(node) else "# (at the top of the script)")
        return
    guarded = False
    above = node
    while above in parents:
        above = parents[above]
        guarded = guarded or isinstance(above, ast.Try)
    change = import_change(node, guarded, scope)
    if change is not None:
        edits.replace(node, change)


def show_last(tree, parents, edits, scope, shown):
    """A notebook shows the value of a cell's last line, so the script prints it."""
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return
    value = last.value
    after = edits.lines[last.end_lineno - 1][last.end_col_offset :].decode().strip()
    if after.startswith(";"):
        return
    if is_ipython_call(value) and value is not shown:
        return
    if isinstance(value, ast.Call):
        called = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        if called in SILENT_CALLS:
            return
    if isinstance(value, ast.Constant) and value.value in (None, ...):
        return
    scope.report.helpers.add("show")
    start, end = edits.start(last), edits.end(last)
    # A tuple without brackets needs some.
    bare = isinstance(value, ast.Tuple) and not edits.of(last).startswith("(")
    edits.put(start, start, "_nb_show((" if bare else "_nb_show(")
    edits.put(end, end, "))" if bare else ")")


def has_await(tree):
    """Whether the code awaits outside of functions."""
    for node in outside_functions(tree):
        if isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)):
            return True
        if isinstance(node, ast.comprehension) and node.is_async:
            return True
    return False


def outside_functions(node):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            continue
        yield child
        yield from outside_functions(child)


def in_a_coroutine(text, code, scope):
    """A cell that awaits, as a function that is run to its end; its names stay those of the script."""
    for node in outside_functions(code.tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            raise Refused("import * beside await: put it into a cell of its own", code.line(node.lineno))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            raise Refused("an annotated name beside await: leave the annotation out", code.line(node.lineno))
    scope.report.helpers.add("await")
    name = f"_nb_cell_{scope.cell}"
    body = indented(text)
    try:
        table = symtable.symtable(f"async def {name}():\n{body}", "cell", "exec").get_children()[0]
    except SyntaxError as error:
        raise Refused(f"beside await: {error.msg}") from None
    own = sorted(set(table.get_locals()))
    globals_line = f"    global {', '.join(own)}\n" if own else ""
    return f"async def {name}():\n{globals_line}{body.rstrip()}\n\n\n_nb_loop.run_until_complete({name}())\n"


def indented(text):
    """The text four columns to the right, but for lines within a string, which would not be the same."""
    within = set()
    began = []
    for token in tokenize.generate_tokens(StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        if kind in ("FSTRING_START", "TSTRING_START"):
            began.append(token.start[0])
        if kind in ("FSTRING_END", "TSTRING_END"):
            within.update(range(began.pop() + 1, token.end[0] + 1))
        if kind == "STRING":
            within.update(range(token.start[0] + 1, token.end[0] + 1))
    lines = text.split("\n")
    return "\n".join(
        line if number in within or not line.strip() else f"    {line}" for number, line in enumerate(lines, 1)
    )
