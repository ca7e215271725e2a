"""Settings of a session in `%%configure` of sparkmagic, Synapse, Fabric and AWS Glue: they become the job's."""

import json
import re

from base.findings import Refused
from packages.installs import install
from session.settings import note, submit_arguments

# How Livy names settings.
LIVY = {
    "driverMemory": "spark.driver.memory", "driverCores": "spark.driver.cores", "executorMemory": "spark.executor.memory",
    "executorCores": "spark.executor.cores", "numExecutors": "spark.executor.instances", "jars": "spark.jars",
    "pyFiles": "spark.submit.pyFiles", "files": "spark.files", "archives": "spark.archives", "name": "spark.app.name",
    # How AWS Glue names them.
    "--extra-jars": "spark.jars", "--extra-py-files": "spark.submit.pyFiles", "--extra-files": "spark.files",
}
# A text, or what the examples of Synapse and AWS Glue have beside JSON: comments, and a comma behind the last setting.
TEXT = r'("(?:[^"\\]|\\.)*")'
COMMENT = re.compile(rf"{TEXT}|(?://|#)[^\n]*|/\*.*?\*/", re.DOTALL)
LAST_COMMA = re.compile(rf"{TEXT}|,(?=\s*[}}\]])")


def configure(line, body, scope):
    """Notes what a session is asked to have; the settings may begin beside the magic."""
    text = line[line.index("{") :] + "\n" + body if "{" in line else body
    try:
        for beside in (COMMENT, LAST_COMMA):
            text = beside.sub(lambda found: found[1] or "", text)
        wanted = json.loads(text.strip() or "{}")
    except ValueError as error:
        raise Refused(f"%%configure: not JSON: {error}") from None
    if not isinstance(wanted, dict):
        raise Refused("%%configure: expected settings in braces")
    for key, value in wanted.items():
        setting(key, given(value), scope)


def setting(key, value, scope):
    if key == "conf" and isinstance(value, dict):
        for name, each in value.items():
            if not name.startswith("spark."):
                scope.warn(f"%%configure: {name}: left out, it is no property of Spark")
            elif given(each) is not None:
                note(name, given(each), scope)
    elif key == "--conf":
        submit_arguments(f"--conf {value}", scope)
    elif key == "--additional-python-modules":
        install(["install", *str(value).replace(",", " ").split()], scope)
    elif value is None:
        return
    elif key in LIVY:
        note(LIVY[key], value, scope)
    else:
        scope.warn(f"%%configure: {key}: left out, a job has no such setting")


def given(value):
    """The value that a pipeline of Synapse or Fabric may replace."""
    return value.get("defaultValue") if isinstance(value, dict) and "parameterName" in value else value
