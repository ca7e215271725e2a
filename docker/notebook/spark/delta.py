"""Delta Lake by its Python package: `configure_spark_with_delta_pip` has Spark fetch the package of the same version."""

import ast
import codecs
import os
import re

from base.findings import Refused, finding
from packages.requirements import joined_lines

CONFIGURE = "configure_spark_with_delta_pip"
# Marks of UTF-16 and UTF-8 at the start of a file, and what reads it.
MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (b"", "utf-8-sig"))


def need_delta(report, asked, job):
    """Adds that package to those of the job, if the notebook asks for it; `job` is what the metadata has of a job."""
    if not report.delta:
        return
    packages = job.get("packages") if isinstance(job.get("packages"), dict) else {}
    more, named = packages.get("pip"), packages.get("requirements")
    lines = [*report.packages, *map(str, more if isinstance(more, list) else []), *([f"-r {named}"] if isinstance(named, str) else [])]
    try:
        lines = [each for line in lines for each in read(line, os.path.dirname(asked["path"]))]
        report.ask("maven", delta_package(lines, asked["spark"]))
    except Refused as refused:
        report.problems.append(finding(refused.message, *report.delta))


def read(line, folder, depth=5):
    """The line, or those of the requirements file that it names."""
    named = re.match(r"(?:-r|--requirement)[\s=]*(\S.*)", line)
    path = os.path.join(folder, named[1]) if named else ""
    if not os.path.isfile(path) or depth == 0:
        return [line]
    with open(path, "rb") as file:
        content = file.read()
    encoding = next(name for mark, name in MARKS if content.startswith(mark))
    text = content.decode(encoding, "replace").replace("\r\n", "\n")
    return [each for inner in joined_lines(text) for each in read(inner, os.path.dirname(path), depth - 1)]


def delta_package(lines, spark):
    """The package that configure_spark_with_delta_pip has Spark fetch: https://pypi.org/project/delta-spark."""
    versions = [re.match(r"delta[-_.]spark\s*===?\s*((\d+)\.(\d+)[\w.]*)\s*(?:;|--hash|$)", line, re.I) for line in lines]
    found = next(filter(None, versions), None)
    if not found:
        raise Refused(f"{CONFIGURE}: the version is only known once the notebook runs; write %pip install delta-spark==VERSION")
    version = (int(found[2]), int(found[3]))
    name = "delta-core_2.12" if version < (3, 0) else "delta-spark_2.12" if version < (4, 0) else "delta-spark_2.13"
    if version > (4, 0):
        name = f"delta-spark_{'.'.join(spark.split('.')[:2])}_2.13"
    return f"io.delta:{name}:{found[1]}"


def delta_names(trees):
    """Names that the notebook imports from Delta Lake, by those it gives them."""
    imports = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in imports if (node.module or "").split(".")[0] == "delta"]
    return {alias.asname: alias.name for node in ours for alias in node.names if alias.asname}
