"""What data files say of themselves, read without NumPy: how many rows, and of what shape."""
import ast
import csv
import struct
import zipfile


class Unreadable(Exception):
    """It is no data of its kind."""


#: Names of arrays, those that come first first: as training and as test data sets have them.
FEATURES = {"train": ("x", "x_train", "X"), "test": ("x", "x_test", "X", "x_train")}
LABELS = {"train": ("y", "y_train", "Y"), "test": ("y", "y_test", "Y", "y_train")}

#: How many rows of a table are looked at.
LOOKED_AT = 1000


class Facts:
    """`shape` is that of a row; None if that is unknown. `columns` are those of a table."""

    def __init__(self, rows, shape, columns=None):
        self.rows = rows
        self.shape = shape
        self.columns = columns


def part_of(mode):
    """Which of the arrays of a file."""
    return "train" if mode == "train" else "test"


def array_names(names, mode):
    """The names of features and labels among those of a file, labels None if there are none; Unreadable without features."""
    x = next((name for name in FEATURES[part_of(mode)] if name in names), None)
    if x is None:
        raise Unreadable(f"no array x or {FEATURES[part_of(mode)][1]}; there are {', '.join(names) or 'none'}")
    y = LABELS[part_of(mode)][FEATURES[part_of(mode)].index(x)]
    if y not in names and mode != "score":
        raise Unreadable(f"no array {y} beside {x}; there are {', '.join(names)}")
    return x, y if y in names else None


def facts_of(path, mode, label):
    """Facts of a file; None of what cannot be read here. Unreadable says what is wrong with it."""
    if path.endswith(".npz"):
        return npz_facts(path, mode)
    return csv_facts(path, mode, label) if path.endswith(".csv") else None


def npz_facts(path, mode):
    try:
        with zipfile.ZipFile(path) as file:
            shapes = {name[:-4]: header_of(file, name) for name in file.namelist() if name.endswith(".npy")}
    except (zipfile.BadZipFile, ValueError, SyntaxError, struct.error):
        raise Unreadable("not what numpy.savez writes") from None
    x, y = array_names(list(shapes), mode)
    for name in (x, y):
        if name and shapes[name]["descr"] == "|O":
            raise Unreadable(f"array {name} is of Python objects, not of numbers")
        if name and not shapes[name]["shape"]:
            raise Unreadable(f"array {name} has no rows")
    rows = shapes[x]["shape"][0]
    if y and shapes[y]["shape"][0] != rows:
        raise Unreadable(f"{x} has {rows} rows, {y} has {shapes[y]['shape'][0]}")
    return Facts(rows, shapes[x]["shape"][1:])


def header_of(file, name):
    """https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html"""
    with file.open(name) as array:
        if array.read(6) != b"\x93NUMPY":
            raise ValueError(name)
        version, _ = array.read(2)
        length = struct.unpack("<H" if version == 1 else "<I", array.read(2 if version == 1 else 4))[0]
        return ast.literal_eval(array.read(length).decode("latin1"))


def csv_facts(path, mode, label):
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            columns = next(lines, [])
            verify_columns(columns, mode, label)
            rows = 0
            for cells in lines:
                if cells:
                    rows += 1
                    if rows <= LOOKED_AT:
                        verify_cells(columns, cells, lines.line_num)
    except UnicodeDecodeError:
        raise Unreadable("not text in UTF-8") from None
    except csv.Error as error:
        raise Unreadable(str(error)) from None
    return Facts(rows, (len(columns) - (label in columns),), columns)


def verify_columns(columns, mode, label):
    """Also for tables that the driver alone can read."""
    if mode != "score" and not label:
        raise Unreadable(f"no column to learn: add --label {columns[-1] if columns else 'COLUMN'}")
    if mode != "score" and label not in columns:
        raise Unreadable(f"no column {label}; there are {', '.join(columns[:20]) or 'none'}")


def verify_cells(columns, cells, line):
    if len(cells) != len(columns):
        raise Unreadable(f"line {line} has {len(cells)} values, the first line names {len(columns)} columns")
    for column, cell in zip(columns, cells):
        try:
            float(cell)
        except ValueError:
            what = "no value" if not cell.strip() else f'"{cell}", which is not a number'
            raise Unreadable(f"line {line}, column {column}: {what}") from None
