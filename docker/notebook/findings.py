"""What is said about a notebook: a place in it, and a sentence. Cells and lines are counted from 1, all kinds of cells."""

from dataclasses import dataclass, field


class Refused(Exception):
    """Something that cannot become a script; `line` is counted in the text that was being read."""

    def __init__(self, message, line=None):
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass
class Report:
    """Everything to tell about one notebook, and what its script needs."""

    problems: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    packages: list = field(default_factory=list)
    helpers: set = field(default_factory=set)
    without: bool | None = None

    def need(self, requirement):
        if requirement not in self.packages:
            self.packages.append(requirement)

    def alone(self, without):
        """Whether packages come without what they ask for: a job's pip is run once, so all or none."""
        if self.without is not None and self.without != without:
            raise Refused("pip install --no-deps: has to be on every line that installs, or on none")
        self.without = without


def finding(message, cell=None, line=None):
    return {"message": message, **({"cell": cell} if cell else {}), **({"line": line} if line else {})}
