"""The arguments, for the check on the user's machine and for the driver alike."""
import argparse
import os

MODEL_ENDINGS = (".keras", ".h5", ".json")
DATA_ENDINGS = (".npz", ".csv", ".parquet")

#: Names that Keras knows, as it writes them in small letters.
METRICS = (
    "accuracy acc auc binary_accuracy categorical_accuracy sparse_categorical_accuracy top_k_categorical_accuracy "
    "sparse_top_k_categorical_accuracy precision recall f1_score binary_crossentropy categorical_crossentropy "
    "sparse_categorical_crossentropy mean_squared_error mean_absolute_error mean_absolute_percentage_error "
    "mean_squared_logarithmic_error root_mean_squared_error mse mae mape msle cosine_similarity r2_score poisson"
).split()


def words_of(text):
    return [word for word in text.split(",") if word]


def parsed(words):
    """Defaults and choices are those of job.yaml, which fills them in."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in ("model", "weights", "data"):
        parser.add_argument(f"--{name}", type=words_of, default=[])
    parser.add_argument("--metrics", type=words_of)
    for name in ("label", "mode", "loss", "optimizer", "output"):
        parser.add_argument(f"--{name}")
    for name in ("epochs", "batch-size", "workers", "seed"):
        parser.add_argument(f"--{name}", type=int)
    for name in ("validation-split", "learning-rate"):
        parser.add_argument(f"--{name}", type=float)
    return parser.parse_args(words)


def is_elsewhere(path):
    """Only the driver sees it."""
    return path.startswith(("claim:", "image:"))


def files_of(paths, endings):
    """The files themselves, and those of folders that end so, in the order of their names."""
    return [
        file
        for path in paths
        for file in (
            [os.path.join(path, name) for name in sorted(os.listdir(path)) if name.endswith(endings) and name[0] not in "._"]
            if os.path.isdir(path)
            else [path]
        )
    ]


def ending_of(path, endings):
    return next((ending for ending in endings if path.endswith(ending)), "")


def shape_problem(shape, wanted):
    """Why rows of this shape do not fit a model's input; None if they do, or nobody can tell."""
    if shape is None or wanted is None or None in wanted:
        return None
    size, asked = product(shape), product(wanted)
    return None if size == asked else f"the model needs {asked} numbers a row ({shown(wanted)}), the data has {size} ({shown(shape)})"


def parts_problem(rows, args):
    """elephas leaves out the part of a worker that is not larger than a batch, without a word."""
    kept = rows - held_out(rows, args)
    smallest = kept // args.workers
    if args.mode == "train" and smallest <= args.batch_size:
        return (
            f"{kept} rows to train with for {args.workers} workers are {smallest} each, and elephas trains only on more than "
            f"--batch-size {args.batch_size}: use a smaller batch, fewer --workers or more data"
        )
    return None


def held_out(rows, args):
    return int(rows * args.validation_split) if args.mode == "train" else 0


def product(numbers):
    result = 1
    for number in numbers:
        result *= number
    return result


def shown(shape):
    return "×".join(map(str, shape)) or "1"
