"""Shell lines of notebooks as calls of subprocess, and the packages that pip would install as requirements of the job."""

import ast
import builtins
import os
import re
import shlex

from IPython.utils.text import DollarFormatter
from packaging.requirements import InvalidRequirement, Requirement

from findings import Refused

# They want rights, a network or a person that a container of a job does not have.
NOT_IN_A_JOB = {"apt", "apt-get", "brew", "conda", "dnf", "mamba", "sudo", "su", "yum", "vi", "vim", "nano", "less", "more"}
PIP = re.compile(r"^\s*(?:(?:\S*/)?python3?(?:\.\d+)?\s+-m\s+pip|\{sys\.executable\}\s+-m\s+pip|pip3?)(?:\s|$)")
QUIET_FLAGS = {"-q", "-qq", "--quiet", "-U", "--upgrade", "--no-cache-dir", "--user", "--disable-pip-version-check",
               "--no-input", "-y", "--yes", "--progress-bar=off", "-v", "--force-reinstall", "--break-system-packages"}
LISTINGS = {"list", "show", "freeze", "check", "--version", "-V", "help", "cache", "config", "debug", "index"}


def pip_words(command):
    """The words after `pip`, or None if the command is not pip's."""
    found = PIP.match(command)
    return words_of(command[found.end() :]) if found else None


def words_of(text):
    try:
        return shlex.split(text, comments=True)
    except ValueError as error:
        raise Refused(f"{text.strip()}: {str(error)[0].lower()}{str(error)[1:]}") from None


def pip_install(words, report, folder):
    """Notes what would be installed; answers what to say of it in the script."""
    shown = "pip " + " ".join(words)
    action = next((word for word in words if not word.startswith("-") or word in LISTINGS), None)
    if action in LISTINGS or action is None:
        return f"{shown}: left out, a job has no pip"
    if action != "install":
        raise Refused(f"{shown}: a job's packages are those it is submitted with")
    rest = words[words.index("install") + 1 :]
    report.alone("--no-deps" in rest)
    names = requirements_of([word for word in rest if word != "--no-deps"], folder)
    if not names:
        raise Refused(f"{shown}: names no package")
    for name in names:
        # The Spark of the image is the one that goes with the cluster's.
        if Requirement(name).name.lower() != "pyspark":
            report.need(name)
    return f"{shown}: packages of the job"


def requirements_of(words, folder):
    names = []
    words = list(words)
    while words:
        word = words.pop(0)
        if word in QUIET_FLAGS:
            continue
        if word in ("-r", "--requirement") and words:
            names += requirements_in(words.pop(0), folder)
        elif word.startswith("--requirement="):
            names += requirements_in(word.split("=", 1)[1], folder)
        elif word.startswith("-"):
            raise Refused(f"pip install {word}: this flag cannot be kept")
        else:
            names.append(requirement(word))
    return names


def requirements_in(name, folder):
    try:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            lines = [re.sub(r"(^|\s)#.*", "", line).strip() for line in file]
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise Refused(f"pip install -r {name}: {getattr(error, 'strerror', None) or 'not readable'}") from None
    return [requirement(line) for line in lines if line]


def requirement(text):
    try:
        parsed = Requirement(text)
    except InvalidRequirement:
        raise Refused(f"pip install {text}: not the name of a package with a version, as in numpy==2.4.6") from None
    if parsed.url:
        raise Refused(f"pip install {text}: only packages of an index can be kept, not addresses")
    return str(parsed)


def known(names):
    return set(names) | set(dir(builtins))


def expanded(text, names):
    """A Python expression for this text, with `{expression}` and `$name` put in where IPython would."""
    pieces = []
    values = []
    try:
        for literal, field, spec, conversion in DollarFormatter().parse(text):
            pieces.append(literal.replace("{", "{{").replace("}", "}}"))
            if field is None:
                continue
            used = {node.id for node in ast.walk(ast.parse(field.strip(), mode="eval")) if isinstance(node, ast.Name)}
            if not used <= known(names):
                # As `$HOME`, or awk's `{print}`: IPython leaves all of it alone where one is unknown.
                return repr(text)
            if "." in field and f"${field}" in text:
                raise Refused(f"${field}: write {{{field.partition('.')[0]}}} where the name ends")
            values.append(field.strip())
            pieces.append("{" + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}")
    except (ValueError, SyntaxError):
        return repr(text)
    if not values:
        return repr("".join(pieces).replace("{{", "{").replace("}}", "}"))
    return f"{''.join(pieces)!r}.format({', '.join(values)})"


def verify_command(command):
    """Refused for what cannot work in a job's container."""
    if not command.strip():
        raise Refused("!: an empty command")
    if command.rstrip().endswith("&") and not command.rstrip().endswith("&&"):
        raise Refused(f"!{command.strip()}: a command in the background would outlive its line")
    program = re.match(r"\s*(?:\w+=\S*\s+)*([\w./-]+)", command)
    if program and os.path.basename(program[1]) in NOT_IN_A_JOB:
        raise Refused(f"!{command.strip()}: there is no {program[1]} in a job; what it brings belongs into the image")


def system_call(command, names):
    """Runs a command as `!command` does, but ends the job when it fails."""
    verify_command(command)
    return f"subprocess.run({expanded(command.strip(), names)}, shell=True, check=True)"


def output_call(command, names):
    """The lines a command prints, as `lines = !command`."""
    verify_command(command)
    return (
        f"subprocess.run({expanded(command.strip(), names)}, shell=True, check=True, "
        "stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout.splitlines()"
    )
