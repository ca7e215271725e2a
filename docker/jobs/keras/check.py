"""Looks at the arguments before anything is begun, without Keras and NumPy: prints what is wrong, a line each."""
import sys

import arguments
import rows
import saved_model
from arguments import DATA_ENDINGS, MODEL_ENDINGS, files_of, is_elsewhere


def problems_of(args):
    """What cannot work, as far as the files can be seen from here."""
    return [*missing(args), *of_words(args)] or [*of_model(args), *of_data(args)]


def missing(args):
    names = [f"--{name}" for name in ("model", "data") if not getattr(args, name)]
    if names:
        yield f"{' and '.join(names)} missing: firesteel submit keras -- --model model.keras --data train.npz"


def of_words(args):
    if args.validation_split >= 1:
        yield f"--validation-split {args.validation_split}: expected less than 1, a part of the rows"
    for name in args.metrics or []:
        if name not in arguments.METRICS:
            yield f"--metrics {name}: expected some of {', '.join(arguments.METRICS)}"
    for name in ("model", "weights"):
        if len(getattr(args, name)) > 1:
            yield f"--{name} {','.join(getattr(args, name))}: expected one file"
    if "://" in args.output:
        yield f"--output {args.output}: expected a folder, of a volume"
    if not args.loss and args.metrics:
        yield "--metrics: needs --loss, which compiles the model again"


def of_model(args):
    [path] = args.model
    if args.mode != "train" and path.endswith(".json") and not args.weights:
        yield f"--model {path}: a description has no weights to {args.mode} with: add --weights, or use a .keras"
    if is_elsewhere(path):
        return
    files = files_of([path], MODEL_ENDINGS)
    if len(files) != 1:
        yield f"--model {path}: expected one file, there are {len(files)}"
        return
    try:
        description = saved_model.read_model(files[0])
    except (saved_model.Unreadable, OSError) as problem:
        yield f"--model {path}: {getattr(problem, 'strerror', problem)}"
        return
    yield from of_description(description, path, args)


def of_description(description, path, args):
    if description.model is None:
        return
    custom = description.custom_names(with_compiled=not args.loss and args.mode != "score")
    if custom:
        yield f"--model {path}: uses custom code, which is not in the file: {', '.join(custom)}; elephas trains only layers and functions of Keras"
    if args.mode != "score" and not args.loss and not description.compiled:
        yield f"--model {path}: was saved without being compiled: add --loss, such as --loss sparse_categorical_crossentropy, and --metrics accuracy"
    if len(description.input_shapes()) > 1:
        yield f"--model {path}: takes {len(description.input_shapes())} inputs; elephas trains only models with one"


def of_data(args):
    paths = [path for path in args.data if not is_elsewhere(path)]
    kinds = {arguments.ending_of(path, DATA_ENDINGS) for path in files_of(paths, DATA_ENDINGS)}
    if len(kinds) > 1:
        yield f"--data {','.join(args.data)}: expected files of one kind, got {', '.join(sorted(kinds))}"
        return
    total, shape = 0, None
    for path in files_of(paths, DATA_ENDINGS):
        try:
            facts = rows.facts_of(path, args.mode, args.label)
        except (rows.Unreadable, OSError) as problem:
            yield f"--data {path}: {getattr(problem, 'strerror', problem)}"
            return
        if facts is None:
            return
        total, shape = total + facts.rows, facts.shape
    # What the driver alone sees may be more of it.
    problem = of_shape(shape, args) or (arguments.parts_problem(total, args) if len(paths) == len(args.data) else None)
    if problem:
        yield f"--data {','.join(args.data)}: {problem}"


def of_shape(shape, args):
    try:
        wanted = saved_model.read_model(*files_of(args.model, MODEL_ENDINGS)).input_shapes()
    except (saved_model.Unreadable, OSError, TypeError):
        return None
    return arguments.shape_problem(shape, wanted[0]) if wanted else None


if __name__ == "__main__":
    print("\n".join(problems_of(arguments.parsed(sys.argv[1:]))))
