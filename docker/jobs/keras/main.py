"""Trains, measures or asks a saved Keras model over Spark: submit keras -- --model model.keras --data train.npz."""
import csv
import os
import sys
from pathlib import Path

import arguments
import check


def main(words):
    args = arguments.parsed(words)
    # The check on the user's machine could not see what is on a claim or in the image, and may not have been made.
    refuse_if(check.problems_of(args))
    import keras
    from pyspark.sql import SparkSession

    import arrays
    import distributed

    try:
        x, y = arrays.load(args)
        model = load_model(keras, args)
        x, y = arrays.fitted(x, y, model)
    except arrays.Unusable as problem:
        refuse_if([problem])
    refuse_if([problem for problem in [arguments.parts_problem(len(x), args)] if problem])

    spark = SparkSession.builder.getOrCreate()
    run = spark.conf.get("spark.kubernetes.driver.pod.name", "local-driver").removesuffix("-driver")
    folders = folders_for(args.output, run)
    print(f"{args.mode}: {len(x)} rows of {arguments.shown(x.shape[1:])} for {args.workers} workers", flush=True)
    if args.mode == "score":
        predictions = distributed.predict(spark.sparkContext, model, x, args)
        say("rows", len(predictions))
        keep(folders, *prediction_file(predictions))
    elif args.mode == "evaluate":
        measure(distributed.evaluate(spark.sparkContext, model, x, y, args))
    else:
        train(distributed, spark.sparkContext, model, x, y, args)
        keep(folders, "model.keras", model.save)
    spark.stop()


def refuse_if(problems):
    for problem in problems:
        print(f"refused: {problem}", flush=True)
    if problems:
        sys.exit(2)


def load_model(keras, args):
    """The model with its weights, compiled if it is to be."""
    [path] = arguments.files_of(args.model, arguments.MODEL_ENDINGS)
    is_compiled = args.mode != "score" and not args.loss
    try:
        if path.endswith(".json"):
            model = keras.models.model_from_json(Path(path).read_text(encoding="utf-8"))
        else:
            model = keras.models.load_model(path, compile=is_compiled)
        for weights in args.weights:
            model.load_weights(weights)
    except (TypeError, ValueError, OSError) as problem:
        refuse_if([f"--model {path}: {str(problem).strip().splitlines()[0]}"])
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        refuse_if([f"--model {path}: has {len(model.inputs)} inputs and {len(model.outputs)} outputs; elephas trains only models with one of each"])
    compile_model(keras, model, args)
    return model


def compile_model(keras, model, args):
    """As the flags say; what they do not say stays as it was saved."""
    if args.loss:
        is_class = "crossentropy" in args.loss
        metrics = args.metrics or (["accuracy"] if is_class else [])
        model.compile(optimizer=args.optimizer or "adam", loss=args.loss, metrics=metrics)
    elif args.mode == "score":
        # elephas wants one, and does not use it.
        model.compile("sgd", "mse")
    elif args.optimizer:
        model.optimizer = keras.optimizers.get(args.optimizer)
    if args.learning_rate:
        model.optimizer.learning_rate = args.learning_rate


def train(distributed, context, model, x, y, args):
    import numpy as np

    # In random order: a file sorted by its labels would give each worker some of them only.
    order = np.random.default_rng(args.seed).permutation(len(x))
    held = arguments.held_out(len(x), args)
    if held:
        measured, order = order[:held], order[held:]
        print(f"{held} rows are held out", flush=True)
    distributed.train(context, model, x[order], y[order], args)
    if held:
        measure(distributed.evaluate(context, model, x[measured], y[measured], args))


def measure(metrics):
    """The loss last: what people look for comes first."""
    for name in sorted(metrics, key=lambda name: name == "loss"):
        say(name, f"{metrics[name]:.4f}")


def say(name, value):
    """The job's results, as job.yaml finds them in the log."""
    print(f"result: {name} {value}", flush=True)


def folders_for(output, run):
    """Where results go: to a place that outlives the run, and with the outputs of the run where those are kept."""
    outputs = os.environ.get("FIRESTEEL_OUTPUTS")
    return [Path(output, run), *([Path(outputs)] if outputs else [])]


def keep(folders, name, write):
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / name)
    say(name.split(".")[0], folders[0] / name)


def prediction_file(predictions):
    """A table, or arrays where a row has more than a list of numbers."""
    import numpy as np

    if predictions.ndim > 2:
        return "predictions.npz", lambda path: np.savez_compressed(path, predictions=predictions)
    table = predictions.reshape(len(predictions), -1)
    width = table.shape[1]
    names = ["prediction"] if width == 1 else [*(f"prediction_{place}" for place in range(width)), "largest"]

    def write(path):
        with open(path, "w", newline="", encoding="utf-8") as file:
            lines = csv.writer(file)
            lines.writerow(names)
            lines.writerows([*row.tolist(), *([int(row.argmax())] if width > 1 else [])] for row in table)

    return "predictions.csv", write


if __name__ == "__main__":
    main(sys.argv[1:])
