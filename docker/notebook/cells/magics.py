"""What becomes of each magic in a job: some run there, some only matter on a screen, the others are refused."""

import os
import re

from base.findings import Refused
from packages.commands import pipelines
from packages.installs import CONDA_LISTINGS, pip_words, without_installs
from packages.programs import CONDA, verify_command
from session.environment import variable as environment_variable
from session import settings
from spark.configure import configure

# Only matter to a person at the notebook.
FOR_EYES = {"pinfo", "pinfo2", "psearch", "pdoc", "pdef", "psource", "who", "whos", "who_ls", "history", "hist",
            "lsmagic", "magic", "quickref", "xmode", "colors", "automagic", "pprint", "precision", "config", "autoreload",
            "page", "doctest_mode", "autosave", "matplotlib", "matplot", "restart_python", "pfile", "pycat", "less", "more",
            "man", "pdb", "tb", "debug", "clear", "cls", "gui", "dhist", "autocall", "alias_magic", "rehashx", "qtconsole", "connect_info",
            "code_wrap", "aimport", "help", "LSMagic", "ShowTypes", "truncation", "watermark", "nb_black", "tensorflow_version"}
# Extensions that format code, or print about a notebook.
EYE_EXTENSIONS = {"autoreload", "sparkmagic.magics", "autotime", "nb_black", "lab_black", "black", "jupyter_black", "watermark",
                  "google.colab.data_table", "pycodestyle_magic", "version_information"}
EYE_CELLS = {"html", "HTML", "javascript", "js", "svg", "SVG", "latex", "markdown", "md", "info", "help", "logs"}
FILE_COMMANDS = {"ls", "ll", "cat", "cp", "mv", "rm", "mkdir", "rmdir"}
# Programs of %%script that leave a cell out.
SKIPS = {"false", "true", "echo", ":"}
VALUES = {"env", "set_env", "pwd", "sx", "system", "time", "ls"}
SCRIPTS = {"bash", "sh", "shell", "script", "python", "python3", "system", "sx", "!"}
# What a kernel of AWS Glue or sparkmagic asks of the kernel's session.
OF_A_SESSION = {"idle_timeout", "glue_version", "worker_type", "number_of_workers", "session_id_prefix", "session_id", "iam_role",
                "region", "profile", "endpoint", "tags", "streaming", "etl", "stop_session", "status", "list_sessions",
                "connections", "security_config", "timeout", "min_workers", "assume_role", "cleanup", "delete"}
GLUE_FILES = {"extra_jars": "spark.jars", "extra_py_files": "spark.submit.pyFiles"}
HINTS = {
    "run": "put what it runs into a module of the job",
    "load": "put its code into the cell",
    "sql": 'write spark.sql("…").show()',
    "sparksql": 'write spark.sql("…").show()',
    "spark": "write its code into its own cell",
    "pip": "write %pip",
    "conda": "name packages with %pip install",
    "mamba": "name packages with %pip install",
    "micromamba": "name packages with %pip install",
    "tensorboard": "tag the cell notebook-only",
    "reset": "remove the line",
}


def unknown(sign, name):
    hint = HINTS.get(name, "tag the cell notebook-only if the job does not need it")
    if name.startswith("%"):
        return Refused(f"{sign}{name}: a cell magic works only in the first line of a cell; move the line to the top")
    return Refused(f"{sign}{name}: only a notebook has this magic; {hint}")


def line_magic(name, line, scope, has_value):
    """The text behind `%name` in the job; `has_value` if the cell does something with what it answers."""
    line = line.strip()
    if has_value and name not in VALUES and name not in HINTS:
        raise Refused(f"%{name}: its result exists only in a notebook")
    if name in FOR_EYES or name in ("pylab", "pwd"):
        return line
    if name in ("load_ext", "reload_ext", "unload_ext"):
        if re.sub(r"\s*#.*", "", line) not in EYE_EXTENSIONS:
            raise Refused(f"%{name} {line}: a job has no extensions of notebooks")
    elif name in ("pip", "uv"):
        without_installs(f"{name} {line}", scope)
    elif name in CONDA and re.match(r"search\b", line):
        return line
    elif name in CONDA and line.split()[:1] in (["install"], *([each] for each in CONDA_LISTINGS)):
        without_installs(f"{name} {line}", scope)
    elif name == "additional_python_modules":
        without_installs(f"pip install {line.replace(',', ' ')}", scope)
    elif name in GLUE_FILES:
        settings.note(GLUE_FILES[name], line, scope)
    elif name == "spark_conf":
        settings.submit_arguments(f"--conf {line}", scope)
    elif name in ("env", "set_env"):
        return environment(name, line, scope)
    elif name == "cd":
        if re.match(r"-(?!$|q\b)", line):
            raise Refused(f"%cd {line}: name the folder")
        folder = re.sub(r"^-q\s+|\s+-q$|^-$", "", scope.constants.put_into(line)).strip("\"'")
        scope.report.inside = os.path.join(scope.report.inside, os.path.expanduser(folder))
    elif name in FILE_COMMANDS:
        without_installs(f"{name} {line}", scope)
    elif name in ("sx", "system"):
        return without_installs(line, scope)
    elif name in OF_A_SESSION:
        scope.warn(f"%{name} {line}".rstrip() + ": left out, the job runs in the cluster that it is submitted to")
    elif name == "run" and runs_written(line, scope):
        return line
    elif name == "timeit":
        return timed(line, "%", scope)
    elif name != "time":
        raise unknown("%", name)
    return line


