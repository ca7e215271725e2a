"""What each magic of IPython is in a script: calls, nothing, or a refusal."""

import re
from dataclasses import dataclass

import shell
from findings import Refused


@dataclass
class Call:
    """An expression that does the same, and the modules it takes."""

    text: str
    modules: tuple = ()


@dataclass
class Lines:
    """Statements around code that is converted in its turn."""

    before: list
    code: str
    after: list


@dataclass
class Nothing:
    """It means nothing in a job; `note` is kept as a comment, and told if `told`."""

    note: str
    told: bool = False


# Only for whoever looks at the notebook.
FOR_EYES = {"pinfo", "pinfo2", "psearch", "pdoc", "pdef", "psource", "who", "whos", "who_ls", "history", "hist",
            "lsmagic", "magic", "quickref", "xmode", "colors", "automagic", "pprint", "precision", "config", "autoreload",
            "page", "doctest_mode", "autosave"}
EYE_CELLS = {"html", "HTML", "javascript", "js", "svg", "SVG", "latex", "markdown"}
FILE_COMMANDS = {"ls", "ll", "cat", "cp", "mv", "rm", "mkdir", "rmdir"}
HINTS = {
    "run": "put what it runs into a module of the job",
    "load": "put its code into the cell",
    "sql": 'write spark.sql("…").show()',
    "spark": "write its code into a cell of its own",
    "pip": "write %pip",
    "conda": "name packages with %pip install",
    "mamba": "name packages with %pip install",
    "tensorboard": "tag the cell notebook-only",
    "reset": "leave it out",
}


def unknown(sign, name):
    hint = HINTS.get(name, "tag the cell notebook-only if the job does not need it")
    return Refused(f"{sign}{name}: only a notebook has this magic; {hint}")


def line_magic(name, line, scope):
    """What `%name line` becomes. `scope` has the report, the notebook's names, and its folder."""
    line = line.strip()
    if name in FOR_EYES:
        return Nothing(f"%{name} {line}".rstrip())
    if name == "matplotlib":
        return Nothing(f"%matplotlib {line}: figures are saved, not shown")
    if name == "load_ext" or name == "reload_ext":
        if line == "autoreload":
            return Nothing(f"%{name} {line}")
        raise Refused(f"%{name} {line}: a job has no extensions of notebooks")
    if name == "pip":
        return Nothing("%" + shell.pip_install(shell.words_of(line), scope.report, scope.folder))
    if name in ("env", "set_env"):
        return environment(name, line, scope)
    if name == "cd":
        return folder_change(line, scope)
    if name == "pwd":
        return Call("os.getcwd()", ("os",))
    if name in FILE_COMMANDS:
        command = {"ll": "ls -l"}.get(name, name)
        return Call(shell.system_call(f"{command} {line}".strip(), scope.names), ("subprocess",))
    if name in ("sx", "system"):
        return Call(shell.output_call(line, scope.names), ("subprocess",))
    if name in ("time", "timeit"):
        return timed(name, line, scope)
    if name == "pylab":
        return pylab(line)
    raise unknown("%", name)


def environment(name, line, scope):
    if not line:
        # All of it in a log would show what is secret.
        return Nothing("%env: left out, it would print the whole environment", told=True)
    found = re.match(r"([^\s=]+)\s*(?:=|\s)\s*(.*)$", line, re.DOTALL)
    if not found:
        return Call(f"os.environ.get({line!r})", ("os",))
    return Call(f"os.environ.update({{{found[1]!r}: {shell.expanded(found[2], scope.names)}}})", ("os",))


def folder_change(line, scope):
    line = re.sub(r"^-q\s+|\s+-q$", "", line).strip("\"'")
    if line in ("", "~"):
        return Call('os.chdir(os.path.expanduser("~"))', ("os",))
    if line.startswith("-"):
        raise Refused(f"%cd {line}: write the folder")
    path = shell.expanded(line, scope.names)
    return Call(f"os.chdir(os.path.expanduser({path}))" if line.startswith("~") else f"os.chdir({path})", ("os",))


def timed(name, line, scope):
    if name == "timeit":
        line = re.sub(r"^(?:-[nrp]\s*\d+\s*|-[tcqv]+\s+)*", "", line)
        if line.startswith("-o"):
            raise Refused("%timeit -o: its result is only there in a notebook")
        scope.warn(f"%timeit {line}: runs once in a job")
    if not line:
        return Nothing(f"%{name}")
    scope.report.helpers.add("clock")
    return Lines(["_nb_start_clock()"], line, ["_nb_stop_clock()"])


def pylab(line):
    imports = [
        "import matplotlib; matplotlib.use('Agg')",
        "import numpy; import numpy as np; from matplotlib import pylab, mlab, pyplot; import matplotlib.pyplot as plt",
    ]
    if "--no-import-all" not in line:
        imports.append("from pylab import *; from numpy import *")
    return Lines([], "; ".join(imports), [])


def cell_magic(name, line, body, scope):
    """What a cell `%%name line` with this body becomes; Lines if the body is Python."""
    line = line.strip()
    if name in EYE_CELLS:
        return Nothing(f"%%{name}: left out, there is nobody to see it", told=True)
    if name in ("time", "timeit"):
        if name == "timeit":
            scope.warn("%%timeit: runs once in a job")
        scope.report.helpers.add("clock")
        return Lines(["_nb_start_clock()"], body, ["_nb_stop_clock()"])
    if name == "capture":
        if re.sub(r"--no-(stderr|stdout|display)", "", line).strip():
            raise Refused(f"%%capture {line}: what it captures is only there in a notebook")
        return Lines([], body, [])
    if name in ("bash", "sh", "script", "python", "python3", "system", "sx", "!"):
        return script(name, line, body, scope)
    if name in ("writefile", "file"):
        return written(name, line, body, scope)
    if name == "pip":
        raise Refused("%%pip: write %pip")
    raise unknown("%%", name)


def script(name, line, body, scope):
    words = shell.words_of(line)
    check = "--no-raise-error" not in words
    words = [word for word in words if word != "--no-raise-error"]
    if any(word.startswith("--") and word != "--" for word in words):
        raise Refused(f"%%{name} {line}: its flags only work in a notebook")
    is_python = name in ("python", "python3")
    for number, text in enumerate([] if is_python else body.split("\n"), scope.line + 1):
        if shell.pip_words(text):
            raise Refused(f"{text.strip()}: packages are named by %pip install in a cell of Python", line=number)
        if text.strip():
            try:
                shell.verify_command(text)
            except Refused as refused:
                raise Refused(refused.message.lstrip("!"), line=number) from None
    if name == "script":
        if not words:
            raise Refused("%%script: names no program")
        if words[0] not in ("bash", "sh"):
            raise Refused(f"%%script {words[0]}: only bash and sh are sure to be in a job")
        command = repr(words)
    elif is_python:
        command = f"[sys.executable, '-', *{words!r}]" if words else "[sys.executable, '-']"
    else:
        command = repr([{"sh": "sh"}.get(name, "bash"), *words])
    return Call(f"subprocess.run({command}, input={body!r}, text=True, check={check})", ("subprocess", "sys"))


def written(name, line, body, scope):
    words = shell.words_of(line)
    append = bool(words) and words[0] in ("-a", "--append")
    words = words[1:] if append else words
    if len(words) != 1:
        raise Refused(f"%%{name}: names no file")
    path = shell.expanded(words[0], scope.names)
    mode = "a" if append else "w"
    scope.report.helpers.add("write_file")
    return Call(f"_nb_write_file({path}, {body!r}, {mode!r})", ())
