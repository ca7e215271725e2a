"""A notebook as the Python program of a job: its cells, what runs them, and nbconvert's template around both."""

import ast
import copy
import functools
import json
import os
import re
from pathlib import Path

import nbconvert
from nbformat.v4 import new_code_cell

# Where the templates are when the packages lie in their own folder.
os.environ["JUPYTER_PATH"] = str(Path(nbconvert.__file__).parents[1] / "share" / "jupyter")

from nbconvert.exporters import PythonExporter  # noqa: E402
from nbconvert.preprocessors import TagRemovePreprocessor  # noqa: E402
from traitlets.config import Config  # noqa: E402

from base.constants import Constants  # noqa: E402
from base.findings import Refused, finding  # noqa: E402
from base.syntax import lines_of, to_python  # noqa: E402
from cells.pieces import OF_IPYTHON, first_uses, has_two_sessions, plots, read_piece, sessions, sessions_again  # noqa: E402
from cells.check import Scope, checked, is_shell_call  # noqa: E402
from cells.imports import binds_unknown  # noqa: E402
from cells import magics  # noqa: E402
from cells.own_files import tell_read_files  # noqa: E402
from document.kernels import shows_rows, verify_cell  # noqa: E402
from document import parameters  # noqa: E402
from spark.delta import delta_names  # noqa: E402
from spark.calls import FINDSPARK, calls_of, elephas_names  # noqa: E402

TOO_DEEP = "nested too deeply to be read: give its parts names"
LEFT_OUT = ("skip", "notebook-only")
# In the order in which one needs the other.
DRIVER = ("nb_show", "nb_record", "nb_modules", "nb_file", "nb_shell", "nb_run")
TEMPLATE = """#!/usr/bin/env python
# Made from {{ resources.job.name }} by firesteel: to change this, change the notebook.

cells = [
{%- for cell in nb.cells %}

{% if cell.cell_type == "code" -%}
# {{ cell.metadata.heading }}
{{ cell.source }}
{%- else -%}
{{ cell.source | comment_lines }}
{%- endif %}
{% endfor %}
]
{{ resources.job.tail }}"""
def script_of(notebook, name, asked, report):
    """The program of a notebook; what stands in the way is in the report. If it records, it writes the notebook with outputs."""
    for number, cell in enumerate(notebook.cells, 1):
        cell.metadata["number"] = number
    book = copy.deepcopy(notebook) if asked["records"] else None
    notebook, _ = TagRemovePreprocessor(remove_cell_tags=set(LEFT_OUT), enabled=True).preprocess(notebook, {})
    texts = {cell.metadata.number: markdown(cell) for cell in notebook.cells if cell.cell_type == "markdown"}
    pieces = read_pieces([cell for cell in notebook.cells if cell.cell_type == "code"], report)
    shell = free_name("_nb", notebook.cells)
    report.shows_rows = shows_rows(notebook.metadata)
    given = arguments(pieces, asked["args"], report)
    codes = converted(pieces, shell, given, asked, report)
    places = places_in(book, given) if book else {}
    made = dict(texts)
    for key, (about, code) in codes.items():
        if book:
            about["place"] = places[key]
        made[key] = code_cell(key, about, code)
    notebook.cells = [made[key] for key in sorted(made)]
    shown = "".join(each if each.isprintable() else "?" for each in name)
    exporter = PythonExporter(raw_template=TEMPLATE, config=Config())
    script, _ = exporter.from_notebook_node(notebook, resources={"job": {"name": shown, "tail": tail(name, shell, book)}})
    return script.rstrip("\n") + "\n"


def free_name(name, cells):
    """A name that no cell uses."""
    while any(name in cell.source for cell in cells):
        name += "_"
    return name


def converted(pieces, shell, given, asked, report):
    """What runs of each cell, by its number: what it needs beforehand, and its code. Arguments come behind their cell."""
    bound = set().union(*[piece.names.bound for piece in pieces])
    for name, (piece, line) in first_uses(pieces, OF_IPYTHON, bound).items():
        report.problems.append(finding(f"{name}: only a notebook keeps {OF_IPYTHON[name]}", piece.cell, line))
    trees = [piece.code.tree for piece in pieces if piece.code]
    lines = "\n".join(given[1]) + "\n" if given else ""
    constants = Constants(trees, ast.parse(lines) if given else None, asked["spark"])
    about_all = {"folder": asked["folder"], "shell": shell, "constants": constants, "reserved": asked["reserved"], "is_our_image": asked["isOurImage"], "spark": asked["spark"]}
    about_all.update(elephas=elephas_names(trees), delta=delta_names(trees), binds_unknown=binds_unknown(trees))
    about_all.update(findspark=calls_of(trees, "findspark", FINDSPARK), used=used_names(pieces))
    scope_of = functools.partial(Scope, report, bound, **about_all)
    before, again = sessions(pieces, bound), sessions_again(pieces)
    if has_two_sessions(pieces):
        # The first would take the service away by which executors of the next find their driver.
        report.conf["spark.kubernetes.driver.service.deleteOnTermination"] = {"value": "false"}
    drawing = next((piece.cell for piece in pieces if plots(piece)), None)
    codes = {}
    for piece in pieces:
        about, code = code_of(piece, scope_of(cell=piece.cell))
        about.update({"spark": before[piece.cell]} if piece.cell in before else {})
        about.update({"again": again[piece.cell]} if piece.cell in again else {})
        about.update({"plots": True} if piece.cell == drawing else {})
        codes[piece.cell] = about, code
        if given and piece.cell == given[0]:
            codes[piece.cell + 0.5] = {"part": ", the arguments"}, lines
    tell_read_files(pieces, scope_of(cell=0), asked["files"])
    return codes


