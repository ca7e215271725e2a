"""Saves a Keras model that has learnt nothing, and handwritten digits as training and test data: make.py DIGITS FOLDER."""
import csv
import os
import pathlib
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np

digits, folder = map(pathlib.Path, sys.argv[1:])


def pictures(name):
    """The 8×8 pixels that were enlarged to 28×28, as rows of 64 numbers."""
    enlarged = np.frombuffer((digits / name).read_bytes()[16:], "uint8").reshape(-1, 28, 28)
    return (enlarged[:, 2:-2:3, 2:-2:3] / 255).astype("float32").reshape(-1, 64)


def labels(name):
    return np.frombuffer((digits / name).read_bytes()[8:], "uint8")


np.savez_compressed(folder / "train.npz", x=pictures("train-images-idx3-ubyte"), y=labels("train-labels-idx1-ubyte"))
with open(folder / "test.csv", "w", newline="") as file:
    lines = csv.writer(file)
    lines.writerow([*(f"pixel_{place}" for place in range(64)), "digit"])
    for row, label in zip(pictures("t10k-images-idx3-ubyte"), labels("t10k-labels-idx1-ubyte")):
        lines.writerow([*row.tolist(), label])

keras.utils.set_random_seed(7)
model = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        keras.layers.Conv2D(8, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.save(folder / "model.keras")
