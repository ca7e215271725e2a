"""Evaluates a model that lenet kept, by BigDL's own lenet.Test in the driver's JVM.

Training keeps a model as a serialised Java object (model.470), and Test reads BigDL's own format: it is converted once,
into a file beside it (model.470.bigdl).
"""
import argparse
import pathlib
import sys

from pyspark.java_gateway import launch_gateway


def newest(place: pathlib.Path) -> pathlib.Path:
    """The model itself, or the newest one in a folder."""
    found = [place] if place.is_file() else list(place.rglob("model*"))
    models = [file for file in found if file.suffix != ".bigdl"]
    if not models:
        sys.exit(f"{place}: no model here; train one: firesteel submit lenet")
    return max(models, key=lambda file: file.stat().st_mtime)


words = argparse.ArgumentParser()
words.add_argument("--models", type=pathlib.Path, required=True)
words.add_argument("-b", "--batchSize", required=True)
words.add_argument("-f", "--folder", required=True)
args = words.parse_args()

gateway = launch_gateway()
bigdl = gateway.jvm.com.intel.analytics.bigdl.dllib
kept = newest(args.models)
converted = kept.with_name(f"{kept.name}.bigdl")
if not converted.exists():
    # Beside it first: a name that is there is a model that is whole.
    part = kept.with_name(f"part-{kept.name}")
    model = bigdl.utils.File.load(str(kept), gateway.jvm.scala.reflect.ClassTag.Any())
    model.saveModule(str(part), None, True)
    part.rename(converted)
    kept.with_name(f".{part.name}.crc").unlink(missing_ok=True)
print(f"model: {kept}", flush=True)

given = ["--folder", args.folder, "--batchSize", args.batchSize, "--model", str(converted)]
words = gateway.new_array(gateway.jvm.String, len(given))
for place, word in enumerate(given):
    words[place] = word
bigdl.models.lenet.Test.main(words)
