"""Packages that a notebook installs, however it calls pip: requirements of the job, and no call is left in the cell."""

import os
import re

from base.findings import Refused
from packages.commands import pipelines
from packages.programs import CONDA, is_python, module_words, program_of, unwrapped, verify_command, why_needless
from packages.requirements import WITH_VALUE, requirements_of
from session.environment import verify_pip

# Java, Python and Spark are in the image.
CONDA_THERE = {"openjdk", "java-jdk", "python", "pip", "pyspark", "conda", "findspark"}
CONDA_WITH_VALUE = {"-c", "--channel", "-n", "--name", "-p", "--prefix"}
CONDA_FILES = {"-f", "--file"}
CONDA_LISTINGS = {"list", "info", "--version", "--help", "-V", "-h"}
# A variable that a line of shell sets.
ASSIGNED = re.compile(r"(?:^|[\s\"'])([A-Za-z_]\w*)=")
PIP = re.compile(r"pip[\d.]*")
LISTINGS = {"-h", "--help", "list", "show", "freeze", "check", "help", "cache", "config", "debug", "index", "inspect", "tree"}
OF_AN_INDEX = re.compile(r"index|find-links|constraint|target|prefix")


def without_installs(text, scope):
    """The line of shell without what installs packages; they are noted."""
    changes, given, text = [], text, scope.constants.put_into(text)
    scope.inside = scope.report.inside
    for pipeline in pipelines(text):
        if pipeline.commands[0].program == "cd" and len(pipeline.commands[0].words) == 2:
            scope.inside = os.path.join(scope.inside, os.path.expanduser(pipeline.commands[0].words[1]))
        words = [pip_words(command) for command in pipeline.commands]
        if any(each is not None for each in words):
            start, end = pipeline.commands[0].start, pipeline.commands[-1].end
            for each in words:
                if each is not None:
                    install(each, scope)
            verify_variables(text[start:end])
            changes.append((start, end))
            continue
        if why := next(filter(None, map(why_needless, pipeline.commands)), None):
            start, end = pipeline.commands[0].start, pipeline.commands[-1].end
            scope.warn(f"!{text[start:end]}: left out, {why}")
            changes.append((start, end))
            continue
        for command in pipeline.commands:
            verify_command(command, f"!{text.strip()}", scope)
            if command.program in ("export", "declare"):
                verify_variables(" ".join(command.words))
        if pipeline.operator == "&":
            raise Refused(f"!{text.strip()}: a job runs no command in the background")
    if not changes:
        return given
    for start, end in reversed(changes):
        text = f"{text[:start]}:{text[end:]}"
    return text


def verify_variables(text):
    for name in ASSIGNED.findall(text):
        verify_pip(name)


def pip_words(command):
    """The words after `pip`, or None if the command is not pip's."""
    words = unwrapped(command.words)
    program = program_of(words)
    if program in CONDA and set(words[1:3]) & CONDA_LISTINGS:
        return ["--help"]
    if program in CONDA and "install" in words and words[1] != "run":
        if not conda_names(words[1:]):
            return ["--help"]
        raise Refused(f"{' '.join(words)}: a job has no {program}; write %pip install {' '.join(conda_names(words[1:]))}")
    if is_python(words):
        words = module_words(words[1:])
        program = words[0] if words else ""
    if program == "uv":
        words = ["uv", *words[next((at for at, word in enumerate(words) if at and not word.startswith("-")), len(words)) :]]
    if program == "uv" and words[1:2] == ["pip"]:
        words, program = ["pip", *(["install", "-r"] if words[2:3] == ["sync"] else words[2:3]), *words[3:]], "pip"
    if program == "ensurepip":
        return ["--help"]
    return words[1:] if PIP.fullmatch(program) else None


def conda_names(words):
    pairs = [(before, word) for before, word in zip(["", *words], words) if not word.startswith("-")]
    names = [f"-r {word}" if before in CONDA_FILES else word for before, word in pairs if before not in CONDA_WITH_VALUE]
    return [name for name in names if name != "install" and re.split(r"[=<>! ]", name)[0] not in CONDA_THERE]


def install(words, scope):
    """Notes what pip would install with these words."""
    shown = "pip " + " ".join(words)
    before, rest = [], list(words)
    while rest and rest[0].startswith("-"):
        before.append(rest.pop(0))
        if before[-1] in WITH_VALUE and rest:
            before.append(rest.pop(0))
    if rest[:1] == ["config"] and "set" in rest and OF_AN_INDEX.search(shown):
        raise Refused(f"{shown}: a job does not support this setting of pip; set it for pip on this machine")
    if not rest or rest[0] in LISTINGS:
        return
    if rest[0] != "install":
        raise Refused(f"{shown}: a job cannot change its packages while it runs")
    names = requirements_of(before + rest[1:], scope)
    if not names and {"-h", "--help"} & set(rest):
        return
    if not names:
        raise Refused(f"{shown}: names no package")
    for name in filter(None, names):
        scope.report.need(name, scope.cell, scope.line)
