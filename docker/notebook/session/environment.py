"""Variables that code sets while Java runs already, or for a pip that is not called: what would be lost without a word."""

import ast
import re

from base.findings import Refused
from session.settings import text_of

# Settings of pip and uv that change what is installed.
OF_PIP = re.compile(r"(?:PIP|UV)_(?:\w*INDEX\w*|FIND_LINKS|CONSTRAINT|REQUIREMENT|TARGET|PREFIX|PRE|NO_DEPS)")
# A kernel sets them before it starts Java, which reads them: here Python alone sees them.
OF_JAVA = re.compile(
    r"HADOOP_(?:USER_NAME|CONF_DIR|HOME|OPTS|CLASSPATH)|YARN_CONF_DIR|HIVE_CONF_DIR|KRB5_CONFIG|KRB5CCNAME|LD_LIBRARY_PATH|CLASSPATH"
    r"|SPARK_(?:CONF_DIR|CLASSPATH|DIST_CLASSPATH|LOCAL_DIRS|USER)|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|GOOGLE_APPLICATION_CREDENTIALS"
    r"|AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE|REGION|DEFAULT_REGION|WEB_IDENTITY_TOKEN_FILE|ROLE_ARN)"
)
SECRETS = re.compile(r"AWS_(?:ACCESS|SECRET|SESSION)")


def variables(node, scope):
    """Looks at one piece of code for variables that it sets: `os.environ["NAME"] = value`, `os.putenv("NAME", value)`."""
    for key in names_set(node):
        name = key if isinstance(key, str) else text_of(key, scope)
        variable(name, scope)


def verify_pip(name):
    """Refused for a variable with this name if pip would heed it."""
    if OF_PIP.fullmatch(name):
        raise Refused(f"{name}: a job does not support this setting of pip; set it for pip on this machine")


def variable(name, scope):
    """Refuses or says what comes of a variable with this name."""
    verify_pip(name)
    if OF_JAVA.fullmatch(name):
        key = "secrets" if SECRETS.match(name) else "env"
        scope.warn(f'{name}: only Python sees it, because Java runs already; name it in {key} under "firesteel" in the metadata of the notebook')


def names_set(node):
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if isinstance(node, ast.AugAssign) and is_environment(node.target):
            return keys_of(node.value)
        return [target.slice for target in targets if isinstance(target, ast.Subscript) and is_environment(target.value)]
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return []
    if node.func.attr == "putenv" or (node.func.attr == "setdefault" and is_environment(node.func.value)):
        return node.args[:1]
    if node.func.attr == "update" and is_environment(node.func.value):
        return [*(word.arg for word in node.keywords if word.arg), *(key for each in node.args for key in keys_of(each))]
    return []


def keys_of(node):
    return [key for key in node.keys if key] if isinstance(node, ast.Dict) else []


def is_environment(node):
    return ast.unparse(node) in ("os.environ", "environ")
