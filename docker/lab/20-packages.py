"""Says after a cell that installed packages who has them: IPython runs this as a kernel starts."""

import importlib
import re
import sys

from IPython import get_ipython

INSTALLS = re.compile(
    r"^\s*(?:[%!]\s*)?(?:[A-Z]\w*=\S*\s+)*(?:\S*python\S*\s+-m\s+|\{sys\.executable\}\s+-m\s+)?"
    r"(?:\S*/)?(?:pip[\d.]*|uv\s+pip)(?:\s+-\S+)*\s+install\b",
    re.M,
)


def _say_who_has_packages(shell):
    def after_cell(result):
        # Of a program that fails, IPython keeps the exit code, and raises nothing.
        failed = not result.success or shell.user_ns.get("_exit_code", 0)
        if not failed and INSTALLS.search(result.info.raw_cell or ""):
            importlib.invalidate_caches()
            print(
                "This notebook now has these packages. Executors have only the packages of the image: "
                "a job made from the notebook (firesteel submit) has them everywhere.",
                file=sys.stderr,
            )

    shell.events.register("post_run_cell", after_cell)


_say_who_has_packages(get_ipython())
del _say_who_has_packages
