"""What follows `pip install`: requirements, files of them, wheels and flags, as lines for the pip of a job."""

import glob
import os
import re

from packaging.requirements import InvalidRequirement, Requirement

from base.findings import Refused

# pip's own flags that change how it works or what it prints, and not what a job needs.
FLAGS = {"--quiet", "--verbose", "--upgrade", "--user", "--yes", "--no-cache-dir", "--disable-pip-version-check", "--no-input",
         "--force-reinstall", "--ignore-installed", "--break-system-packages", "--no-warn-script-location", "--no-warn-conflicts",
         "--no-color", "--no-build-isolation", "--no-python-version-warning", "--no-compile", "--compile", "--prefer-binary",
         "--isolated", "--use-pep517", "--no-use-pep517", "--system", "--no-progress", "--reinstall", "--require-virtualenv",
         "--native-tls", "--no-cache", "--no-clean", "--check-build-dependencies", "--refresh", "--strict", "--compile-bytecode",
         "--force", "--no-config", "--exact"}
WITH_VALUE = {"--progress-bar", "--root-user-action", "--upgrade-strategy", "--timeout", "--default-timeout", "--retries",
              "--cache-dir", "--log", "--exists-action", "--python", "--link-mode", "--resolution", "--no-binary", "--only-binary",
              "--use-feature", "--use-deprecated", "--keyring-provider", "--resume-retries", "--config-settings", "--config-setting",
              "-C", "--global-option", "--index-strategy", "--report", "--upgrade-package", "-P", "-p"}
SHORT = set("qvUIy")
FILES = {"-r": "-r", "--requirement": "-r", "--requirements": "-r", "-c": "-c", "--constraint": "-c", "--constraints": "-c"}
# Further places of packages, as a requirements file has them, and switches of a line for all its packages.
PLACES = {"--extra-index-url": "--extra-index-url", "--index": "--extra-index-url", "-f": "--find-links",
          "--find-links": "--find-links", "--trusted-host": "--trusted-host"}
INDEX = {"-i", "--index-url", "--default-index"}
SWITCHES = {"--pre", "--no-index", "--no-deps"}
USUAL = re.compile(r"https://pypi\.(?:org|python\.org)/simple/?|(?:pypi\.org|pypi\.python\.org|files\.pythonhosted\.org)(?::443)?")
# Spark itself is in the image, and a job installs nothing.
THERE_ALREADY = {"pyspark", "findspark", "pip", "uv"}
# No name of a package: a path, an address or a file.
PLACE = re.compile(r"^[^@;]*[/\\]|^\.+$|\.(?:whl|zip|tar\.\w+)(?:\[.*\])?$")
NO_SOURCES = "a job installs no source code; name a wheel, or a package of an index"


def requirements_of(words, scope):
    """Lines for pip, empty ones for what a job has already."""
    names, for_all = read_words(words, scope)
    if any(names):
        scope.report.agree(for_all, scope.cell, scope.line)
    return names


def read_words(words, scope):
    """The same lines, and switches for all of them."""
    names, for_all, words = [], set(), list(words)
    while words:
        word = words.pop(0)
        flag, equals, value = word.partition("=")
        if not word.startswith("-"):
            # The shell puts all files of a pattern there.
            found = sorted(glob.glob(scope.path_of(word))) if word.endswith("*.whl") else []
            names += [requirement(each, scope) for each in found or [word]]
        elif flag in ("-e", "--editable"):
            raise Refused(f"pip install {word} {''.join(words[:1])}".strip() + f": {NO_SOURCES}")
        elif word in SWITCHES or word == "--prerelease=allow":
            for_all.add("--pre" if word == "--prerelease=allow" else word)
        elif flag in PLACES or flag in INDEX:
            place, words = (value, words) if equals else ("".join(words[:1]), words[1:])
            line = place_of_packages(PLACES.get(flag, "--index-url"), place)
            if flag in PLACES and line:
                scope.report.need(line, scope.cell, scope.line)
            elif line:
                for_all.add(line)
        elif word in ("-h", "--help"):
            return [], set()
        elif flag in FILES:
            names += lines_in(FILES[flag], value if equals else "".join(words[:1]), scope)
            words = words if equals else words[1:]
        elif word[:2] in FILES:
            names += lines_in(word[:2], word[2:], scope)
        elif flag in WITH_VALUE:
            words = words if equals else words[1:]
        elif flag not in FLAGS and (word[1:2] == "-" or not set(word[1:]) <= SHORT):
            raise Refused(f"pip install {flag}: a job does not support this flag")
    return names, for_all


