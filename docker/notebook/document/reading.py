"""Reads a notebook file of any version as nbformat 4, or says by line and column why it is none."""

import copy
import json
import logging
import re
import warnings

import nbformat

from base.findings import Refused
from document.kernels import is_python, verify_kernel
from document.shapes import shape_cell, shape_notebook

logging.getLogger("traitlets").setLevel(logging.CRITICAL)
# Keys that are read: programs that write notebooks add others.
OF_NOTEBOOKS = {"nbformat", "nbformat_minor", "metadata", "cells", "worksheets"}
# Those of a cell beside its text.
OF_CELLS = {"cell_type", "metadata", "id"}
# Kinds of cells, and those of older notebooks that hold text.
KINDS = {"code", "markdown", "raw"}
OLD_TEXTS = {"heading", "html", "plaintext"}
# Files that are often in the place of a notebook, by how each begins.
IN_ITS_PLACE = (
    (r"version https://git-lfs", "a pointer of Git LFS, not the notebook; run git lfs pull"),
    (r"<(?:!doctype|html)", "a web page, not a notebook; download the raw file"),
    (r"(?s:.*^<{7} .*^>{7} )", "has conflicts of a git merge; resolve them first"),
)


def read_notebook(path):
    """The notebook, with all that may be missing filled in and without its outputs."""
    with open(path, "rb") as file:
        content = file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refused("not UTF-8 text; save the notebook as UTF-8", line=line) from None
    if not text.strip():
        raise Refused("an empty file, not a notebook")
    for begins, what in IN_ITS_PLACE:
        if re.match(begins, text.lstrip(), re.IGNORECASE | re.MULTILINE):
            raise Refused(what)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise Refused(f"not JSON: {error.msg[0].lower()}{error.msg[1:]}, column {error.colno}", line=error.lineno) from None
    except RecursionError:
        raise Refused("not a notebook: its JSON is nested too deeply") from None
    if not isinstance(data, dict) or not is_number(data.get("nbformat")):
        raise Refused("not a notebook: it has no nbformat")
    data["nbformat"] = int(data["nbformat"])
    if not 3 <= data["nbformat"] <= 4:
        raise Refused(f"nbformat {data['nbformat']}: notebooks of nbformat 3 and 4 can be converted")
    fill_in(data)
    verify_kernel(data["metadata"], [cell.get("source", "") for cell in cells_of(data) if cell["cell_type"] == "code"])
    shape_notebook(data["metadata"])
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
    if not is_number(data.get("nbformat_minor")):
        data["nbformat_minor"] = 0
    # Where the cells are says more than the number.
    if isinstance(data.get("cells"), list):
        data["nbformat"] = 4
        data.pop("worksheets", None)
    elif isinstance(data.get("worksheets"), list):
        data["nbformat"] = 3
        data.pop("cells", None)
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
        fill_in_cell(cell, number, data["nbformat"])


def fill_in_cell(cell, number, version):
    """What one cell leaves out, and keys that nbformat does not know."""
    kind = cell["cell_type"]
    if kind not in KINDS | OLD_TEXTS:
        raise Refused(f"cell {number}: cell_type {kind}: expected code, markdown or raw")
    if not isinstance(cell.get("metadata"), dict):
        cell["metadata"] = {}
    shape_cell(cell["metadata"])
    key, other = ("input", "source") if version == 3 and kind == "code" else ("source", "input")
    # Programs that write one version with the keys of the other are known.
    given = next((cell[each] for each in (key, other) if cell.get(each) is not None), "")
    if not is_text(given):
        raise Refused(f"cell {number}: its {key} is not a text")
    cell[key] = joined(given)
    if kind in OLD_TEXTS:
        cell[key] = headed(cell[key], cell.get("level")) if kind == "heading" else cell[key]
        cell["cell_type"] = kind = "markdown"
    language = cell.get("language")
    if kind == "code" and isinstance(language, str) and not is_python(language):
        # nbformat 4 has no key for that.
        cell["metadata"].setdefault("language", language)
    # Synapse gives cells of code attachments, which only texts may have.
    pictures = cell.get("attachments") if kind == "markdown" else None
    has_pictures = isinstance(pictures, dict) and all(isinstance(each, dict) for each in pictures.values())
    for name in cell.keys() - {*OF_CELLS, key, *(["attachments"] if has_pictures else [])}:
        del cell[name]
    if kind == "code" and version == 4:
        cell.update(outputs=[], execution_count=None)
    elif kind == "code":
        cell.update(outputs=[], language="python", collapsed=False)


def headed(text, level):
    """A heading of nbformat 3 as the line of Markdown that it is in nbformat 4."""
    return f"{'#' * (level if is_number(level) and 0 < level < 7 else 1)} {' '.join(text.splitlines())}"


def is_number(value):
    """Whether this is a whole number, which JSON may write as 4.0."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == int(value)


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
