"""What elephas does over Spark: training, measuring and asking a model, on parts of the rows."""
import numpy as np
from elephas.spark_model import SparkModel

#: Bytes of rows that go to Spark in one piece: what a task carries is limited, spark.rpc.message.maxSize.
PIECE = 16 * 1024 * 1024


def pieces_of(count, *arrays, least=1):
    """Cuts arrays into even pieces, in their order; into more where pieces would be large."""
    pieces = max(least, -(-sum(array.nbytes for array in arrays) // PIECE))
    return list(zip(*(np.array_split(array, min(pieces, count)) for array in arrays)))


def parts_of(context, x, y, workers):
    """
    Rows in one part a worker, even to one row: elephas would deal them out by tens. Through a shuffle, so that no task
    carries a part and later epochs find them where they are.
    """
    pieces = [
        (worker, piece)
        for worker, part in enumerate(zip(np.array_split(x, workers), np.array_split(y, workers)))
        for piece in pieces_of(len(part[0]), *part)
    ]
    dealt = context.parallelize(pieces, len(pieces)).partitionBy(workers, lambda worker: worker)
    return dealt.flatMap(lambda numbered: zip(*numbered[1]))


def train(context, model, x, y, args):
    """Trains the model, and says after each epoch how it went."""
    parts = parts_of(context, x, y, args.workers)
    over_spark = SparkModel(model)
    for epoch in range(1, args.epochs + 1):
        # Here, and not in the constructor, the size of a batch has an effect.
        over_spark.fit(parts, epochs=1, batch_size=args.batch_size, verbose=0, validation_split=0.0)
        histories = over_spark.training_histories[-args.workers :]
        if None in histories:
            raise RuntimeError(f"elephas trained only {args.workers - histories.count(None)} of {args.workers} parts")
        means = {name: np.mean([history[name][-1] for history in histories]) for name in histories[0]}
        print(f"epoch {epoch}/{args.epochs}: {', '.join(f'{name} {mean:.4f}' for name, mean in means.items())}", flush=True)


def evaluate(context, model, x, y, args):
    """Metrics by their names, each the mean over all rows."""
    model.evaluate(x[:1], y[:1], verbose=0)
    pieces = pieces_of(len(x), x, y, least=args.workers)
    rows = context.parallelize(pieces, len(pieces)).flatMap(lambda piece: zip(*piece))
    # evaluate() itself deals out rows, and may leave a part without any, which fails.
    values = SparkModel(model)._evaluate(rows, verbose=0, batch_size=args.batch_size)
    return dict(zip(metric_names(model), np.atleast_1d(values)))


def metric_names(model):
    """In the order of what model.evaluate answers."""
    return [one.name for metric in model.metrics for one in getattr(metric, "metrics", [metric])]


def predict(context, model, x, args):
    """What the model says of each row, in their order."""
    pieces = pieces_of(len(x), x, least=args.workers)
    rows = context.parallelize(pieces, len(pieces)).flatMap(lambda piece: piece[0])
    return np.asarray(SparkModel(model).predict(rows))
