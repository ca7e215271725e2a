"""Clones a git repository into the work folder, unless it is there: clone.py URL REF FOLDER, with an empty REF for its default."""

import os
import re
import shutil
import sys

from dulwich import porcelain

url, ref, folder = sys.argv[1:]
part = f"{os.path.dirname(folder)}/.{os.path.basename(folder)}.part"
wanted = f"{url}{'@' if ref else ''}{ref}"
if os.path.lexists(folder):
    print(f"{folder} already exists: left unchanged")
    sys.exit()
# A clone that was cut off.
shutil.rmtree(part, ignore_errors=True)
commit = ref if re.fullmatch(r"[0-9a-f]{7,40}", ref) else None
try:
    with open(os.devnull, "wb") as quiet:
        # A branch or a tag.
        repository = porcelain.clone(url, part, branch=None if commit else ref or None, errstream=quiet)
    with repository:
        if commit:
            porcelain.checkout(repository, commit)
except Exception as error:
    shutil.rmtree(part, ignore_errors=True)
    reason = str(error) or type(error).__name__
    print(f"cannot clone {wanted}: {reason}", flush=True)
    # What dulwich leaves open would have the last words.
    os._exit(1)
os.rename(part, folder)
print(f"{wanted} is in {folder}")
