"""The cells of a notebook as pieces of Python, and of other things that a cell magic at the top makes of them."""

import ast
import re
from dataclasses import dataclass, field

from IPython.core.inputtransformer2 import leading_indent

from base.findings import Refused
from base.names import Names, names_of
from base.syntax import Code, lines_of, to_python, without_leading_blanks
from cells.magics import unknown
from document.kernels import verify_language

# Cell magics whose body is Python of the notebook.
AROUND_PYTHON = {"time", "timeit", "capture", "local", "pyspark", "display", "pretty"}
# How Databricks and Zeppelin mark a whole cell in its first line: the cell magic that does the same, or what is in it.
# Zeppelin marks a cell by its interpreter, `%spark.pyspark`.
ZEPPELIN = {f"{group}{name}": "pyspark" for group in ("", "spark.", "python.", "livy.") for name in ("pyspark", "ipyspark", "ipython")}
MARKS = {"sh": "bash", "python": "pyspark", **ZEPPELIN}
TEXTS = {"md", "md-sandbox"}
OTHER_MARKS = {"sql", "fs"}
LANGUAGES = {"scala": "Scala", "r": "R", "spark.spark": "Scala", "spark.r": "R", "spark.ir": "R", "spark.sql": "SQL"}
PLOTTING = {"matplotlib", "pylab", "seaborn"}


@dataclass
class Piece:
    """One cell: the magics at its top, then Python as `code`, or any text as `body`."""

    cell: int
    tags: list
    magics: list = field(default_factory=list)
    code: Code = None
    body: str = ""
    names: Names = field(default_factory=Names)
    first: int = 1


def read_piece(source, number, tags):
    """The piece a cell is; Refused where it is not Python."""
    piece = Piece(number, tags)
    lines, piece.first = without_leading_blanks(lines_of(source))
    # IPython ends lines at more than Python does.
    lines = lines_of("".join(leading_indent(lines))) if lines else []
    lines = without_mark(lines, piece)
    above, lines = lines_above(lines)
    if above:
        piece.code = to_python(above, piece.first)
        piece.first += len(above)
    while lines and lines[0].startswith("%%"):
        found = re.match(r"%%(\S+)[ \t]*(.*)", lines[0])
        if not found:
            raise Refused("%%: names no magic", piece.first)
        piece.magics.append((found[1], found[2], piece.first))
        if found[1] not in AROUND_PYTHON:
            piece.body = "".join(lines[1:])
            return piece
        lines, skipped = without_leading_blanks(lines[1:])
        piece.first += skipped
    if lines:
        piece.code = to_python(lines, piece.first)
        piece.names = names_of(piece.code.tree)
    return piece


def lines_above(lines):
    """Magics of a session above `%%configure`, as AWS Glue takes them, and the lines from there on."""
    at = next((place for place, line in enumerate(lines) if line.startswith("%%configure")), 0)
    is_above = all(re.match(r"%\w|\s*(?:#|$)", line) for line in lines[:at])
    return (lines[:at], lines[at:]) if at and is_above else ([], lines)


def without_mark(lines, piece):
    """The lines of a cell that Databricks marks, with the cell magic in place of the mark; others as they stand."""
    found = re.match(r"%([a-z.-]+)(?:\([^)]*\))?(?:[ \t]+(.*))?$", lines[0].rstrip()) if lines else None
    mark, beside = found.groups() if found else (None, None)
    if mark == "spark" and not beside:
        verify_language("Scala", piece.first)
    if mark in LANGUAGES:
        verify_language(LANGUAGES[mark], piece.first)
    if mark in OTHER_MARKS:
        raise Refused(unknown("%", mark).message, piece.first)
    if mark not in MARKS:
        return [] if mark in TEXTS else lines
    if beside:
        # It is the first line of the body, and counts as the mark's own.
        piece.first -= 1
    return [f"%%{MARKS[mark]}\n", *([f"{beside}\n"] if beside else []), *lines[1:]]


def plots(piece):
    """Whether the cell imports what draws, or asks for figures in the notebook."""
    for node in ast.walk(piece.code.tree) if piece.code else []:
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] in PLOTTING for alias in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PLOTTING:
            return True
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "run_line_magic":
            name = node.args[0] if node.args else None
            if isinstance(name, ast.Constant) and name.value in PLOTTING:
                return True
    return False


# What IPython binds besides Spark; `display` has a stand-in.
OF_IPYTHON = {"In": "the cells that ran", "Out": "results of cells", "_": "the last result", "__": "the result before the last",
              "_i": "the last cell", "_ih": "the cells that ran", "_oh": "results of cells", "_dh": "visited folders"}


def first_uses(pieces, wanted, bound_anywhere):
    """For each wanted name that is used unbound: the first piece that does so, and its line of that."""
    uses = {}
    bound = set()
    for piece in pieces:
        for name in wanted:
            if name in uses or name in bound:
                continue
            line = piece.names.early.get(name)
            if line is None and name not in bound_anywhere:
                line = piece.names.later.get(name)
            if line is not None:
                uses[name] = (piece, line)
        bound |= piece.names.bound
    return uses


def sessions(pieces, bound_anywhere):
    """By cell, what has to be made before it because it is used as if it were there."""
    needed = {}
    for name, (piece, _) in first_uses(pieces, ("spark", "sc", "sqlContext"), bound_anywhere).items():
        needed.setdefault(piece.cell, []).append(name)
    return {cell: sorted(names, reverse=True) for cell, names in needed.items()}


SESSION = {"spark", "sc"}


def stops(piece):
    """Whether the cell ends a session, as `spark.stop()` does."""
    calls = [node.func for node in ast.walk(piece.code.tree) if isinstance(node, ast.Call)] if piece.code else []
    return any(ast.unparse(each) in ("spark.stop", "sc.stop", "spark.sparkContext.stop") for each in calls)


def is_only_stop(piece):
    return stops(piece) and len(piece.code.tree.body) == 1


def sessions_again(pieces):
    """By cell, what it uses after an earlier one has stopped the session: where that has ended, a notebook gets another."""
    needed = {}
    for piece in after_stop(pieces):
        used = SESSION & ({*piece.names.early} | ({*piece.names.later} - piece.names.bound))
        if used:
            needed[piece.cell] = sorted(used, reverse=True)
    return needed


def has_two_sessions(pieces):
    """Whether a session may follow one that was stopped."""
    return any(SESSION & {*piece.names.early, *piece.names.later, *piece.names.bound} for piece in after_stop(pieces))


def after_stop(pieces):
    """The pieces behind the first one that stops a session, but those that do nothing else."""
    first = next((place for place, piece in enumerate(pieces) if stops(piece)), len(pieces))
    return [piece for piece in pieces[first + 1 :] if not is_only_stop(piece)]
