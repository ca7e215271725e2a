"""Adds compiled modules to zip files of Python modules: without them every process compiles what it imports again."""

import importlib._bootstrap_external as external
import sys
import zipfile


def compile_zip(path):
    with zipfile.ZipFile(path) as archive:
        files = {info: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in files.items():
            archive.writestr(info, content)
            if info.filename.endswith(".py"):
                code = compile(content, f"{path}/{info.filename}", "exec", dont_inherit=True)
                # Unchecked: the zip is never changed after this.
                compiled = external._code_to_hash_pyc(code, b"\0" * 8, checked=False)
                archive.writestr(info.filename + "c", compiled)


for zip_path in sys.argv[1:]:
    compile_zip(zip_path)
