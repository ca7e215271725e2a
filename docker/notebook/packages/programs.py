"""Programs that lines of shell run: which of them a job's container does not have, and what to write instead."""

import re

from base.findings import Refused

# They want rights, a network or a person that a container of a job does not have.
NOT_IN_A_JOB = {"apt", "apt-get", "brew", "dnf", "easy_install", "hatch", "pdm", "pipenv", "pipx", "pixi", "poetry", "rye", "sudo", "su",
                "uv", "uvx", "yum", "vi", "vim", "nano", "less", "more"}
# Programs that notebooks call often and that the image made by firesteel lacks; another base may have them.
NOT_IN_OUR_IMAGE = {"wget", "curl", "git", "unzip", "zip", "7z", "gcc", "g++", "make", "cmake", "node", "npm", "Rscript", "nvidia-smi",
                    "gsutil", "gcloud", "aws", "az", "kaggle", "hdfs", "hadoop", "ssh", "scp", "rsync", "file", "jq", "tree"}
INSTEAD = {"wget": "write urllib.request.urlretrieve(ADDRESS, FILE)", "curl": "write urllib.request.urlretrieve(ADDRESS, FILE)",
           "unzip": "write shutil.unpack_archive(FILE)", "git": "name the files under \"firesteel\" in the metadata of the notebook"}
# Programs of packages, which a layer leaves out, and the module of each that does the same.
MODULES = {name: name for name in ("dvc", "gdown", "mlflow", "spacy", "wandb")}
HUB = "write huggingface_hub.snapshot_download(REPOSITORY)"
INSTEAD |= {"hf": HUB, "huggingface-cli": HUB, **{name: f"write python3 -m {module}" for name, module in MODULES.items()}}
OF_PACKAGES = {"jupyter", "ipython", "hf", "huggingface-cli", *MODULES}
MODEL = "a job cannot change its packages while it runs; name the wheel of the model in a requirements file"
CONDA = {"conda", "mamba", "micromamba"}
PYTHON = re.compile(r"(?:python|pypy|py)[\d.]*")
# They run the program behind their flags: which of these have a value, and how many words follow them.
WRAPPERS = {"sudo": ({"-u", "-g", "--user", "--group"}, 0), "timeout": ({"-k", "-s", "--kill-after", "--signal"}, 1),
            "nice": ({"-n", "--adjustment"}, 0), "ionice": ({"-c", "-n", "--class", "--classdata"}, 0),
            "stdbuf": ({"-i", "-o", "-e", "--input", "--output", "--error"}, 0), "setsid": (set(), 0)}
INTERPRETER = re.compile(r"\$?\{?sys\.executable\}?|\$\(which python[\d.]*\)|`which python[\d.]*`")
# Programs that only name others.
SPEAKERS = {"echo", "printf", "grep", "egrep", "cat", "sed", "awk", "which", "type", "whereis", "man", "git"}


def is_python(words):
    """Whether these words run Python, by whatever name."""
    return bool(words) and bool(PYTHON.fullmatch(program_of(words)) or INTERPRETER.fullmatch(words[0]))


def program_of(words):
    """Its name alone, as on Windows without the ending."""
    return re.sub(r"\.exe$", "", re.split(r"[/\\]", words[0])[-1], flags=re.I) if words else ""


def unwrapped(words):
    """The words from the program on that sudo, timeout and their like run."""
    words = list(words)
    while (wrapper := program_of(words)) in WRAPPERS:
        with_value, others = WRAPPERS[wrapper]
        words = words[1:]
        while words and words[0].startswith("-"):
            words = words[2:] if words[0] in with_value else words[1:]
        words = words[others:]
    return words


def module_words(words):
    """The module that Python is to run and its words: `-m pip install`, `-mpip`, `-Im pip`, with flags of Python before."""
    for place, word in enumerate(words):
        if module := re.fullmatch(r"-[bBdEiIOPqsSuvx]*m(.*)", word):
            return [*([module[1]] if module[1] else []), *words[place + 1 :]]
        if not word.startswith("-") and words[place - 1 : place] not in (["-W"], ["-X"]):
            return []
    return []


# What notebooks of other hosts fetch before their first cell: lists of packages, Java, `spark-3.5.1-bin-hadoop3.tgz`.
APT = {"apt", "apt-get"}
OF_LISTS = {"update", "clean", "autoclean", "autoremove"}
JAVA = re.compile(r"(?:openjdk-\d+|default|java)(?:-jdk|-jre)?(?:-headless)?")
SPARK = re.compile(r"spark-\d[\w.-]*(?:bin|\.tgz|\.tar)")


def why_needless(command):
    """Why a job does without this command; None for one that it needs."""
    words = unwrapped(command.words)
    program, others = program_of(words), [word for word in words[1:] if not word.startswith("-")]
    if program in APT and others[:1] and others[0] in OF_LISTS:
        return "a job installs no packages of the system"
    is_java = others[:1] == ["install"] and others[1:] and all(JAVA.fullmatch(name) for name in others[1:])
    if (program in APT and is_java) or (program == "update-alternatives" and others[:1] == ["java"]):
        return "the image has Java"
    if program in ("wget", "curl", "tar") and any(SPARK.search(word) for word in others):
        return "the image has Spark"
    return None


def verify_command(command, shown, scope, line=None):
    """Refused for what cannot work in a job's container."""
    if why := why_needless(command):
        raise Refused(f"{shown}: {why}; remove the line", line)
    program = command.program if command.program in NOT_IN_A_JOB else program_of(unwrapped(command.words))
    if program in NOT_IN_A_JOB | CONDA:
        raise Refused(f"{shown}: there is no {program} in a job; install its content in the image", line)
    if re.search(r"(?:>|\b(?:cp|mv|tee)\b).*\bconf/spark-defaults\.conf", shown):
        raise Refused(f"{shown}: Spark reads this file before the first cell; name its settings in a builder", line)
    words = unwrapped(command.words)
    if re.match(r"spacy download\b", " ".join(module_words(words[1:]) if is_python(words) else [program, *words[1:]])):
        raise Refused(f"{shown}: {MODEL}", line)
    # jupyter-nbconvert and its like are parts of jupyter.
    if scope.is_our_image and (program in NOT_IN_OUR_IMAGE | OF_PACKAGES or program.startswith("jupyter-")):
        instead = INSTEAD.get(program, "tag the cell notebook-only if the job does not need it")
        raise Refused(f"{shown}: the image has no {program}; {instead}, or name an image.base that has {program}", line)
    if PYTHON.fullmatch(program) and re.search(r"\bsetup\.py (?:install|develop)\b", " ".join(command.words)):
        raise Refused(f"{shown}: a job cannot change its packages while it runs; build a wheel, and name it in pyFiles", line)
    nested = re.search(r"\bpip[\d.]*(?:\.exe)?\s+install\b|-m\s*pip\b|\b(?:import|from)\s+pip\b", " ".join(command.words))
    if nested and program not in SPEAKERS:
        raise Refused(f"{shown}: firesteel cannot read this call of pip; write %pip install NAME", line)
