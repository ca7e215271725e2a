"""Reads a notebook file of any version as nbformat 4, or says by line and column why it is none."""

import copy
import json
import logging
import warnings

import nbformat

from findings import Refused
from kernels import verify_kernel

logging.getLogger("traitlets").setLevel(logging.CRITICAL)
# Keys that are read: programs that write notebooks add others.
OF_NOTEBOOKS = {"nbformat", "nbformat_minor", "metadata", "cells", "worksheets"}
# Those of a cell beside its text.
OF_CELLS = {"cell_type", "metadata", "id", "language", "collapsed", "level"}


def read_notebook(path):
    """The notebook, with all that may be missing filled in and without its outputs."""
    with open(path, "rb") as file:
        content = file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refused("not UTF-8 text", line=line) from None
    if not text.strip():
        raise Refused("an empty file, not a notebook")
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise Refused(f"not JSON: {error.msg[0].lower()}{error.msg[1:]}, column {error.colno}", line=error.lineno) from None
    except RecursionError:
        raise Refused("not a notebook: its JSON is nested too deeply") from None
    if not isinstance(data, dict) or not isinstance(data.get("nbformat"), int):
        raise Refused("not a notebook: it has no nbformat")
    if not 3 <= data["nbformat"] <= 4:
        raise Refused(f"nbformat {data['nbformat']}: notebooks of nbformat 3 and 4 can be converted")
    fill_in(data)
    verify_kernel(data["metadata"], [cell.get("source", "") for cell in cells_of(data) if cell["cell_type"] == "code"])
    complete_kernel(data["metadata"])
    return upgraded(data)


def cells_of(data):
    """Cells of nbformat 4, or of the worksheets of nbformat 3."""
    if data["nbformat"] == 4:
        return data.setdefault("cells", [])
    sheets = data.setdefault("worksheets", [])
    return [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.setdefault("cells", [])]


def fill_in(data):
    """Metadata, ids and outputs that other programs leave out; outputs are of no use here, and may be huge."""
    if not isinstance(data.get("metadata"), dict):
        data["metadata"] = {}
    data.setdefault("nbformat_minor", 0)
    for other in data.keys() - OF_NOTEBOOKS:
        del data[other]
    try:
        cells = cells_of(data)
    except (TypeError, AttributeError):
        raise Refused("not a notebook: its cells are not a list") from None
    if not isinstance(cells, list):
        raise Refused("not a notebook: its cells are not a list")
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
            raise Refused(f"cell {number}: has no cell_type")
        if not isinstance(cell.get("metadata"), dict):
            cell["metadata"] = {}
        key = "input" if data["nbformat"] == 3 and cell["cell_type"] == "code" else "source"
        cell.setdefault(key, "")
        if not is_text(cell[key]):
            raise Refused(f"cell {number}: its {key} is not a text")
        cell[key] = joined(cell[key])
        # Synapse gives cells of code attachments, which only texts may have.
        has_pictures = cell["cell_type"] == "markdown" and isinstance(cell.get("attachments"), dict)
        for other in cell.keys() - {*OF_CELLS, key, *(["attachments"] if has_pictures else [])}:
            del cell[other]
        if cell["cell_type"] == "code":
            cell["outputs"] = []
            if data["nbformat"] == 4:
                cell["execution_count"] = None
            else:
                cell.setdefault("language", "python")
                cell.setdefault("collapsed", False)


def complete_kernel(metadata):
    """Kernels of Spark leave out or empty what nbformat asks for."""
    for key in ("kernelspec", "language_info"):
        about = metadata.get(key)
        if not isinstance(about, dict):
            metadata.pop(key, None)
            continue
        for name in ("name", "display_name") if key == "kernelspec" else ("name",):
            about[name] = str(about.get(name) or "python3")


def joined(value):
    """A text, or its lines, which nbformat 3 may have without their ends."""
    if isinstance(value, str):
        return value
    return ("" if any(line.endswith("\n") for line in value) else "\n").join(value)


def is_text(value):
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(line, str) for line in value))


def upgraded(data):
    with warnings.catch_warnings():
        # Cells without ids get some: nothing here depends on them.
        warnings.simplefilter("ignore")
        try:
            notebook = nbformat.from_dict(copy.deepcopy(data))
            if data["nbformat"] == 4:
                notebook.nbformat_minor = min(int(data["nbformat_minor"]), 5)
            notebook = nbformat.convert(notebook, 4)
            for number, cell in enumerate(notebook.cells):
                # The same for the same notebook.
                cell["id"] = f"cell-{number + 1}"
            notebook.nbformat_minor = 5
            nbformat.validate(notebook)
        except nbformat.ValidationError as error:
            where = [part for part in error.absolute_path]
            cell = f"cell {where[1] + 1}: " if len(where) > 1 and where[0] == "cells" else ""
            raise Refused(f"{cell}not valid: {error.message.splitlines()[0][:200]}") from None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Refused(f"not a notebook: {type(error).__name__}: {str(error).splitlines()[0][:200]}") from None
    return notebook
