"""The preprocessor of nbconvert that makes a notebook's cells run as a job, and the exporter that writes the script."""

import copy
import functools
import os
from pathlib import Path

import nbconvert
from nbformat.v4 import new_code_cell

# Where the templates are when the packages lie in a folder of their own.
os.environ["JUPYTER_PATH"] = str(Path(nbconvert.__file__).parents[1] / "share" / "jupyter")

from nbconvert.exporters import PythonExporter  # noqa: E402
from nbconvert.preprocessors import Preprocessor, TagRemovePreprocessor  # noqa: E402
from traitlets.config import Config  # noqa: E402

import magics  # noqa: E402
import parameters  # noqa: E402
from cells import OF_IPYTHON, first_uses, new_sessions, plots, read_piece, sessions  # noqa: E402
from findings import Refused, finding  # noqa: E402
from helpers import preamble  # noqa: E402
from recording import MODULES as RECORDER_MODULES, recording  # noqa: E402
from rewriting import Scope, has_await, in_a_coroutine, rewritten  # noqa: E402
from spark_code import elephas_names  # noqa: E402

TOO_DEEP = "nested too deeply to be read: give its parts names"
LEFT_OUT = ("skip", "notebook-only")
TEMPLATE = """#!/usr/bin/env python
# Made from {{ resources.job.name }} by firesteel: to change this, change the notebook.
{{ resources.job.head -}}
{% for cell in nb.cells %}

{% if cell.cell_type == "code" -%}
# {{ cell.metadata.heading }}
{{ cell.source }}
{%- else -%}
{{ cell.source | comment_lines }}
{%- endif %}
{% endfor %}"""


def script_of(notebook, name, words, folder, report, records):
    """The script of a notebook; what stands in the way is in the report. If it `records`, it writes the notebook with outputs."""
    for number, cell in enumerate(notebook.cells, 1):
        cell.metadata["number"] = number
    record = functools.partial(recording, copy.deepcopy(notebook), name) if records else None
    job = {"name": "".join(each if each.isprintable() else "?" for each in name)}
    exporter = PythonExporter(raw_template=TEMPLATE, config=Config())
    exporter.register_preprocessor(TagRemovePreprocessor(remove_cell_tags=set(LEFT_OUT)), enabled=True)
    exporter.register_preprocessor(AsJob(report, words, folder, record), enabled=True)
    script, _ = exporter.from_notebook_node(notebook, resources={"job": job})
    return "\n".join(line.rstrip() if not line.strip() else line for line in script.split("\n")).rstrip("\n") + "\n"


def AsJob(report, words, folder, record):
    """A preprocessor for one notebook."""

    class Cells(Preprocessor):
        def preprocess(self, notebook, resources):
            notebook.cells, resources["job"]["head"] = converted(notebook.cells, report, words, folder, record)
            return notebook, resources

    return Cells()


