"""Changes to a text by places that Python's ast gives: everything between them stays as its author wrote it."""

import ast
from dataclasses import dataclass, field


@dataclass
class Edits:
    """`text` and what is to be put in place of parts of it."""

    text: str
    changes: list = field(default_factory=list)

    def __post_init__(self):
        self.lines = [line.encode() for line in self.text.split("\n")]
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.bytes = self.text.encode()

    def offset(self, line, column):
        return self.starts[line - 1] + column

    def start(self, node):
        return self.offset(node.lineno, node.col_offset)

    def end(self, node):
        return self.offset(node.end_lineno, node.end_col_offset)

    def of(self, node):
        """A node's own text."""
        return self.bytes[self.start(node) : self.end(node)].decode()

    def before(self, node):
        """What stands before a node on its first line."""
        return self.lines[node.lineno - 1][: node.col_offset].decode()

    def is_alone(self, node):
        """Whether nothing but blanks and a comment stands on a node's lines beside it."""
        after = self.lines[node.end_lineno - 1][node.end_col_offset :].decode().strip().lstrip("; ")
        return not self.before(node).strip() and (not after or after.startswith("#"))

    def replace(self, node, text):
        """Puts a text in a node's place; lines behind it keep their numbers where blank lines are allowed."""
        blank = "\n" * (node.end_lineno - node.lineno) if self.is_alone(node) or not isinstance(node, ast.stmt) else ""
        self.put(self.start(node), self.end(node), text + blank)

    def covers(self, node):
        """Whether the node's own text is within a part that is replaced."""
        return any(start <= self.start(node) and self.end(node) <= end for start, end, _ in self.changes)

    def put(self, start, end, text):
        self.changes.append((start, end, text))

    def applied(self):
        """The text with all changes; one within another's place is left out."""
        result = b""
        at = 0
        # Of two at one place the insertion comes first, then the longer one.
        for start, end, text in sorted(self.changes, key=lambda c: (c[0], c[0] != c[1], -c[1])):
            if start < at:
                continue
            result += self.bytes[at:start] + text.encode()
            at = end
        return (result + self.bytes[at:]).decode()
