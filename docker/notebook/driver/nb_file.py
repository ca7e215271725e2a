"""Programs and files of a notebook: what runs in a process, what `%run` runs, and what `%%writefile` writes."""

import os
import shlex
import shutil
import subprocess
import sys
import types

# IPython runs lines of shell in its user's shell; what only that has would do another thing in a smaller one.
SHELL = shutil.which("bash")


def run(command, **options):
    sys.stdout.flush()
    sys.stderr.flush()
    if options.get("shell"):
        options["executable"] = SHELL
    return subprocess.run(command, check=options.pop("check", True), **options)


def run_file(line, space):
    """%run: the program of a file, with its arguments; its names are the notebook's afterwards."""
    words = shlex.split(line)
    flags = [words.pop(0) for word in list(words) if words[0].startswith("-")]
    path = os.path.expanduser(words[0])
    path = path if os.path.exists(path) else f"{path}.py"
    name = os.path.splitext(os.path.basename(path))[0] if "-n" in flags else "__main__"
    module, before = types.ModuleType(name), sys.modules.get(name)
    module.__file__ = path
    names = space if "-i" in flags else vars(module)
    kept, sys.argv = sys.argv, [path, *words[1:]]
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    if names is not space:
        sys.modules[name] = module
    try:
        with open(path, encoding="utf-8-sig") as file:
            exec(compile(file.read(), path, "exec", dont_inherit=True), names)
    except SystemExit as end:
        # A program that ends well ends no notebook.
        if end.code:
            raise
    finally:
        sys.argv = kept
        sys.path.pop(0)
        sys.modules.pop(name, None)
        if before:
            sys.modules[name] = before
    if names is not space:
        space.update({name: value for name, value in names.items() if not name.startswith("__")})


def run_script(program, line, body):
    """%%bash and its like: the body is the program's input."""
    words = shlex.split(line, comments=True)
    check = "--no-raise-error" not in words
    words = [word for word in words if word != "--no-raise-error"]
    if program in ("python", "python3"):
        words = [sys.executable, "-", *words]
    elif program != "script":
        words = ["sh" if program == "sh" else "bash", *words]
    run(words, input=body, universal_newlines=True, check=check)


def write_file(path, body, mode):
    with open(os.path.expanduser(path), mode, encoding="utf-8") as file:
        file.write(body)