def place_of_packages(flag, place):
    """The line for pip; empty for the place where pip looks anyway."""
    if not place:
        raise Refused(f"pip install {flag}: names no address")
    if re.search(r"[{$`]", place):
        raise Refused(f"pip install {flag} {place}: its value is only known once the notebook runs; write it as a text")
    return "" if USUAL.fullmatch(place) else without_password(f"{flag} {place}")


def without_password(line):
    if re.search(r"//[^/]*@", line):
        raise Refused(f"pip install {line}: a job takes no password from a notebook; set it for pip on this machine")
    return line


def lines_in(flag, name, scope):
    """A requirements file, or the requirements in one that a cell writes."""
    if not name:
        raise Refused(f"pip install {flag}: names no file")
    text = scope.written_at(name) if flag == "-r" else None
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
        names, for_all = read_words(line.split(), scope)
        return [*names, *sorted(for_all)]
    named, *hashes = re.split(r"\s+(?=--hash[= ])", line)
    return [" ".join([kept, *hashes]) if (kept := requirement(named, scope)) else ""]


def wheel(text, scope):
    """The line for pip of a wheel, by its address or as a file of this machine; None for anything else."""
    address = re.search(r"[a-z]\w+://\S+", text)
    is_wheel = re.search(r"\.whl(?:[?#[]|$)", text)
    if is_wheel and address and not text.startswith("file:"):
        if not address[0].startswith("http"):
            raise Refused(f"pip install {text}: expected an address that begins with https://")
        return without_password(text)
    found = re.fullmatch(r"(?:file:(?://)?)?([^\s:]+\.whl)(\[.*\])?", text)
    if not found:
        return None
    path = scope.path_of(found[1])
    if not os.path.isfile(path):
        raise Refused(f"pip install {text}: no such file on this machine")
    return f"{path}{found[2] or ''}"


def requirement(text, scope):
    """The requirement as a line for pip; empty for what a job has already."""
    if PLACE.search(text) and not re.search(r"[{`$\s]", text):
        if line := wheel(text, scope):
            return line
        raise Refused(f"pip install {text}: {NO_SOURCES}")
    try:
        parsed = Requirement(text)
    except InvalidRequirement:
        if re.search(r"[{$`]", text):
            raise Refused(f"pip install {text}: its packages are only known once the notebook runs; write %pip install NAME") from None
        raise Refused(f"pip install {text}: not the name of a package with a version, as in numpy==2.4.6") from None
    if parsed.url and wheel(parsed.url, scope):
        return text
    if parsed.url and re.search(r"[/\\]", parsed.url):
        raise Refused(f"pip install {text}: {NO_SOURCES}")
    if parsed.url:
        raise Refused(f"pip install {text}: not the name of a package with a version, as in numpy==2.4.6")
    name = re.sub(r"[-_.]+", "-", parsed.name).lower()
    if name == "pyspark" and parsed.extras:
        extras = ", ".join(sorted(parsed.extras))
        raise Refused(f"pip install {text}: Spark is in the image; name what {extras} needs, such as pandas")
    if name == "pyspark" and not parsed.specifier.contains(scope.spark, prereleases=True):
        scope.warn(f"pip install {text}: left out, the image has Spark {scope.spark}")
    return "" if name in THERE_ALREADY else str(parsed)
