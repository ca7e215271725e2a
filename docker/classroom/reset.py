"""Puts settings aside that keep a notebook server from starting: everything hidden in the work folder gets another name."""
import os
import sys
import time

folder = sys.argv[1]
# Packages that notebooks installed are in .python, and checkpoints of notebooks are no settings.
kept = {".ipynb_checkpoints"}
stamp = time.strftime("%Y%m%d-%H%M%S")
for name in sorted(os.listdir(folder)):
    if name.startswith(".") and name not in kept and ".reset-" not in name:
        os.rename(os.path.join(folder, name), os.path.join(folder, f"{name}.reset-{stamp}"))
        print(f"{name} is now {name}.reset-{stamp}", flush=True)
