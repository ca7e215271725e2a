"""Which names a notebook binds and which it uses, read from Python's syntax tree: a word in a string or comment is not a name."""

import ast
from dataclasses import dataclass, field

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass
class Names:
    """Names of a module's level: where each is used before it is bound, used in functions, and bound."""

    bound: set = field(default_factory=set)
    early: dict = field(default_factory=dict)
    later: dict = field(default_factory=dict)


def names_of(tree):
    """Names of one cell; a line of the tree for each use."""
    names = Names()
    Walk(names).visit(tree)
    return names


def bound_in(nodes):
    """Names that statements bind in the scope they stand in."""
    names = Names()
    walk = Walk(names)
    for node in nodes:
        walk.visit(node)
    return names.bound


class Walk(ast.NodeVisitor):
    """Goes in the order in which Python evaluates, as far as that tells use from binding."""

    def __init__(self, names, local=frozenset(), is_function=False):
        self.names = names
        self.local = local
        self.is_function = is_function

    def use(self, name, line):
        if name in self.local:
            return
        if self.is_function:
            self.names.later.setdefault(name, line)
        elif name not in self.names.bound:
            self.names.early.setdefault(name, line)

    def bind(self, name):
        if name and not self.is_function and name not in self.local:
            self.names.bound.add(name)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self.use(node.id, node.lineno)
        elif isinstance(node.ctx, ast.Store):
            self.bind(node.id)

    def visit_Call(self, node):
        # Code in the text of `%time code` counts as well.
        words = [part.value for part in node.args if isinstance(part, ast.Constant)]
        if getattr(node.func, "attr", "") == "run_line_magic" and words[:1] in (["time"], ["timeit"]):
            try:
                for part in ast.parse(str(words[-1])).body:
                    self.visit(part)
            except (SyntaxError, ValueError):
                pass
        self.generic_visit(node)

    def visit_Assign(self, node):
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Name):
            self.use(node.target.id, node.lineno)
        self.visit(node.value)
        self.visit(node.target)

    def visit_AnnAssign(self, node):
        self.visit(node.annotation)
        if node.value:
            self.visit(node.value)
            self.visit(node.target)

    def visit_NamedExpr(self, node):
        self.visit(node.value)
        self.visit(node.target)

    def visit_For(self, node):
        self.visit(node.iter)
        self.visit(node.target)
        for part in node.body + node.orelse:
            self.visit(part)

    visit_AsyncFor = visit_For

    def visit_ImportFrom(self, node):
        for alias in node.names:
            self.bind(alias.asname or alias.name)

    def visit_Import(self, node):
        for alias in node.names:
            self.bind(alias.asname or alias.name.partition(".")[0])

    def visit_ExceptHandler(self, node):
        self.bind(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node):
        self.generic_visit(node)
        self.bind(node.name)

    def visit_MatchStar(self, node):
        self.bind(node.name)

    def visit_MatchMapping(self, node):
        self.generic_visit(node)
        self.bind(node.rest)

    def visit_comprehension_of(self, node):
        own = {name.id for part in node.generators for name in ast.walk(part.target) if isinstance(name, ast.Name)}
        inner = Walk(self.names, self.local | own, self.is_function)
        for part in node.generators:
            inner.visit(part.iter)
            for condition in part.ifs:
                inner.visit(condition)
        for value in [getattr(node, key, None) for key in ("elt", "key", "value")]:
            if value:
                inner.visit(value)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_comprehension_of

    def visit_FunctionDef(self, node):
        for part in node.decorator_list + node.args.defaults + [each for each in node.args.kw_defaults if each]:
            self.visit(part)
        arguments = node.args
        for argument in arguments.posonlyargs + arguments.args + arguments.kwonlyargs:
            if argument.annotation:
                self.visit(argument.annotation)
        self.bind(node.name)
        self.function(node, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        for part in node.args.defaults + [each for each in node.args.kw_defaults if each]:
            self.visit(part)
        self.function(node, [node.body])

    def function(self, node, body):
        arguments = node.args
        every = arguments.posonlyargs + arguments.args + arguments.kwonlyargs + [arguments.vararg, arguments.kwarg]
        declared = {name for part in body for each in ast.walk(part) if isinstance(each, ast.Global) for name in each.names}
        own = {argument.arg for argument in every if argument} | bound_in(body)
        # What a function declares global, it binds for all.
        self.names.bound.update(declared & own)
        inner = Walk(self.names, (self.local | own) - declared, is_function=True)
        for part in body:
            inner.visit(part)

    def visit_ClassDef(self, node):
        for part in node.decorator_list + node.bases + [word.value for word in node.keywords]:
            self.visit(part)
        inner = Walk(self.names, self.local | bound_in(node.body), self.is_function)
        for part in node.body:
            inner.visit(part)
        self.bind(node.name)
