# The host's pip, run for another Python: `python3 fetch-wheels.py IMAGE FOLDER ARGUMENTS…`. IMAGE says as JSON what is in the image:
# its python, machine, glibc and spark. In FOLDER are requirements.txt and constraints.txt.
import hashlib
import json
import sys
import zipfile

from pip._internal.cli.main import main
from pip._vendor.packaging import markers

image = json.loads(sys.argv[1])
folder, command, *arguments = sys.argv[2:]
major, minor = image["python"].split(".")
machine = image["machine"]

# pip picks files for the Python that its options name, and evaluates markers for the one it runs in.
environment = markers.default_environment
markers.default_environment = lambda: {
    **environment(),
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": machine,
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_version": image["python"],
    "python_full_version": image["python"] + ".0",
    "implementation_version": image["python"] + ".0",
    "sys_platform": "linux",
}

# PEP 600: a wheel runs with its glibc and all later ones. The oldest that has manylinux wheels: 2.5, on arm 2.17.
newest = int(image["glibc"].split(".")[1])
oldest = 5 if machine == "x86_64" else 17
platforms = [f"manylinux_2_{n}" for n in range(newest, oldest - 1, -1)] + ["manylinux2014"]
if machine == "x86_64":
    platforms += ["manylinux2010", "manylinux1"]
platforms += ["linux"]

# PyPI has no wheel of pyspark, and the image has Spark: a wheel of nothing stands in for it.
pyspark = f"pyspark-{image['spark']}"
stand_in = f"{folder}/{pyspark}-py3-none-any.whl"
with zipfile.ZipFile(stand_in, "w") as wheel:
    for name, text in [
        ("METADATA", f"Metadata-Version: 2.1\nName: pyspark\nVersion: {image['spark']}\n"),
        ("WHEEL", "Wheel-Version: 1.0\nGenerator: firesteel\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        ("RECORD", "".join(f"{pyspark}.dist-info/{file},,\n" for file in ("METADATA", "WHEEL", "RECORD"))),
    ]:
        wheel.writestr(f"{pyspark}.dist-info/{name}", text)
with open(stand_in, "rb") as wheel:
    digest = hashlib.sha256(wheel.read()).hexdigest()
with open(f"{folder}/requirements.txt", "r+") as requirements:
    text = requirements.read().replace("STAND-IN", digest)
    requirements.seek(0)
    requirements.write(text)
    requirements.truncate()

sys.exit(
    main(
        [
            command,
            "--only-binary=:all:",
            f"--python-version={image['python']}",
            "--implementation=cp",
            f"--abi=cp{major}{minor}",
            *(f"--platform={name}_{machine}" for name in platforms),
            f"--find-links={folder}",
            *arguments,
        ]
    )
)
