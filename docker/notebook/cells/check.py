"""The Python of one cell as it runs in a job, by its tree; what cannot run there is refused with its line."""

import ast
import glob
import os
import re
import shlex
from dataclasses import dataclass, field

from base.constants import Constants
from base.edits import Edits
from base.findings import Refused, finding
from base.literals import LITERALS, is_data
from base.syntax import lines_of, to_python
from cells.image_python import verify_version
from cells.imports import bar_call, import_change, verify_name
from cells import magics
from cells.own_modules import bring_modules, folder_call
from cells import program_calls
from packages.installs import without_installs
from session.environment import variables
from session.settings import is_address, setting, unread
from spark import calls as spark_calls

METHODS = ("run_line_magic", "run_cell_magic", "system", "getoutput", "magic", "show_usage")


@dataclass
class Scope:
    """What the check of a cell knows of the notebook around it."""

    report: object
    names: set
    folder: str
    cell: int
    # By which name a cell calls what runs magics and commands.
    shell: str
    constants: Constants
    # Properties that firesteel sets itself, and why.
    reserved: dict = field(default_factory=dict)
    elephas: dict = field(default_factory=dict)
    delta: dict = field(default_factory=dict)
    findspark: dict = field(default_factory=dict)
    # Whether any name may be bound.
    binds_unknown: bool = False
    # Names that cells use.
    used: set = field(default_factory=set)
    # Whether the base of the image is made by firesteel.
    is_our_image: bool = False
    # The version of Spark in the image.
    spark: str = ""
    # The folder that a line of shell goes to, from that of the notebook.
    inside: str = ""
    line: int = 1
    # Where in the cell the part ends that is looked at: of two settings of one key, the later one counts.
    at: tuple = (0, 0)
    # Parts of code that are names of settings, each with its value beside it.
    read: set = field(default_factory=set)

    def warn(self, message):
        self.report.warnings.append(finding(message, self.cell, self.line))

    def words_of(self, text):
        try:
            return shlex.split(text, comments=True)
        except ValueError as error:
            raise Refused(f"{text.strip()}: {str(error)[0].lower()}{str(error)[1:]}") from None

    def beside(self, path, what):
        """An address, or the paths of the files that the notebook names, as Spark by a pattern, too."""
        path = re.sub(r"^file:/+", "/", path)
        if is_address(path):
            return [path]
        whole = os.path.normpath(os.path.join(self.folder, os.path.expanduser(path)))
        found = [whole] if os.path.exists(whole) else sorted(glob.glob(whole))
        if not found:
            in_image = f"; name one of the image by local://{path}" if path.startswith("/") else ""
            raise Refused(f"{what} {path}: no such file on this machine{in_image}")
        return found

    def finds(self, path):
        return os.path.exists(os.path.join(self.folder, os.path.expanduser(path)))

    def path_of(self, name):
        """The path of a file that a line of shell names: from the folder it goes to, else from that of the notebook."""
        paths = [os.path.join(self.folder, inside, os.path.expanduser(name)) for inside in (self.inside, "")]
        return os.path.normpath(next(filter(os.path.exists, paths), paths[-1]))

    def written_at(self, name):
        """The text of a file that a cell writes, found as path_of finds it."""
        places = [self.place_of(os.path.join(inside, name)) for inside in (self.inside, "")]
        return next((self.report.written[place] for place in places if place in self.report.written), None)

    def place_of(self, name):
        """A path as cells may name it in other ways: `./x.txt`, `{folder}/x.txt`."""
        return os.path.normpath(self.constants.put_into(name))

    def written(self, name):
        """The text of a file that a cell writes, None for any other file; the name as in a line of shell."""
        try:
            words = self.words_of(name)
        except Refused:
            return None
        return self.report.written.get(self.place_of(words[0])) if len(words) == 1 else None

    def readable(self, flag, name):
        """The path of a requirements file."""
        found = self.path_of(name)
        # A pipe would be waited for, and be empty when pip reads it.
        if os.path.exists(found) and not os.path.isfile(found):
            raise Refused(f"pip install {flag} {name}: not a file")
        try:
            with open(found, "rb"):
                return found
        except (OSError, ValueError) as error:
            why = "expected a file of this machine" if is_address(name) else getattr(error, "strerror", None) or "not readable"
            raise Refused(f"pip install {flag} {name}: {why}") from None


