"""Which notebooks are in Python 3, by what their metadata says of kernel and language."""

import re

from base.findings import Refused

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
    "sagemath": "SageMath",
    "ihaskell": "Haskell",
    "clojupyter": "Clojure",
    "jjava": "Java",
    "tslab": "TypeScript",
    "jslab": "JavaScript",
    "jupyter_matlab": "MATLAB",
    "nbstata": "Stata",
    "xsqlite": "SQL",
    "wolframlanguage": "Wolfram",
}
# Languages by the words of a kernel's names, as `spark_R_kubernetes` and `Spark - Scala (Remote)`.
WORDS = {word.lower(): word for word in (
    "Bash", "Clojure", "Groovy", "Haskell", "Java", "JavaScript", "Julia", "Kotlin", "Lua", "MATLAB", "Octave", "Perl", "PHP",
    "PowerShell", "R", "Ruby", "Rust", "SAS", "Scala", "SparkR", "SparkSQL", "SQL", "Stata", "TypeScript",
)} | {"iruby": "Ruby", "iperl": "Perl", "xr": "R"}
# How Anaconda calls a kernel of an environment with R.
R_OF_CONDA = re.compile(r"(?:ir|conda-env-.*-r)$")
# By itself, and at the end of the names of environments: conda_python2, conda_mxnet_p27, conda-env-py27-py.
PYTHON_2 = re.compile(
    r"i?python[- ]?2(?:[._]?[4-7])?(?!\d)|py2(?:[._]?[4-7])?$"
    r"|(?:.*[-_: ])?(?:python[- ]?2(?:[._]?[4-7])?|py2[._]?[67]|(?<=_)p2[67])(?![a-z\d.])"
)
# They stand where a language is expected and name none: Fabric's Python notebooks, and editors.
NO_LANGUAGE = {"jupyter", "plaintext", "text", "raw"}
# Where hosted notebooks name the language instead.
HOSTS = (("application/vnd.databricks.v1+notebook", "language"), ("microsoft", "language"), ("kaggle", "language"),
         ("jupytext", "main_language"))


def is_python(language):
    """Python is called ipython and python3, too, and by kernels of Spark pyspark, pyspark3 and Python_Glue_Session."""
    return any(part in str(language).lower() for part in ("python", "pyspark"))


# Zeppelin exports every notebook with the kernel of its default interpreter, and begins cells with a mark.
OF_ZEPPELIN = "spark2-scala"
MARK_OF_PYTHON = re.compile(r"\s*%(?:spark\.|python\.|livy\.)?(?:i?pyspark|i?python)\b")


def is_in_python(name, texts):
    """Whether the marks of cells show that a notebook of Zeppelin is in Python."""
    texts = [text for text in texts if text.strip()]
    return name == OF_ZEPPELIN and all(text.lstrip().startswith("%") for text in texts) and any(map(MARK_OF_PYTHON.match, texts))


def verify_kernel(metadata, texts=()):
    """Refused for a notebook in another language; `texts` are those of its cells of code."""
    kernel, about = (part if isinstance(part, dict) else {} for part in (metadata.get("kernelspec"), metadata.get("language_info")))
    name = str(kernel.get("name") or named_by_host(metadata, "kernel_info", "name") or "")
    if is_in_python(name, texts):
        return
    # A kernel of Synapse and Fabric runs several languages: what the notebook is in stands beside it.
    shown = str(kernel.get("display_name") or "")
    said = (about.get("name"), kernel.get("language"), by_host(metadata), about.get("pygments_lexer"))
    language = next(filter(None, map(named, said)), None) or by_name(name, shown)
    if "sage" in str(kernel.get("language")).lower():
        # Its kernel calls the language python, and reads numbers in another way.
        language = "SageMath"
    version = str(about.get("version") or ("" if "3" in name else mode_version(about.get("codemirror_mode"))))
    names_two = any(PYTHON_2.match(each.lower()) for each in (name, shown, str(language)))
    if re.match(r"2(\.|$)", version) or (names_two and not version.startswith("3")):
        language = "Python 2"
    if not is_python(language) or language == "Python 2":
        what = f"kernel {name} ({language})" if name else f"language {language}"
        raise Refused(f"{what}: only notebooks in Python 3 can be converted")


def shows_rows(metadata):
    """Whether `display(table)` of the notebook's host prints rows: Databricks, Synapse and Fabric do."""
    kernel = metadata.get("kernelspec")
    name = kernel.get("name") if isinstance(kernel, dict) else None
    return bool(metadata.get(HOSTS[0][0])) or str(name).startswith("synapse")


def named(language):
    """The language, None where a word only stands in its place."""
    return None if str(language).lower() in NO_LANGUAGE else language


def mode_version(mode):
    """The version of Python that editors are to expect: 2 or 3."""
    return mode.get("version") or "" if isinstance(mode, dict) and "python" in str(mode.get("name")) else ""


def by_name(name, shown):
    """The language by a kernel's name and by the name that people see."""
    if R_OF_CONDA.match(name.lower()):
        return "R"
    found = next((other for start, other in OTHER_LANGUAGES.items() if name.lower().startswith(start)), None)
    words = re.findall(r"[a-z]+", f"{name} {shown}".lower())
    if found or any(word.startswith(("py", "ipy")) for word in words):
        return found or "python"
    return next((WORDS[word] for word in words if word in WORDS), "python")


def by_host(metadata):
    """The language that Databricks, Synapse and Fabric name beside the kernel."""
    # Notebooks of nbformat 3 name it alone; elsewhere the key may be that of a text.
    alone = WORDS.get(str(metadata.get("language")).lower())
    return next(filter(None, [*(named_by_host(metadata, place, key) for place, key in HOSTS), alone]), None)


def named_by_host(metadata, place, key):
    about = metadata.get(place)
    return about.get(key) if isinstance(about, dict) else None


def verify_cell(metadata):
    """Refused for a cell in another language, as VS Code, Synapse and Fabric mark it."""
    for about, key in ((metadata.get("vscode"), "languageId"), (metadata.get("microsoft"), "language"), (metadata, "language")):
        language = about.get(key) if isinstance(about, dict) else None
        if named(language):
            verify_language(language)
            return


def verify_language(language, line=None):
    """Refused for a cell in another language."""
    if not is_python(language):
        raise Refused(f"a cell in {language}: only Python can be converted", line)
