"""What a notebook shows: values as text in the log, figures as files in the folder for outputs."""

import os
import sys


class Display:
    """`display`: prints what a notebook would show. An executor has no notebook, so its copy is `print`."""

    def __init__(self):
        self.stream = sys.stdout
        self.keep = None

    def __call__(self, *things, display_id=None, **_):
        for thing in things:
            text = repr(thing)
            if self.keep:
                self.keep({"text/plain": text, **pages_of(thing)})
            print(text, file=self.stream, flush=True)
        return Handle(self) if display_id else None

    def __reduce__(self):
        return eval, ("print",)


class Handle:
    """What `display` gives to show a later value in the place of this one: a log shows both."""

    def __init__(self, display):
        self.display = self.update = lambda thing, **_: display(thing)


# Methods by which a value makes a page of itself, and what kind of page.
PAGES = {"_repr_html_": "text/html", "_repr_markdown_": "text/markdown", "_repr_latex_": "text/latex"}


def pages_of(thing):
    """The pages that a value makes of itself; objects of Java seem to have any method, so the class is asked."""
    pages = {}
    for method, kind in PAGES.items():
        try:
            page = getattr(type(thing), method)(thing)
        except Exception:
            continue
        if isinstance(page, str):
            pages[kind] = page
    return pages


def rich(kind):
    """Stands for a class of IPython.display, whose pictures and pages a log cannot show."""

    def keep(self, data=None, *_, **__):
        self.data = data

    made = {"__init__": keep, "__repr__": lambda self: f"<{kind}>"}
    if f"_repr_{kind.lower()}_" in PAGES:
        made[f"_repr_{kind.lower()}_"] = lambda self: self.data
    return type(kind, (), made)


def nothing(*_, **__):
    """Stands for what only a notebook can do, such as clearing its output."""


class StandIns:
    """Stands for the module IPython.display."""

    def __init__(self, display):
        self.display = display
        self.update_display = lambda thing, **_: display(thing)
        for name in ("clear_output", "set_matplotlib_formats", "set_matplotlib_close"):
            setattr(self, name, nothing)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return rich(name)


class Figures:
    """Saves open figures after each cell, and closes them as a notebook does."""

    def __init__(self, display):
        self.display = display
        self.folder = os.environ.get("FIRESTEEL_OUTPUTS")
        self.keep = None
        self.begin(0)

    def begin(self, cell):
        self.cell, self.count = cell, 0

    def prepare(self):
        """Before the first cell that plots: no window opens, and `show` saves."""
        try:
            import matplotlib

            matplotlib.use("Agg")
            from matplotlib import pyplot  # noqa: F401
        except ImportError:
            return
        self.save()

    def save(self):
        pyplot = sys.modules.get("matplotlib.pyplot")
        if not hasattr(pyplot, "get_fignums"):
            return
        # A function, which pyplot gives a signature as it loads its backend.
        pyplot.show = lambda *_, **__: self.save()
        for number in pyplot.get_fignums():
            self.count += 1
            if self.folder:
                os.makedirs(self.folder, exist_ok=True)
                path = os.path.join(self.folder, f"cell-{self.cell}-{self.count}.png")
                pyplot.figure(number).savefig(path, bbox_inches="tight")
                if self.keep:
                    self.keep(path)
                print(f"figure: {path}", file=self.display.stream, flush=True)
        pyplot.close("all")
