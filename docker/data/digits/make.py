"""Makes the four files of MNIST's format out of the digits in scikit-learn's wheel: make.py WHEEL FOLDER.

8×8 pixels of 0 to 16 become 28×28 of 0 to 255: each pixel three wide and high, a border of two around. Every fifth
picture is for the test, the others are for training.
"""
import gzip
import struct
import sys
import zipfile

SIDE, SCALE, BORDER = 8, 3, 2
WIDTH = SIDE * SCALE + 2 * BORDER


def picture(pixels):
    grey = [min(255, 16 * value) for value in pixels]
    rows = [grey[start : start + SIDE] for start in range(0, SIDE * SIDE, SIDE)]
    empty = bytes(WIDTH * BORDER)
    wide = [bytes(BORDER) + bytes(v for v in row for _ in range(SCALE)) + bytes(BORDER) for row in rows]
    return empty + b"".join(row * SCALE for row in wide) + empty


def write(folder, name, digits):
    # http://yann.lecun.com/exdb/mnist/: magic number, count, for pictures rows and columns; then a byte each.
    with open(f"{folder}/{name}-images-idx3-ubyte", "wb") as file:
        file.write(struct.pack(">4i", 2051, len(digits), WIDTH, WIDTH))
        file.writelines(picture(digit[:-1]) for digit in digits)
    with open(f"{folder}/{name}-labels-idx1-ubyte", "wb") as file:
        file.write(struct.pack(">2i", 2049, len(digits)) + bytes(digit[-1] for digit in digits))


wheel, folder = sys.argv[1:]
table = gzip.decompress(zipfile.ZipFile(wheel).read("sklearn/datasets/data/digits.csv.gz")).decode()
digits = [[int(float(value)) for value in line.split(",")] for line in table.split()]
write(folder, "train", [digit for place, digit in enumerate(digits) if place % 5])
write(folder, "t10k", digits[::5])
