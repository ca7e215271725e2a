"""The data as arrays of numbers, ready for the model; Unusable says what of it is not."""
import numpy as np

import rows
from arguments import DATA_ENDINGS, files_of, shape_problem


class Unusable(Exception):
    """Data that the model cannot take."""


def load(args):
    """Features and labels of all files, one after the other; labels are None for scoring."""
    paths = files_of(args.data, DATA_ENDINGS)
    if not paths:
        raise Unusable(f"--data {','.join(args.data)}: no {', '.join(DATA_ENDINGS)} there")
    parts = []
    for path in paths:
        try:
            parts.append(load_npz(path, args.mode) if path.endswith(".npz") else load_table(path, args))
        except (rows.Unreadable, ValueError, OSError) as problem:
            raise Unusable(f"--data {path}: {problem}") from None
    if len({x.shape[1:] for x, _ in parts}) > 1:
        raise Unusable(f"--data {','.join(args.data)}: rows of files are of different shapes")
    x = np.concatenate([x for x, _ in parts])
    y = None if args.mode == "score" else np.concatenate([y for _, y in parts])
    if len(x) == 0:
        raise Unusable(f"--data {','.join(args.data)}: no rows")
    for name, array in (("features", x), ("labels", y)):
        if array is not None and not np.isfinite(array).all():
            raise Unusable(f"--data {','.join(args.data)}: {name} with no number in {count_bad(array)} rows")
    return x, y


def count_bad(array):
    return int((~np.isfinite(array.reshape(len(array), -1)).all(axis=1)).sum())


def load_npz(path, mode):
    with np.load(path, allow_pickle=False) as file:
        x, y = rows.array_names(file.files, mode)
        features, labels = file[x], file[y] if y else None
    if labels is not None and len(labels) != len(features):
        raise rows.Unreadable(f"{x} has {len(features)} rows, {y} has {len(labels)}")
    return features, labels


def load_table(path, args):
    import pandas

    table = pandas.read_csv(path, encoding="utf-8-sig") if path.endswith(".csv") else pandas.read_parquet(path)
    rows.verify_columns([str(name) for name in table.columns], args.mode, args.label)
    labels = table.pop(args.label) if args.label in table.columns else None
    if labels is not None and not pandas.api.types.is_numeric_dtype(labels) and args.mode != "score":
        raise rows.Unreadable(f"column {args.label} has {labels.iloc[0]!r}: replace its names with numbers from 0")
    # A column of lists is a row's features in one.
    if table.shape[1] == 1 and table.dtypes.iloc[0] == object:
        features = np.stack([np.asarray(cell, dtype="float32") for cell in table.iloc[:, 0]])
    else:
        texts = [name for name in table.columns if not pandas.api.types.is_numeric_dtype(table[name])]
        if texts:
            raise rows.Unreadable(f"column {texts[0]} has {table[texts[0]].iloc[0]!r}, which is not a number")
        features = table.to_numpy()
    return features, None if labels is None else labels.to_numpy()


def fitted(x, y, model):
    """The same in the shapes that the model takes and gives."""
    wanted = tuple(model.input_shape[1:])
    problem = shape_problem(x.shape[1:], wanted)
    if problem:
        raise Unusable(f"--data: {problem}")
    x = x.astype(model.inputs[0].dtype, copy=False)
    if None not in wanted:
        x = x.reshape(len(x), *wanted)
    return x, None if y is None else labels_for(y, model)


def labels_for(y, model):
    loss = loss_name(model)
    if y.ndim > 1 and y.shape[1:] == (1,) and loss.startswith("sparse"):
        y = y.reshape(len(y))
    units = model.output_shape[-1]
    is_class = loss.startswith(("sparse", "categorical")) and y.ndim == 1
    if is_class and (y.min() < 0 or y.max() >= units or (y != np.floor(y)).any()):
        raise Unusable(f"--data: labels from {y.min()} to {y.max()}: the model has {units} classes, 0 to {units - 1}")
    if is_class:
        y = y.astype("int64")
    if is_class and loss.startswith("categorical"):
        return np.eye(units, dtype="float32")[y]
    return y if is_class else y.astype("float32")


def loss_name(model):
    """In small letters, as `sparse_categorical_crossentropy`."""
    loss = model.loss
    return loss if isinstance(loss, str) else str(getattr(loss, "name", getattr(loss, "__name__", "")))
