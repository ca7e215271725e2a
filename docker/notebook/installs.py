"""Packages that a notebook installs, however it calls pip: requirements of the job, and no call is left in the cell."""

import re

from packaging.requirements import InvalidRequirement, Requirement

from commands import pipelines
from environment import verify_pip
from findings import Refused
from programs import CONDA, is_python, module_words, program_of, unwrapped, verify_command

# Java, Python and Spark are in the image.
CONDA_THERE = {"openjdk", "java-jdk", "python", "pip", "pyspark", "conda", "findspark"}
CONDA_WITH_VALUE = {"-c", "--channel", "-n", "--name", "-p", "--prefix"}
# A variable that a line of shell sets.
ASSIGNED = re.compile(r"(?:^|[\s\"'])([A-Za-z_]\w*)=")
PIP = re.compile(r"pip[\d.]*")
# pip's own flags that change how it works or what it prints, and not what a job needs.
FLAGS = {"--quiet", "--verbose", "--upgrade", "--user", "--yes", "--no-cache-dir", "--disable-pip-version-check", "--no-input",
         "--force-reinstall", "--ignore-installed", "--break-system-packages", "--no-warn-script-location", "--no-warn-conflicts",
         "--no-color", "--no-build-isolation", "--no-python-version-warning", "--no-compile", "--compile", "--prefer-binary",
         "--isolated", "--use-pep517", "--system", "--no-progress", "--reinstall", "--require-virtualenv", "--native-tls"}
WITH_VALUE = {"--progress-bar", "--root-user-action", "--upgrade-strategy", "--timeout", "--default-timeout", "--retries",
              "--cache-dir", "--log", "--exists-action", "--python", "--link-mode", "--resolution", "--no-binary", "--only-binary",
              "--use-feature", "--use-deprecated", "--keyring-provider", "--resume-retries"}
SHORT = set("qvUIy")
FILES = {"-r": "-r", "--requirement": "-r", "--requirements": "-r", "-c": "-c", "--constraint": "-c", "--constraints": "-c"}
LISTINGS = {"-h", "--help", "list", "show", "freeze", "check", "help", "cache", "config", "debug", "index", "inspect", "tree"}
# What a requirements file may say for all its packages, and a line for its own alone.
OF_A_FILE = {"-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--trusted-host", "--pre", "--no-index"}
OF_AN_INDEX = re.compile(r"index|find-links|constraint|target|prefix")
# Spark itself is in the image, and a job installs nothing.
THERE_ALREADY = {"pyspark", "findspark", "pip", "uv"}


def without_installs(text, scope):
    """The line of shell without what installs packages; they are noted."""
    changes, given, text = [], text, scope.constants.put_into(text)
    for pipeline in pipelines(text):
        words = [pip_words(command) for command in pipeline.commands]
        if any(each is not None for each in words):
            start, end = pipeline.commands[0].start, pipeline.commands[-1].end
            for each in words:
                if each is not None:
                    install(each, scope)
            verify_variables(text[start:end])
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
    if program in CONDA and "install" in words and words[1] != "run":
        if not conda_names(words[1:]):
            return ["--help"]
        raise Refused(f"{' '.join(words)}: a job has no {program}; write %pip install {' '.join(conda_names(words[1:]))}")
    if is_python(words):
        words = module_words(words[1:])
        program = words[0] if words else ""
    if program == "uv" and words[1:2] == ["pip"]:
        words, program = words[1:], "pip"
    if program == "ensurepip":
        return ["--help"]
    return words[1:] if PIP.fullmatch(program) else None


def conda_names(words):
    names = [word for before, word in zip(["", *words], words) if not word.startswith("-") and before not in CONDA_WITH_VALUE]
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


def requirements_of(words, scope):
    """Lines for pip, empty ones for what a job has already."""
    names, without, words = [], False, list(words)
    while words:
        word = words.pop(0)
        flag, equals, value = word.partition("=")
        if not word.startswith("-"):
            names.append(requirement(word))
        elif word == "--no-deps":
            without = True
        elif word in ("-h", "--help"):
            return []
        elif flag in FILES:
            names += lines_in(FILES[flag], value if equals else "".join(words[:1]), scope)
            words = words if equals else words[1:]
        elif word[:2] in FILES:
            names += lines_in(word[:2], word[2:], scope)
        elif flag in WITH_VALUE:
            words = words if equals else words[1:]
        elif flag not in FLAGS and (word[1:2] == "-" or not set(word[1:]) <= SHORT):
            in_file = "; write it in a requirements file beside the notebook: %pip install -r FILE" if flag in OF_A_FILE else ""
            raise Refused(f"pip install {flag}: a job does not support this flag{in_file}")
    if any(names) or not names:
        scope.report.alone(without)
    return names


def lines_in(flag, name, scope):
    """A requirements file, or the requirements in one that a cell writes."""
    text = scope.report.written.get(scope.place_of(name)) if flag == "-r" and name else None
    if text is not None:
        lines = joined_lines(text)
        return [found for line in lines for found in lines_of_file(line, scope)] or [""]
    return [f"{flag} {scope.readable(flag, name)}"]


def joined_lines(text):
    """Lines of a requirements file as pip joins them: a comment ends with its line, whatever is at its end."""
    lines, begun = [], ""
    for line in text.split("\n"):
        is_comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not is_comment:
            begun += line.rstrip("\\")
            continue
        lines.append(f"{begun} {line}" if is_comment else begun + line)
        begun = ""
    found = [re.sub(r"(^|\s)#.*", "", line).strip() for line in [*lines, begun]]
    return [line for line in found if line]


def lines_of_file(line, scope):
    if line.startswith("-"):
        return requirements_of(line.split(), scope)
    named, *hashes = re.split(r"\s+(?=--hash[= ])", line)
    return [" ".join([kept, *hashes]) if (kept := requirement(named)) else ""]


def requirement(text):
    """The requirement as a line for pip; empty for what a job has already."""
    try:
        parsed = Requirement(text)
    except InvalidRequirement:
        if re.search(r"[/\\]|^\.+$|\.(?:whl|zip|tar\.\w+)$", text) and not re.search(r"[`$\s]", text):
            raise Refused(f"pip install {text}: a job supports packages of an index, not addresses and files") from None
        if re.search(r"[{$`]", text):
            raise Refused(f"pip install {text}: its packages are only known once the notebook runs; write %pip install NAME") from None
        raise Refused(f"pip install {text}: not the name of a package with a version, as in numpy==2.4.6") from None
    if parsed.url:
        raise Refused(f"pip install {text}: a job supports packages of an index, not addresses and files")
    name = re.sub(r"[-_.]+", "-", parsed.name).lower()
    if name == "pyspark" and parsed.extras:
        extras = ", ".join(sorted(parsed.extras))
        raise Refused(f"pip install {text}: Spark is in the image; name what {extras} needs, such as pandas")
    return "" if name in THERE_ALREADY else str(parsed)
