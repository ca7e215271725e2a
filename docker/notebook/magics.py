"""What becomes of each magic in a job: some run there, some only matter on a screen, the others are refused."""

import os
import re

import settings
from commands import pipelines
from configure import configure
from environment import variable as environment_variable
from findings import Refused
from installs import CONDA_LISTINGS, pip_words, without_installs
from programs import CONDA, verify_command

# Only matter to a person at the notebook.
FOR_EYES = {"pinfo", "pinfo2", "psearch", "pdoc", "pdef", "psource", "who", "whos", "who_ls", "history", "hist",
            "lsmagic", "magic", "quickref", "xmode", "colors", "automagic", "pprint", "precision", "config", "autoreload",
            "page", "doctest_mode", "autosave", "matplotlib", "matplot", "restart_python"}
EYE_CELLS = {"html", "HTML", "javascript", "js", "svg", "SVG", "latex", "markdown", "md", "info", "help", "logs"}
FILE_COMMANDS = {"ls", "ll", "cat", "cp", "mv", "rm", "mkdir", "rmdir"}
VALUES = {"env", "set_env", "pwd", "sx", "system", "time", "ls"}
SCRIPTS = {"bash", "sh", "script", "python", "python3", "system", "sx", "!"}
# What a kernel of AWS Glue or sparkmagic asks of the kernel's session.
OF_A_SESSION = {"idle_timeout", "glue_version", "worker_type", "number_of_workers", "session_id_prefix", "session_id", "iam_role",
                "region", "profile", "endpoint", "tags", "streaming", "etl", "stop_session", "status", "list_sessions",
                "connections", "security_config", "timeout", "min_workers", "assume_role", "cleanup", "delete"}
GLUE_FILES = {"extra_jars": "spark.jars", "extra_py_files": "spark.submit.pyFiles"}
HINTS = {
    "run": "put what it runs into a module of the job",
    "load": "put its code into the cell",
    "sql": 'write spark.sql("…").show()',
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
    return Refused(f"{sign}{name}: only a notebook has this magic; {hint}")


def line_magic(name, line, scope, has_value):
    """The text behind `%name` in the job; `has_value` if the cell does something with what it answers."""
    line = line.strip()
    if has_value and name not in VALUES:
        raise Refused(f"%{name}: its result exists only in a notebook")
    if name in FOR_EYES or name in ("pylab", "pwd"):
        return line
    if name in ("load_ext", "reload_ext"):
        if line not in ("autoreload", "sparkmagic.magics"):
            raise Refused(f"%{name} {line}: a job has no extensions of notebooks")
    elif name in ("pip", "uv"):
        without_installs(f"{name} {line}", scope)
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
    elif name == "run" and scope.written(line) is not None:
        return " ".join(scope.words_of(line))
    elif name == "timeit":
        return timed(line, "%", scope)
    elif name != "time":
        raise unknown("%", name)
    return line


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
    line = re.sub(r"^(?:-[nrp]\s*\d+\s*|-[tcqv]+\s+)*", "", f"{line} ").strip()
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
    if name == "capture":
        kept = re.sub(r"--no-(stderr|stdout|display)", "", line).strip()
        # A name that nothing uses only keeps the output off the page.
        if kept and (kept in scope.used or not kept.isidentifier()):
            raise Refused(f"%%capture {line}: what it captures exists only in a notebook")
        return name, ""
    if name in SCRIPTS:
        return script(name, line, body, scope)
    if name in ("writefile", "file"):
        words = scope.words_of(line)
        append = bool(words) and words[0] in ("-a", "--append")
        if len(words) != 1 + append:
            raise Refused(f"%%{name}: names no file")
        place = scope.place_of(words[-1])
        if place.endswith("conf/spark-defaults.conf"):
            settings.properties(body, scope)
            return None
        scope.report.written[place] = (scope.report.written.get(place, "") if append else "") + body
        return name, [append, words[-1]]
    if name == "pip":
        raise Refused("%%pip: write %pip")
    raise unknown("%%", name)


def script(name, line, body, scope):
    words = [word for word in scope.words_of(line) if word != "--no-raise-error"]
    if any(word.startswith("--") and word != "--" for word in words):
        raise Refused(f"%%{name} {line}: its flags only work in a notebook")
    if name == "script" and not words:
        raise Refused("%%script: names no program")
    if name == "script" and words[0] not in ("bash", "sh"):
        raise Refused(f"%%script {words[0]}: a job may lack this program; use bash or sh")
    for pipeline in [] if name in ("python", "python3") else pipelines(body):
        for command in pipeline.commands:
            text = body[command.start : command.end]
            number = scope.line + 1 + body[: command.start].count("\n")
            if pip_words(command) is not None:
                raise Refused(f"{text}: packages are named by %pip install in a cell of Python", number)
            verify_command(command, text, scope, number)
    return name, line