def checked(code, scope):
    """The text of this code for a job."""
    if scope.is_our_image:
        verify_version(code.text)
    edits = Edits(code.text)
    parents = {child: node for node in ast.walk(code.tree) for child in ast.iter_child_nodes(node)}
    handled = set()
    for node in ast.walk(code.tree):
        scope.line = getattr(node, "lineno", scope.line)
        scope.at = end_of(node, scope.at)
        try:
            if is_shell_call(node):
                handled.add(node.func.value.func)
                shell_call(node, parents, edits, scope)
            elif isinstance(node, ast.Name) and node.id == "get_ipython" and node not in handled:
                if asks_for_ipython(node, parents):
                    edits.replace(parents[node], "None")
                elif getattr(parents.get(parents.get(node)), "attr", "") == "ast_node_interactivity":
                    edits.replace(parents[node], f"{scope.shell}.settings")
                elif not is_within(node, parents, ast.Try):
                    raise Refused("get_ipython(): a job has none; tag the cell notebook-only if the job does not need it")
            elif isinstance(node, ast.Name) and node.id not in scope.names and not scope.binds_unknown:
                if not edits.covers(node) and not is_within(node, parents, CONDITIONAL) and not is_of_comprehension(node, parents):
                    verify_name(node.id)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                change = import_change(node, is_within(node, parents, (ast.Try, ast.If)), scope)
                if change is not None:
                    edits.replace(node, change)
            elif isinstance(node, ast.Call):
                call(node, edits, scope)
                may_not_run = is_within(node, parents, CONDITIONAL)
                program_calls.model_call(node, may_not_run, scope)
                program_calls.verify_programs(node, may_not_run, scope)
            if not (isinstance(node, LITERALS) and is_data(node, parents)):
                setting(node, edits, scope)
            variables(node, scope)
        except Refused as refused:
            raise Refused(refused.message, refused.line or scope.line) from None
    unread(code.tree, parents, scope)
    bring_modules(code.tree, scope)
    return edits.applied()


def end_of(node, otherwise):
    return (node.end_lineno, node.end_col_offset) if hasattr(node, "end_lineno") else otherwise


# What is in them may not run, or is expected to fail.
CONDITIONAL = (ast.Try, ast.If, ast.IfExp, ast.BoolOp, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Delete)


def is_within(node, parents, kinds):
    """Whether one of these stands around a piece of code."""
    while node in parents:
        node = parents[node]
        if isinstance(node, kinds):
            return True
    return False


def is_of_comprehension(node, parents):
    """Whether a comprehension around it binds this name."""
    name = node.id
    while node in parents:
        node = parents[node]
        targets = [part for each in getattr(node, "generators", []) for part in ast.walk(each.target)]
        if any(isinstance(part, ast.Name) and part.id == name for part in targets):
            return True
    return False


def asks_for_ipython(node, parents):
    """Whether code asks where it runs: `str(get_ipython())`, `get_ipython() is None`. Outside of notebooks the answer is None."""
    call = parents.get(node)
    if not isinstance(call, ast.Call) or call.func is not node:
        return False
    asking = parents.get(call)
    of_text = isinstance(asking, ast.Call) and getattr(asking.func, "id", "") == "str"
    return of_text or (isinstance(asking, ast.Compare) and isinstance(asking.ops[0], (ast.Is, ast.IsNot)))


def is_shell_call(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Call)
        and isinstance(node.func.value.func, ast.Name)
        and node.func.value.func.id == "get_ipython"
        and node.func.attr in METHODS
    )


def shell_call(node, parents, edits, scope):
    """A magic or command, which what runs the job does instead of IPython."""
    kind = node.func.attr
    texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if kind == "show_usage":
        return edits.replace(node, "None")
    if len(texts) != len(node.args) or node.keywords or not texts:
        raise Refused(f"get_ipython().{kind}: only converted with texts as arguments")
    if kind == "run_cell_magic":
        raise Refused("get_ipython().run_cell_magic: write %% at the top of a cell")
    if kind in ("system", "getoutput"):
        if not texts[0].strip():
            raise Refused("!: an empty command")
        change = without_installs(texts[0], scope)
        if not re.sub(r"(^|\s)#.*", "", change).strip(": &|;\n"):
            return edits.replace(node, "[]" if kind == "getoutput" else f"{scope.shell}.left_out({texts[0]!r})")
        texts = [change]
    else:
        name, _, line = texts[0].lstrip("%").partition(" ") if kind == "magic" else (texts[0], "", "".join(texts[1:]))
        line = magics.line_magic(name, line, scope, not isinstance(parents[node], ast.Expr))
        kind, texts = "run_line_magic", [name, within(line, scope) if name in ("time", "timeit") else line]
    edits.replace(node, f"{scope.shell}.{kind}({', '.join(map(repr, texts))})")


def within(line, scope):
    """The code behind %time, which may have its own magics."""
    return checked(to_python(lines_of(line), scope.line), scope).strip("\n") if line else line


def call(node, edits, scope):
    program_calls.verify_input(node, scope)
    bar_call(node, edits)
    folder_call(node, scope)
    program_calls.install_call(node, edits, scope)
    spark_calls.master(node, edits, scope)
    spark_calls.packages(node, scope)
    spark_calls.files(node, edits, scope)
    spark_calls.table(node, edits, scope)
    spark_calls.elephas(node, scope)
