"""IPython's own syntax as Python: IPython turns `%magic`, `!line` and `help?` into calls, this keeps count of the lines."""

import ast
import re
import warnings
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager, make_tokens_by_line

from base.findings import Refused

TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
MOST_TRANSFORMS = 2000
# Magics that IPython takes without a percent sign, too.
WITHOUT_SIGN = "pip|conda|cd|time|timeit|matplotlib|pylab|load_ext|autoreload|env|set_env|run|config"


@dataclass
class Code:
    """Python made of (part of) a cell; each of its lines has the number that it has in the cell."""

    text: str
    tree: ast.Module


def lines_of(source):
    """Lines with their ends, as IPython wants them."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    # Not splitlines: for Python a line ends at nothing else.
    return re.findall(r"[^\n]*\n", source if source.endswith("\n") else source + "\n")


def without_leading_blanks(lines):
    """Lines and the number of the first one, counted from 1."""
    for index, line in enumerate(lines):
        if line.strip():
            return lines[index:], index + 1
    return [], 1


def to_python(lines, first):
    """The Python of these lines, the first of which has that number in its cell; Refused if it is none."""
    manager = TransformerManager()
    for transform in manager.cleanup_transforms[1:]:
        # IPython ends lines at more than Python does.
        lines = lines_of("".join(transform(lines)))
    lines = ["\n"] * (first - 1) + lines
    for _ in range(MOST_TRANSFORMS):
        change = transformed(manager, lines)
        if change is None:
            break
        start, after = change
        gone = len(lines) - len(after)
        lines = [*after[: start + 1], *["\n"] * gone, *after[start + 1 :]]
    text = "".join(lines)
    return Code(text, parsed(text))


def transformed(manager, lines):
    """Where the first piece of IPython's syntax is and the lines without it, or None."""
    try:
        tokens = make_tokens_by_line(lines)
    except SyntaxError:
        # Python will say the same, with its line.
        return None
    found = [piece for piece in (kind.find(tokens) for kind in manager.token_transformers) if piece]
    for piece in sorted(found, key=lambda piece: piece.sortby()):
        try:
            return piece.start_line, piece.transform(lines)
        except SyntaxError:
            continue
    return None


def parsed(text):
    """The tree of this text; Refused with the line where it is not Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = compile(text, "cell", "exec", ast.PyCF_ONLY_AST | TOP_LEVEL_AWAIT, dont_inherit=True)
            # Some of what is wrong is found only now, as `return` outside of a function.
            compile(tree, "cell", "exec", TOP_LEVEL_AWAIT, dont_inherit=True)
            return tree
        except SyntaxError as error:
            line = min(error.lineno, text.count("\n") or 1) if error.lineno else None
            raise Refused(syntax_message(text, error), line) from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise Refused(f"not Python: {error}") from None


def syntax_message(text, error):
    lines = text.split("\n")
    line = lines[error.lineno - 1] if error.lineno and error.lineno <= len(lines) else ""
    message = f"not Python: {error.msg}"
    command = re.match(rf"\s*({WITHOUT_SIGN}|pip3|ls|cat|mkdir|cp|mv|rm|wget|curl|git)\s", line)
    if command:
        message += f'; write "{"%" if re.fullmatch(WITHOUT_SIGN, command[1]) else "!"}{line.strip()}"'
    elif re.match(r"\s*print\s+[^(=]", line) or "parameters cannot be parenthesized" in error.msg:
        message += "; Python 2 is not converted"
    return message
