"""Clones a git repository into the work folder, unless it is there: clone.py URL REF FOLDER, with an empty REF for its default."""

import os
import shutil
import sys

from dulwich import porcelain

url, ref, folder = sys.argv[1:]
part = f"{os.path.dirname(folder)}/.{os.path.basename(folder)}.part"
if os.path.lexists(folder):
    print(f"{folder} is there: left as it is")
    sys.exit()
shutil.rmtree(part, ignore_errors=True)
try:
    with open(os.devnull, "wb") as quiet:
        repository = porcelain.clone(url, part, checkout=not ref, errstream=quiet)
    if ref:
        porcelain.checkout(repository, ref)
    repository.close()
except Exception as error:
    shutil.rmtree(part, ignore_errors=True)
    sys.exit(f"cannot clone {url}{'@' if ref else ''}{ref}: {type(error).__name__}: {error}")
os.rename(part, folder)
print(f"{url}{'@' if ref else ''}{ref} is in {folder}")
