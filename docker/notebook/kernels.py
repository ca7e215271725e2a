"""Which notebooks are in Python 3, by what their metadata says of kernel and language."""

from findings import Refused

# Kernels whose notebooks name no language, by how the kernel's name begins.
OTHER_LANGUAGES = {
    "ir": "R",
    "sparkrkernel": "R",
    "spylon": "Scala",
    "apache_toree_scala": "Scala",
    "scala": "Scala",
    "almond": "Scala",
    "sparkkernel": "Scala",
    "glue_spark": "Scala",
    "julia": "Julia",
    "javascript": "JavaScript",
    "bash": "Bash",
    "python2": "Python 2",
}


def is_python(language):
    """Python is called ipython and python3, too, and by kernels of Spark pyspark, pyspark3 and Python_Glue_Session."""
    return any(part in str(language).lower() for part in ("python", "pyspark"))


def verify_kernel(metadata):
    """Refused for a notebook in another language."""
    kernel, about = (part if isinstance(part, dict) else {} for part in (metadata.get("kernelspec"), metadata.get("language_info")))
    name = str(kernel.get("name") or "")
    language = kernel.get("language") or about.get("name") or by_name(name)
    names_two = [each.lower().replace(" ", "").startswith("python2") for each in (name, str(language))]
    if any(names_two) or str(about.get("version", "")).startswith("2."):
        language = "Python 2"
    if not is_python(language) or language == "Python 2":
        what = f"kernel {name} ({language})" if name else f"language {language}"
        raise Refused(f"{what}: only notebooks in Python 3 can be converted")


def by_name(name):
    guesses = [other for start, other in OTHER_LANGUAGES.items() if name.lower().startswith(start)]
    # `ir` begins many names, so it must be all of this one.
    return next((other for other in guesses if other != "R" or name.lower() in ("ir", "sparkrkernel")), "python")


def verify_cell(metadata):
    """Refused for a cell in another language, as VS Code, Synapse and Fabric mark it."""
    for about, key in ((metadata.get("vscode"), "languageId"), (metadata.get("microsoft"), "language"), (metadata, "language")):
        language = about.get(key) if isinstance(about, dict) else None
        if language:
            if not is_python(language):
                raise Refused(f"a cell in {language}: only Python can be converted")
            return
