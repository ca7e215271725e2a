"""Lines of shell, taken apart as far as it takes to know which programs they run."""

import re
import shlex
from dataclasses import dataclass, field

from base.findings import Refused

KEYWORDS = {"if", "then", "else", "elif", "do", "while", "until", "!", "{"}
# They run the program behind them.
RUNNERS = {"time", "exec", "command", "builtin", "nohup", "env"}
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
REDIRECTION = re.compile(r"(?:\d*|&)(?:>>?|<<?<?|>\||<>)(&?\d*-?)?(.*)", re.DOTALL)
# Longest first; `>&`, `&>` and `>|` are no operators.
HERE = re.compile(r"""<<-?["']?(\w+)""")
OPERATOR = re.compile(r"&&|\|\||;;|\|&|;|\||&|\n|\(|\)")


@dataclass
class Command:
    """A program with its words as the shell would hand them on, and where in the line it is."""

    words: list
    start: int
    end: int

    @property
    def program(self):
        return self.words[0].rpartition("/")[2] if self.words else ""


@dataclass
class Pipeline:
    """Commands that hand their output on, and the operator behind them."""

    commands: list = field(default_factory=list)
    operator: str = ""


def pipelines(text):
    """The pipelines of a line, without redirections, variables set for one command, and words such as `if`."""
    found = [Pipeline()]
    words = []
    for start, end, kind in tokens(text):
        if kind == "word":
            words.append((start, end, text[start:end]))
            continue
        if words:
            found[-1].commands.append(command_of(words))
            words = []
        if kind != "|" and kind != "|&":
            found[-1].operator = kind
            found.append(Pipeline())
    if words:
        found[-1].commands.append(command_of(words))
    return [each for each in found if each.commands]


def tokens(text):
    """Words and operators with their places; quotes and what is in brackets stay within their word."""
    at, start, ends_of_input = 0, None, []
    while at <= len(text):
        letter = text[at : at + 1]
        operator = None if is_part_of_redirection(text, at, start) else OPERATOR.match(text, at)
        if start is not None and (not letter or operator or letter.isspace()):
            ends_of_input += HERE.findall(text[start:at])
            yield start, at, "word"
            start = None
        if operator:
            yield at, operator.end(), operator[0]
            at = operator.end()
            while operator[0] == "\n" and ends_of_input:
                at = after_input(text, at, ends_of_input.pop(0))
        elif text.startswith("\\\n", at):
            at += 2
        elif not letter or letter.isspace():
            at += 1
        elif letter == "#" and start is None:
            at = (text + "\n").index("\n", at)
        else:
            start = at if start is None else start
            at = after(text, at)


def is_part_of_redirection(text, at, start):
    """`&` of `2>&1` and `&>file`, `|` of `>|file`."""
    if text[at : at + 1] == "&":
        return text[at + 1 : at + 2] == ">" or (start is not None and text[at - 1] in "<>")
    return start is not None and text[at : at + 1] == "|" and text[at - 1] == ">"


def after_input(text, at, end):
    """Where the lines end that `<<END` gives a program as its input."""
    found = re.compile(rf"^\t*{re.escape(end)}$", re.MULTILINE).search(text, at)
    return found.end() if found else len(text)


def after(text, at):
    """Where the letter at this place ends: the quote or bracket, if it opens one."""
    letter = text[at]
    if letter == "\\":
        return at + 2
    if letter in "'`":
        return (text + letter).index(letter, at + 1) + 1
    opens = letter == '"' or text.startswith("$(", at) or (letter == "{" and not text[at + 1 : at + 2].isspace())
    if not opens:
        return at + 1
    closing = {'"': '"', "{": "}"}.get(letter, ")")
    at += 2 if letter == "$" else 1
    while at < len(text) and text[at] != closing:
        at = after(text, at)
    return at + 1


def command_of(words):
    while len(words) > 1 and words[0][2] in KEYWORDS:
        words = words[1:]
    kept, skips = [], False
    for _, _, raw in words:
        redirection = REDIRECTION.fullmatch(raw)
        if redirection and redirection[2].startswith("="):
            raise Refused(f'{raw}: the shell reads ">" as redirection to a file; quote the whole requirement, as in "numpy>=2"')
        if redirection or skips:
            skips = bool(redirection) and redirection[1] in (None, "", "&") and not redirection[2]
        elif kept or not (ASSIGNMENT.match(raw) or raw.rpartition("/")[2] in RUNNERS or raw.startswith("-")):
            kept.append(word_of(raw))
    return Command(kept, words[0][0], words[-1][1])


def word_of(raw):
    try:
        return " ".join(shlex.split(raw))
    except ValueError:
        return raw