def used_names(pieces):
    """Names that cells use in Python, and words of lines and cells of shell, which may name them."""
    nodes = [node for piece in pieces if piece.code for node in ast.walk(piece.code.tree)]
    lines = [ast.unparse(node) for node in nodes if is_shell_call(node)]
    words = re.findall(r"\w+", " ".join([*lines, *(piece.body for piece in pieces)]))
    return {*words, *(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))}


def read_pieces(cells, report):
    pieces = []
    for cell in cells:
        number = cell.metadata.number
        tags = [tag for tag in cell.metadata.get("tags", []) if isinstance(tag, str)]
        try:
            # Editors name the language of a magic for the cell that begins with one.
            if not cell.source.lstrip().startswith("%"):
                verify_cell(cell.metadata)
            piece = read_piece(cell.source, number, tags)
            if piece.code or piece.magics:
                pieces.append(piece)
        except Refused as refused:
            report.problems.append(finding(refused.message, number, refused.line))
        except RecursionError:
            report.problems.append(finding(TOO_DEEP, number))
    return pieces


def code_of(piece, scope):
    """What a cell needs beforehand, and its text for the job; a problem is reported, and the cell then empty."""
    try:
        found = []
        for name, line, number in piece.magics:
            scope.line = number
            change = magics.cell_magic(name, line, piece.body, scope)
            if change is None and not piece.code:
                return {}, ""
            if change is None:
                continue
            if name == "timeit":
                change = name, checked(to_python(lines_of(change[1]), number), scope)
            found.append(change)
        text = checked(piece.code, scope) if piece.code else piece.body
        return ({"magics": found} if found else {}), text
    except Refused as refused:
        scope.report.problems.append(finding(refused.message, piece.cell, refused.line or scope.line))
    except RecursionError:
        scope.report.problems.append(finding(TOO_DEEP, piece.cell))
    return {}, ""


def arguments(pieces, words, report):
    """The cell tagged `parameters` and the lines to put after it."""
    if not words:
        return None
    piece = next((piece for piece in pieces if "parameters" in piece.tags and piece.code), None)
    try:
        if not piece:
            raise Refused(f"arguments {' '.join(words)}: no cell is tagged parameters")
        return piece.cell, parameters.assignments(words, parameters.defaults_of(piece.code.tree))
    except Refused as refused:
        report.problems.append(finding(refused.message))
        return None


def places_in(book, given):
    """Empties the notebook that is to be recorded; where in it each cell is, and the one that the arguments get behind theirs."""
    places = {cell.metadata.pop("number"): place for place, cell in enumerate(book.cells)}
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    if given:
        filled, lines = given
        cell = new_code_cell("\n".join(lines), id="arguments", metadata={"tags": ["injected-parameters"]})
        book.cells.insert(places[filled] + 1, cell)
        places = {number: place + (number > filled) for number, place in places.items()}
        places[filled + 0.5] = places[filled] + 1
    return places


def code_cell(key, about, code):
    cell = new_code_cell(f"({int(key)}, {about!r}, {quoted(code)}),", id="made")
    cell.metadata["heading"] = f"Cell {int(key)}{about.get('part', '')}"
    return cell


def quoted(text):
    """A text as Python, its lines as they stand where a file can hold them; behind a line end, which is none of it."""
    is_plain = all(letter.isprintable() or letter in "\n\t" for letter in text)
    quote = next((each for each in ("'''", '"""') if each not in text), None)
    if is_plain and quote and not text.endswith(("\\", "'", '"')):
        return f"r{quote}\n{text}{quote}"
    lines = ["\n", *re.findall(r"[^\n]*\n|[^\n]+$", text)]
    return "(\n" + "\n".join(map(repr, lines)) + "\n)"


def markdown(cell):
    """Text that is safe as comments: one kind of line end, and nothing that a file cannot hold."""
    text = cell.source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    cell.source = text.encode("utf-8", "replace").decode().rstrip("\n")
    return cell


def tail(name, shell, book):
    """What runs the cells, in modules that no name of the notebook reaches."""
    texts = [(Path(__file__).with_name("driver") / f"{module}.py").read_text("utf-8") for module in DRIVER]
    modules = "\n".join(f"{module!r}: {quoted(text)}," for module, text in zip(DRIVER, texts))
    kept = quoted(json.dumps(book, ensure_ascii=False)) if book else None
    return f"""
notebook = {kept}

modules = {{
{modules}
}}

if __name__ == "__main__":
    import sys
    import types

    for name, text in modules.items():
        sys.modules[name] = types.ModuleType(name)
        exec(compile(text, f"firesteel/{{name}}.py", "exec"), vars(sys.modules[name]))
    run = [sys.modules.pop(name) for name in modules][-1].run
    run({name!r}, {shell!r}, cells, notebook)
"""
