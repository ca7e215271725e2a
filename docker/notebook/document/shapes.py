"""Metadata as nbformat describes it: other programs write other shapes, which Jupyter opens and nbformat refuses."""

TEXT = str
# Keys of a notebook's metadata and of a cell's, each with the kind of value that nbformat expects.
OF_NOTEBOOK = {"title": TEXT, "authors": list}
OF_LANGUAGE = {"mimetype": TEXT, "file_extension": TEXT, "pygments_lexer": TEXT, "codemirror_mode": (TEXT, dict)}
OF_CELL = {"name": TEXT, "collapsed": bool, "jupyter": dict, "execution": dict, "format": TEXT}


def shape_notebook(metadata):
    """Takes values of other kinds out of a notebook's metadata, and completes its kernel."""
    keep_kinds(metadata, OF_NOTEBOOK)
    for key in ("kernelspec", "language_info"):
        about = metadata.get(key)
        if not isinstance(about, dict):
            metadata.pop(key, None)
            continue
        # Kernels of Spark leave out or empty what nbformat asks for.
        for name in ("name", "display_name") if key == "kernelspec" else ("name",):
            about[name] = str(about.get(name) or "python3")
        if key == "language_info":
            keep_kinds(about, OF_LANGUAGE)


def shape_cell(metadata):
    """Takes values of other kinds out of a cell's metadata; tags become a list."""
    if "tags" in metadata:
        metadata["tags"] = tags_of(metadata["tags"])
    keep_kinds(metadata, OF_CELL)
    if not metadata.get("name"):
        metadata.pop("name", None)
    if metadata.get("scrolled") not in (True, False, "auto"):
        metadata.pop("scrolled", None)
    times = metadata.get("execution", {})
    for key in [key for key, value in times.items() if not isinstance(value, str)]:
        del times[key]


def tags_of(value):
    """Tags as a list without repetitions, from a list or from a text with commas."""
    values = value if isinstance(value, list) else [value]
    words = [word.strip() for each in values if isinstance(each, str) for word in each.split(",")]
    return list(dict.fromkeys(filter(None, words)))


def keep_kinds(metadata, kinds):
    for key, kind in kinds.items():
        if key in metadata and not isinstance(metadata[key], kind):
            del metadata[key]
