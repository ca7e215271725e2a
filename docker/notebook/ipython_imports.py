"""Imports that only work in a notebook: what takes their place in a job."""

import ast

from findings import Refused

DISPLAY_MODULES = {"IPython.display", "IPython.core.display", "IPython.lib.display", "IPython.core.display_functions"}
SHOWING = {"display"}
NOTHING = {"clear_output", "set_matplotlib_formats", "set_matplotlib_close", "update_display"}
WIDGETS = {"ipywidgets", "ipyleaflet", "bqplot", "ipympl", "nglview", "pythreejs", "ipyvolume", "ipysheet"}


def import_change(node, guarded, scope):
    """The text in place of an import, None if it can stay. `guarded`: a `try` around it expects it to fail."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            verify(alias.name, guarded)
        return None
    module = node.module or ""
    if module in DISPLAY_MODULES or (module == "IPython" and {alias.name for alias in node.names} <= {"display", "get_ipython"}):
        return display_names(node, module, scope)
    if module in ("tqdm.notebook", "tqdm.autonotebook") and {alias.name for alias in node.names} <= {"tqdm", "trange"}:
        names = ", ".join(alias.name + (f" as {alias.asname}" if alias.asname else "") for alias in node.names)
        return f"from tqdm import {names}"
    verify(module, guarded)
    return None


def verify(module, guarded):
    top = module.partition(".")[0]
    if guarded:
        return
    if top in WIDGETS:
        raise Refused(f"{top}: widgets need somebody who uses them; tag the cell notebook-only, or set values as parameters")
    if top == "IPython":
        raise Refused(f"import {module}: a job has no IPython; from IPython.display import … is converted")
    if module == "google.colab" or module.startswith("google.colab."):
        raise Refused(f"import {module}: only Colab has this; tag the cell notebook-only")


def display_names(node, module, scope):
    texts = []
    for alias in node.names:
        name = alias.asname or alias.name
        if alias.name == "*":
            raise Refused(f"from {module} import *: name what is imported")
        if alias.name == "get_ipython":
            # Its calls are converted where they are, or refused.
            continue
        scope.report.helpers.add("show")
        if module == "IPython":
            scope.report.helpers.add("rich")
            scope.modules.add("types")
            texts.append(
                f"{name} = types.SimpleNamespace(display=_nb_show, clear_output=_nb_nothing, "
                "**{kind: _nb_rich(kind) for kind in ('HTML', 'Image', 'Markdown', 'SVG', 'Audio', 'Video')})"
            )
        elif alias.name in SHOWING:
            texts.append(f"{name} = _nb_show")
        else:
            scope.report.helpers.add("rich")
            texts.append(f"{name} = _nb_nothing" if alias.name in NOTHING else f'{name} = _nb_rich("{alias.name}")')
    return "; ".join(texts) or "pass"
