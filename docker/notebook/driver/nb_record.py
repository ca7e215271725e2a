"""Writes the notebook with its outputs as it runs, where there is a folder for them."""

import base64
import json
import os
import sys
import traceback

# What one stream keeps of a cell.
MOST_LETTERS = 1_000_000


class Pieces:
    """The end of a text that grows, joined only once it is read."""

    def __init__(self):
        self.parts, self.length = [], 0

    def add(self, text):
        self.parts.append(text)
        self.length += len(text)
        if self.length > 2 * MOST_LETTERS:
            self.parts = [self.text()]
            self.length = len(self.parts[0])

    def text(self):
        return "".join(self.parts)[-MOST_LETTERS:]


class Tee:
    """Writes on, and keeps what is written as output of the cell that runs."""

    def __init__(self, stream, name, recorder):
        self.nb_stream, self.nb_name, self.nb_recorder = stream, name, recorder

    def write(self, text):
        cell = self.nb_recorder.cell
        if cell is not None:
            last = cell["outputs"][-1] if cell["outputs"] else {}
            if last.get("name") != self.nb_name:
                last = {"output_type": "stream", "name": self.nb_name, "text": Pieces()}
                cell["outputs"].append(last)
            last["text"].add(text)
        return self.nb_stream.write(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def __getattr__(self, name):
        return getattr(self.nb_stream, name)


class Recorder:
    """The notebook `book` and the cell of it that runs."""

    def __init__(self, name, book, folder):
        self.path = os.path.join(folder, name)
        self.book = book
        self.cell = None
        self.count = 0

    def listen(self, display, figures):
        sys.stdout, sys.stderr = Tee(sys.stdout, "stdout", self), Tee(sys.stderr, "stderr", self)
        display.keep = self.add
        figures.keep = self.add_figure

    def begin(self, place):
        self.cell = self.book["cells"][place]
        self.count += 1
        self.cell["execution_count"] = self.count
        self.write()

    def end(self):
        self.write()
        self.cell = None

    def add(self, data):
        if self.cell is not None:
            self.cell["outputs"].append({"output_type": "display_data", "data": data, "metadata": {}})

    def add_figure(self, path):
        with open(path, "rb") as file:
            self.add({"image/png": base64.b64encode(file.read()).decode()})

    def fail(self, error, trace):
        kind = type(error)
        lines = "".join(traceback.format_exception(kind, error, trace)).split("\n")
        failure = {"output_type": "error", "ename": kind.__name__, "evalue": str(error), "traceback": lines}
        self.cell["outputs"].append(failure)

    def write(self):
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        part = f"{self.path}.part"
        with open(part, "w", encoding="utf-8") as file:
            json.dump(self.book, file, indent=1, ensure_ascii=False, default=Pieces.text)
        os.replace(part, self.path)
