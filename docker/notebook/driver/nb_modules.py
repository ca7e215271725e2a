"""Modules that a notebook writes or fetches: Python finds them in the current folder, and their functions go to executors."""

import os
import sys
from importlib.machinery import PathFinder, SourceFileLoader


def find_own_modules():
    """As in a notebook, the current folder comes first. What executors have is what the path has now."""
    shared = tuple(os.path.join(os.path.abspath(folder), "") for folder in sys.path)
    sys.path.insert(0, "")

    class OwnModules:
        @staticmethod
        def find_spec(name, path=None, target=None):
            spec = PathFinder.find_spec(name, path, target)
            loader = spec and spec.loader
            if isinstance(loader, SourceFileLoader) and not os.path.abspath(spec.origin).startswith(shared):
                load_as_value(loader)
            return spec

    sys.meta_path.insert(sys.meta_path.index(PathFinder), OwnModules)


def load_as_value(loader):
    """Lets Spark send the functions and classes of the loader's module, not only the module's name."""
    run = loader.exec_module

    def exec_module(module):
        # The loader is a part of the module, which may be sent as a whole.
        del loader.exec_module
        try:
            from pyspark.cloudpickle import register_pickle_by_value
        except ImportError:
            pass
        else:
            register_pickle_by_value(module)
            for package in packages_without_file(module):
                register_pickle_by_value(package)
        run(module)

    loader.exec_module = exec_module


def packages_without_file(module):
    """Folders around a module that have no `__init__.py`: nothing loads them, and executors do not have them."""
    name = module.__name__
    while "." in name:
        name = name.rpartition(".")[0]
        package = sys.modules.get(name)
        if package and not getattr(package, "__file__", None):
            yield package