def runs_written(line, scope):
    """Whether `%run` names a file that a cell writes, without flags that only a notebook has."""
    words = scope.words_of(line)
    while words and words[0] in ("-i", "-n"):
        words.pop(0)
    # A cell may have changed the folder since then.
    written = {os.path.basename(place) for place in scope.report.written}
    name = os.path.basename(scope.constants.put_into(words[0])) if words else ""
    return bool({name, f"{name}.py"} & written)


def environment(name, line, scope):
    if not line:
        # All of it in a log would show what is secret.
        scope.warn(f"%{name}: left out, it would print the whole environment")
    variable, value = (re.split(r"\s*=\s*|\s+", line, maxsplit=1) + [""])[:2]
    if value:
        environment_variable(variable, scope)
    if variable == settings.ARGUMENTS and value:
        settings.submit_arguments(scope.constants.put_into(value), scope)
    if not value or variable not in {*settings.VARIABLES, *settings.LEFT_OUT_VARIABLES}:
        return line
    return f"{settings.variable(variable, scope.constants.put_into(value), scope)}={value}"


def timed(line, sign, scope):
    line = re.sub(r"^(?:-[nrp]\s*[\d_]+\s*|-[tcqv]+\s+)*", "", f"{line} ").strip()
    if line.startswith("-o"):
        raise Refused("%timeit -o: its result exists only in a notebook")
    scope.warn(f"{sign}timeit{' ' + line if sign == '%' else ''}: runs once in a job")
    return line


def cell_magic(name, line, body, scope):
    """What runs as `%%name` in the job, as the name and what is behind it; None if nothing is left of the cell."""
    line = line.strip()
    if name == "configure":
        configure(line, body, scope)
        return None
    if name in EYE_CELLS:
        scope.warn(f"%%{name}: left out, nobody sees its output")
        return None
    if name == "timeit":
        return name, timed(line, "%%", scope)
    if name == "time" and line:
        raise Refused(f"%%time {line}: write the code below")
    if name in ("time", "local", "pyspark", "display", "pretty"):
        return name, line
    if name in OF_A_SESSION:
        scope.warn(f"%%{name}: left out, the job runs in the cluster that it is submitted to")
        return None
    if name == "capture":
        kept = re.sub(r"--no-(stderr|stdout|display)", "", line).strip()
        # A name that nothing uses only keeps the output off the page.
        if kept and (kept in scope.used or not kept.isidentifier()):
            raise Refused(f"%%capture {line}: what it captures exists only in a notebook")
        return name, kept
    if name in SCRIPTS:
        return script(name, line, body, scope)
    if name in ("writefile", "file"):
        words = [word for word in scope.words_of(line) if word not in ("-a", "--append")]
        append = len(words) < len(scope.words_of(line))
        if len(words) != 1:
            raise Refused(f"%%{name} {line}: expected one file; quote a name with blanks" if words else f"%%{name}: names no file")
        place = scope.place_of(words[0])
        if place.endswith("conf/spark-defaults.conf"):
            settings.properties(body, scope)
            return None
        scope.report.written[place] = (scope.report.written.get(place, "") if append else "") + body
        return name, [append, words[0]]
    if name == "pip":
        raise Refused("%%pip: write %pip")
    raise unknown("%%", name)


def script(name, line, body, scope):
    words = [word for word in scope.words_of(line) if word != "--no-raise-error"]
    if name == "script" and words[:1] and words[0] in SKIPS:
        scope.warn(f"%%script {words[0]}: left out, the cell runs nothing")
        return None
    if any(word.startswith("--") and word != "--" for word in words):
        raise Refused(f"%%{name} {line}: its flags only work in a notebook")
    if name == "script" and not words:
        raise Refused("%%script: names no program")
    if name == "script" and re.fullmatch(r"python3?", words[0]):
        name, line = words[0], line.replace(words[0], "", 1).strip()
    elif name == "script" and words[0] not in ("bash", "sh"):
        raise Refused(f"%%script {words[0]}: a job may lack this program; use bash or sh")
    # Colab's name for it.
    name = "bash" if name == "shell" else name
    for pipeline in [] if name in ("python", "python3") else pipelines(body):
        for command in pipeline.commands:
            text = body[command.start : command.end]
            number = scope.line + 1 + body[: command.start].count("\n")
            if pip_words(command) is not None:
                raise Refused(f"{text}: packages are named by %pip install in a cell of Python", number)
            verify_command(command, text, scope, number)
    return name, line
