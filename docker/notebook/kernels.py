"""Which notebooks are in Python 3, by what their metadata says of kernel and language."""

import re

from findings import Refused

# Kernels whose notebooks name no language, by how the kernel's name begins; the longer beginnings first.
OTHER_LANGUAGES = {
    "irkernel": "R",
    "sparkrkernel": "R",
    "synapse_sparkr": "R",
    "apache_toree_sparkr": "R",
    "spylon": "Scala",
    "apache_toree_scala": "Scala",
    "apache_toree_sql": "SQL",
    "scala": "Scala",
    "almond": "Scala",
    "sparkkernel": "Scala",
    "glue_spark": "Scala",
    "synapse_sparksharp": "C#",
    "synapse_spark": "Scala",
    ".net-csharp": "C#",
    ".net-fsharp": "F#",
    ".net-powershell": "PowerShell",
    "julia": "Julia",
    "javascript": "JavaScript",
    "typescript": "TypeScript",
    "deno": "TypeScript",
    "bash": "Bash",
    "sql": "SQL",
    "java": "Java",
    "kotlin": "Kotlin",
    "xcpp": "C++",
    "octave": "Octave",
    "rust": "Rust",
    "gonb": "Go",
}
# How Anaconda calls a kernel of an environment with R.
R_OF_CONDA = re.compile(r"(?:ir|conda-env-.*-r)$")
PYTHON_2 = re.compile(r"i?python[- ]?2(?:[._]?[4-7])?(?!\d)|py2(?:[._]?[4-7])?$")
# Where hosted notebooks name the language instead.
HOSTS = (("application/vnd.databricks.v1+notebook", "language"), ("microsoft", "language"))


def is_python(language):
    """Python is called ipython and python3, too, and by kernels of Spark pyspark, pyspark3 and Python_Glue_Session."""
    return any(part in str(language).lower() for part in ("python", "pyspark"))


def verify_kernel(metadata):
    """Refused for a notebook in another language."""
    kernel, about = (part if isinstance(part, dict) else {} for part in (metadata.get("kernelspec"), metadata.get("language_info")))
    name = str(kernel.get("name") or named_by_host(metadata, "kernel_info", "name") or "")
    language = kernel.get("language") or about.get("name") or by_host(metadata) or by_name(name)
    names_two = [PYTHON_2.match(each.lower()) for each in (name, str(language))]
    if any(names_two) or str(about.get("version", "")).startswith("2."):
        language = "Python 2"
    if not is_python(language) or language == "Python 2":
        what = f"kernel {name} ({language})" if name else f"language {language}"
        raise Refused(f"{what}: only notebooks in Python 3 can be converted")


def by_name(name):
    if R_OF_CONDA.match(name.lower()):
        return "R"
    return next((other for start, other in OTHER_LANGUAGES.items() if name.lower().startswith(start)), "python")


def by_host(metadata):
    """The language that Databricks, Synapse and Fabric name beside the kernel."""
    return next(filter(None, (named_by_host(metadata, place, key) for place, key in HOSTS)), None)


def named_by_host(metadata, place, key):
    about = metadata.get(place)
    return about.get(key) if isinstance(about, dict) else None


def verify_cell(metadata):
    """Refused for a cell in another language, as VS Code, Synapse and Fabric mark it."""
    for about, key in ((metadata.get("vscode"), "languageId"), (metadata.get("microsoft"), "language"), (metadata, "language")):
        language = about.get(key) if isinstance(about, dict) else None
        if language:
            if not is_python(language):
                raise Refused(f"a cell in {language}: only Python can be converted")
            return
