"""Compares predictions with labels, row by row."""
import argparse
import csv

words = argparse.ArgumentParser()
words.add_argument("--predictions")
words.add_argument("--data")
args = words.parse_args()

with open(args.predictions) as predictions, open(args.data) as data:
    pairs = [(said["largest"], row["digit"]) for said, row in zip(csv.DictReader(predictions), csv.DictReader(data), strict=True)]
print(f"right: {sum(said == digit for said, digit in pairs) / len(pairs):.4f}")
