"""Syntax that a newer Python on this machine reads, and that of the image does not."""

import ast
import io
import re
import sys
import tokenize

from base.findings import Refused
from base.syntax import TOP_LEVEL_AWAIT

# Of the base that firesteel makes: madeBaseHas in tasks/spark/versions.ts.
OF_IMAGE = (3, 11)
TEXT = re.compile(r"[a-zA-Z]*('''|\"\"\"|'|\")")


def verify_version(text):
    """Refused with its line for what is only Python of a later version."""
    if sys.version_info[:2] <= OF_IMAGE:
        return
    image = f"the image has Python {'.'.join(map(str, OF_IMAGE))}"
    try:
        compile(text, "cell", "exec", ast.PyCF_ONLY_AST | TOP_LEVEL_AWAIT, dont_inherit=True, _feature_version=OF_IMAGE[1])
    except SyntaxError as error:
        raise Refused(f"{image}: {error.msg[0].lower()}{error.msg[1:]}", error.lineno) from None
    found = later_text(text)
    if found:
        what, line = found
        raise Refused(f"{image}: the braces of an f-string cannot hold {what}", line)


def later_text(text):
    """What stands in the braces of an f-string that needs Python 3.12, and its line; None if nothing does."""
    around = []
    for kind, word, (line, _), _, _ in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[kind]
        quotes = TEXT.match(word)[1] if name in ("STRING", "FSTRING_START") else ""
        if quotes and any(quotes == other or (len(other) == 1 and quotes[0] == other) for other in around):
            return "the quotes around it", line
        # What follows belongs to the inner text.
        depth = len(around) - (name == "FSTRING_MIDDLE")
        if name in ("STRING", "FSTRING_MIDDLE") and depth > 0 and "\\" in word:
            return "a backslash", line
        if name == "COMMENT" and around:
            return "a comment", line
        if name == "FSTRING_START":
            around.append(quotes)
        elif name == "FSTRING_END":
            around.pop()
        elif name == "NL" and any(len(other) == 1 for other in around):
            return "an end of line", line
    return None
