"""What a script gets at its top to write its notebook with outputs, where there is a folder for them."""

import copy
import json

RECORD = '''
_nb_record = {"cell": None, "count": 0}
_nb_folder = os.environ.get("FIRESTEEL_OUTPUTS")
_nb_most = 1_000_000
_nb_save_plots = globals().get("_nb_save_figures", lambda: None)


class _nb_Tee:
    """Writes on, and keeps what is written as output of the cell that runs."""

    def __init__(self, stream, name):
        self._nb_stream, self._nb_name = stream, name

    def write(self, text):
        cell, last = _nb_record["cell"], None
        if cell is not None:
            last = cell["outputs"][-1] if cell["outputs"] else {}
            if last.get("name") != self._nb_name:
                last = {"output_type": "stream", "name": self._nb_name, "text": ""}
                cell["outputs"].append(last)
            last["text"] = (last["text"] + text)[-_nb_most:]
        return self._nb_stream.write(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def __getattr__(self, name):
        return getattr(self._nb_stream, name)


def _nb_add_data(data):
    if _nb_record["cell"] is not None:
        _nb_record["cell"]["outputs"].append({"output_type": "display_data", "data": data, "metadata": {}})


def _nb_tell_figure(path):
    with open(path, "rb") as file:
        _nb_add_data({"image/png": base64.b64encode(file.read()).decode()})
    print(f"figure: {path}", file=sys.__stdout__, flush=True)


def _nb_show(*things, **_):
    """Prints what a notebook would show."""
    for thing in things:
        if thing is not None:
            html = getattr(thing, "_repr_html_", lambda: None)()
            _nb_add_data({"text/plain": repr(thing), **({"text/html": html} if html else {})})
            print(repr(thing), file=sys.__stdout__, flush=True)


def _nb_write_book():
    if _nb_folder:
        os.makedirs(_nb_folder, exist_ok=True)
        path = os.path.join(_nb_folder, _nb_name)
        with open(path + ".part", "w", encoding="utf-8") as file:
            json.dump(_nb_book, file, indent=1, ensure_ascii=False)
        os.replace(path + ".part", path)


def _nb_record_cell(index):
    """The next cell begins; None: the last one has ended."""
    _nb_save_plots()
    _nb_record["cell"] = cell = None if index is None else _nb_book["cells"][index]
    if cell:
        _nb_record["count"] += 1
        cell["execution_count"] = _nb_record["count"]
    _nb_write_book()


def _nb_failed(kind, error, trace):
    lines = traceback.format_exception(kind, error, trace)
    told = {"output_type": "error", "ename": kind.__name__, "evalue": str(error), "traceback": "".join(lines).split(chr(10))}
    if _nb_record["cell"] is not None:
        _nb_record["cell"]["outputs"].append(told)
        _nb_write_book()
    _nb_record["cell"] = None
    sys.__excepthook__(kind, error, trace)


if _nb_folder:
    sys.stdout, sys.stderr = _nb_Tee(sys.stdout, "stdout"), _nb_Tee(sys.stderr, "stderr")
    sys.excepthook = _nb_failed
    atexit.register(_nb_record_cell, None)
'''


MODULES = {"atexit", "base64", "json", "os", "sys", "traceback"}


def recording(notebook, name, given):
    """The text that makes a script write its notebook, and where in that each cell is; `given` is the cell that arguments fill,
    and their lines, which get a cell behind it."""
    book = copy.deepcopy(notebook)
    places = {cell.metadata.pop("number"): place for place, cell in enumerate(book.cells)}
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    if given:
        filled, lines = given
        cell = {"cell_type": "code", "metadata": {"tags": ["injected-parameters"]}, "source": "\n".join(lines)}
        cell.update(outputs=[], execution_count=None, **({"id": "arguments"} if book.nbformat_minor >= 5 else {}))
        book.cells.insert(places[filled] + 1, cell)
        places = {number: place + (number > filled) for number, place in places.items()}
    return f"_nb_name = {name!r}\n_nb_book = json.loads({json.dumps(book)!r})\n\n{RECORD}", places
