"""What a script gets at its top in place of what a notebook has by itself; only what it uses."""

SHOW = '''
def _nb_show(*things, **_):
    """Prints what a notebook would show."""
    for thing in things:
        if thing is not None:
            print(repr(thing), flush=True)
'''

RICH = '''
def _nb_rich(kind):
    """Stands for a class of IPython.display, whose pictures and pages a log cannot show."""
    return type(kind, (), {"__init__": lambda self, *_, **__: None, "__repr__": lambda self: f"<{kind}>"})


def _nb_nothing(*_, **__):
    """Stands for what only a notebook can do, such as clearing its output."""
'''

CLOCK = '''
_nb_clocks = []


def _nb_start_clock():
    _nb_clocks.append(time.perf_counter())


def _nb_stop_clock():
    print(f"wall time: {time.perf_counter() - _nb_clocks.pop():.3g} s", flush=True)
'''

WRITE_FILE = '''
def _nb_write_file(path, text, mode):
    with open(os.path.expanduser(path), mode, encoding="utf-8") as file:
        file.write(text)
'''

AWAIT = '''
_nb_loop = asyncio.new_event_loop()
asyncio.set_event_loop(_nb_loop)
'''

FIGURES = '''
_nb_figures = {"cell": 0, "count": 0}


def _nb_tell_figure(path):
    print(f"figure: {path}", flush=True)


def _nb_save_figures(*_, **__):
    """Saves the open figures in the folder for outputs, if there is one, and closes them as a notebook does."""
    folder = os.environ.get("FIRESTEEL_OUTPUTS")
    for number in pyplot.get_fignums():
        _nb_figures["count"] += 1
        if folder:
            os.makedirs(folder, exist_ok=True)
            path = os.path.join(folder, f"cell-{_nb_figures['cell']}-{_nb_figures['count']}.png")
            pyplot.figure(number).savefig(path, bbox_inches="tight")
            _nb_tell_figure(path)
    pyplot.close("all")


def _nb_begin_cell(cell):
    _nb_save_figures()
    _nb_figures.update(cell=cell, count=0)


pyplot.show = _nb_save_figures
atexit.register(_nb_save_figures)
'''

# Name of a helper: its text, and the imports it takes.
HELPERS = {
    "show": (SHOW, []),
    "rich": (RICH, []),
    "clock": (CLOCK, ["import time"]),
    "write_file": (WRITE_FILE, ["import os"]),
    "await": (AWAIT, ["import asyncio"]),
    "figures": (FIGURES, ["import atexit", "import os", "import matplotlib", "", 'matplotlib.use("Agg")', "from matplotlib import pyplot"]),
}


def preamble(names, modules):
    """The text at the top of a script: imports, then helpers."""
    imports = {f"import {module}" for module in modules}
    later = []
    for name in sorted(names):
        wanted = HELPERS[name][1]
        split = wanted.index("") if "" in wanted else len(wanted)
        imports.update(wanted[:split])
        later += wanted[split + 1 :]
    parts = ["\n".join(sorted(imports) + ([""] + later if later else []))]
    parts += [HELPERS[name][0].strip("\n") for name in sorted(names)]
    return "\n\n\n".join(part for part in parts if part)
