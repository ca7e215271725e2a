"""What is said about a notebook: a place in it, and a sentence. Cells and lines are counted from 1, all kinds of cells."""

from dataclasses import dataclass, field


class Refused(Exception):
    """Something that cannot become a job; `line` is counted in the text that was being read."""

    def __init__(self, message, line=None):
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass
class Report:
    """Everything to tell about one notebook, and what its job needs."""

    problems: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    # Lines for pip, and the cell and line of each.
    packages: dict = field(default_factory=dict)
    # Switches of pip that lines have for all their packages.
    switches: set | None = None
    # The folder that cells went to, from that of the notebook.
    inside: str = ""
    # Folders beside that one where Python looks for modules.
    paths: list = field(default_factory=list)
    # Properties that code sets, each with its value, cell and line.
    conf: dict = field(default_factory=dict)
    # Where each of them ends: cell, line and column.
    places: dict = field(default_factory=dict)
    lists: dict = field(default_factory=dict)
    # Whether `display(table)` prints rows, as on some hosts.
    shows_rows: bool = False
    # Texts of the files that cells write, by the names they write them under.
    written: dict = field(default_factory=dict)
    # Cell and line of the first call that asks for Delta Lake in the version of its Python package.
    delta: tuple | None = None

    def need(self, requirement, cell, line):
        self.packages.setdefault(requirement, (cell, line))

    def ask(self, key, value):
        """Adds to a list of the job: maven, jars, files or pyFiles."""
        values = self.lists.setdefault(key, [])
        if value not in values:
            values.append(value)

    def agree(self, switches, cell, line):
        """Notes what a line has for all its packages: a job's pip is run once, so all lines have it or none."""
        different = sorted(switches ^ (switches if self.switches is None else self.switches))
        if different:
            flag = different[0].split()[0]
            hint = "; write --extra-index-url for a further index" if flag == "--index-url" else ""
            raise Refused(f"pip install {flag}: expected on every line that installs, or on none{hint}")
        self.switches = switches
        for each in sorted(switches - {"--no-deps"}):
            self.need(each, cell, line)


def finding(message, cell=None, line=None):
    return {"message": message, **({"cell": cell} if cell else {}), **({"line": line} if line else {})}
