# One process of PySpark's client: runs the Python in each line of stdin, a JSON text, and answers what it leaves in `answer`.
import json
import sys

names = {}
for line in sys.stdin:
    names["answer"] = None
    try:
        exec(json.loads(line), names)
        said = {"answer": names["answer"]}
    except Exception as error:
        said = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(said), flush=True)