def converted(cells, report, words, folder, record):
    """The cells of the script and what it begins with."""
    texts = [cell for cell in cells if cell.cell_type == "markdown"]
    pieces = read_pieces([cell for cell in cells if cell.cell_type == "code"], report)
    bound = set().union(*[piece.names.bound for piece in pieces])
    for name, (piece, line) in first_uses(pieces, OF_IPYTHON, bound).items():
        message = f"{name}: only a notebook keeps {OF_IPYTHON[name]}"
        report.problems.append(finding(message, piece.cell, piece.code.line(line)))
    elephas = elephas_names(piece.code.tree for piece in pieces if piece.code)
    scope_of = lambda piece: Scope(report, bound, folder, piece.cell, elephas=elephas)  # noqa: E731
    scopes = {piece.cell: scope_of(piece) for piece in pieces}
    sources = {piece.cell: source_of(piece, scopes[piece.cell]) for piece in pieces}
    given = arguments(pieces, words, report)
    before = {**new_sessions(pieces, bound), **sessions(pieces, bound)}
    if new_sessions(pieces, bound):
        # Executors of the next session find their driver by the same service.
        report.conf["spark.kubernetes.driver.service.deleteOnTermination"] = "false"
    drawing = next((piece.cell for piece in pieces if plots(piece)), None)
    if drawing:
        report.helpers.add("figures")
    recorder, places = record(given) if record else ("", {})
    made = {cell.metadata.number: markdown(cell) for cell in texts}
    for piece in pieces:
        parts = before.get(piece.cell, [])
        if drawing and piece.cell >= drawing:
            parts = [*parts, f"_nb_begin_cell({piece.cell})"]
        if record:
            parts = [f"_nb_record_cell({places[piece.cell]})", *parts]
        source = "\n".join([*parts, sources[piece.cell].strip("\n")])
        made[piece.cell] = code_cell(f"Cell {piece.cell}", source)
        if given and piece.cell == given[0]:
            # Sorts between this cell and the next.
            made[piece.cell + 0.5] = code_cell(f"Cell {piece.cell}, the arguments", "\n".join(given[1]))
    modules = set().union(*[scope.modules for scope in scopes.values()])
    if first_uses(pieces, ("display",), bound):
        report.helpers.add("show")
        modules.add("display")
    future = set().union(*[scope.future for scope in scopes.values()])
    return [made[number] for number in sorted(made)], head(report, modules, future, recorder)


def head(report, modules, future, recorder):
    lines = [f"from __future__ import {', '.join(sorted(future))}"] if future else []
    # The recorder has a way of its own to show.
    helpers = report.helpers - {"show"} if recorder else report.helpers
    text = preamble(helpers, modules - {"display"} | (RECORDER_MODULES if recorder else set()))
    lines += [part for part in (text, recorder) if part]
    lines += ["display = _nb_show"] if "display" in modules else []
    return "".join(f"\n{part}\n" for part in lines)


def code_cell(heading, source):
    cell = new_code_cell(source, id="made")
    cell.metadata["heading"] = heading
    return cell


def markdown(cell):
    """Text that is safe as comments: one kind of line end, and nothing that a file cannot hold."""
    text = cell.source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    cell.source = text.encode("utf-8", "replace").decode().rstrip("\n")
    return cell


def read_pieces(cells, report):
    pieces = []
    for cell in cells:
        number = cell.metadata.number
        tags = [tag for tag in cell.metadata.get("tags", []) if isinstance(tag, str)]
        try:
            verify_language(cell)
            piece = read_piece(cell.source, number, tags)
            if piece.code or piece.magics:
                pieces.append(piece)
        except Refused as refused:
            report.problems.append(finding(refused.message, number, refused.line))
        except RecursionError:
            report.problems.append(finding(TOO_DEEP, number))
    return pieces


def verify_language(cell):
    about = cell.metadata.get("vscode")
    language = about.get("languageId") if isinstance(about, dict) else None
    language = language or cell.metadata.get("language") or "python"
    if str(language).lower() not in ("python", "ipython"):
        raise Refused(f"a cell in {language}: only Python can be converted")


def source_of(piece, scope):
    """The text of a cell for the job; a problem is reported, and the cell then empty."""
    try:
        text = piece.body
        if piece.code:
            text = rewritten(piece.code, scope)
            if has_await(piece.code.tree):
                text = in_a_coroutine(text, piece.code, scope)
        for name, line, number in reversed(piece.magics):
            scope.line = number
            text = around(magics.cell_magic(name, line, text, scope), scope)
        return text
    except Refused as refused:
        scope.report.problems.append(finding(refused.message, piece.cell, refused.line or scope.line))
        return ""
    except RecursionError:
        scope.report.problems.append(finding(TOO_DEEP, piece.cell))
        return ""


def around(change, scope):
    if isinstance(change, magics.Nothing):
        if change.told:
            scope.warn(change.note)
        return f"# {change.note}"
    if isinstance(change, magics.Call):
        scope.modules.update(change.modules)
        return change.text
    return "\n".join([*change.before, change.code.strip("\n"), *change.after])


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
