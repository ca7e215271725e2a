"""What a saved model says of itself, read without Keras: its description, not its weights."""
import json
import re
import zipfile


class Unreadable(Exception):
    """It is not a model of its kind."""


class Description:
    """A model as it was saved: `model` is Keras's own description, None if it cannot be seen from here."""

    def __init__(self, model, compiled):
        self.model = model
        self.compiled = compiled

    def custom_names(self, with_compiled):
        """Layers and functions that are not Keras's own: their code is not in the file."""
        return sorted(set(custom_names(self.model)) | (set(custom_names(self.compiled)) if with_compiled else set()))

    def input_shapes(self):
        """The shape of a row for each input that says it, without the batch."""
        return [layer["config"]["batch_shape"][1:] for layer in layers_of(self.model) if layer.get("class_name") == "InputLayer"]


def read_model(path):
    """Reads a .keras, an .h5 or a .json; Unreadable if it is none."""
    try:
        if path.endswith(".keras"):
            with zipfile.ZipFile(path) as file:
                model = json.loads(file.read("config.json"))
            return Description(model, model.pop("compile_config", None))
        if path.endswith(".json"):
            with open(path, encoding="utf-8") as file:
                model = json.load(file)
            if not isinstance(model, dict) or "class_name" not in model:
                raise Unreadable("not the description of a Keras model, as model.to_json() gives it")
            return Description(model, None)
        return read_hdf5(path)
    except (zipfile.BadZipFile, KeyError):
        raise Unreadable("not a model that Keras has saved") from None
    except ValueError:
        raise Unreadable("not JSON") from None


#: How far into a file its attributes are looked for, and how long one may be, in bytes.
FAR, LONG = 64 * 1024 * 1024, 8 * 1024 * 1024


def read_hdf5(path):
    """The attributes of an HDF5 file are texts, each in one piece."""
    with open(path, "rb") as file:
        content = file.read(FAR)
    if not content.startswith(b"\x89HDF\r\n\x1a\n"):
        raise Unreadable("not an HDF5 file")
    found = {}
    place = re.compile(rb'\{"(?:class_name|module|loss|optimizer_config)": ')
    match = place.search(content)
    while match and len(found) < 2:
        start = match.start()
        text = content[start : start + LONG].decode("utf-8", "ignore")
        try:
            value, length = json.JSONDecoder().raw_decode(text)
            found.setdefault("model" if "class_name" in value else "compiled", value)
            start += len(text[:length].encode())
        except ValueError:
            start += 1
        match = place.search(content, start)
    return Description(found.get("model"), found.get("compiled"))


def layers_of(model):
    config = model.get("config") if isinstance(model, dict) else None
    layers = config.get("layers") if isinstance(config, dict) else config
    return [layer for layer in layers or [] if isinstance(layer, dict) and isinstance(layer.get("config"), dict)]


def custom_names(value):
    if isinstance(value, list):
        for one in value:
            yield from custom_names(one)
    if not isinstance(value, dict):
        return
    name, module = value.get("class_name"), value.get("module", "keras")
    if name in ("Lambda", "__lambda__"):
        yield "Lambda"
    elif name == "function":
        yield str(value.get("config"))
    elif isinstance(name, str) and (">" in name or not str(module).startswith("keras")):
        yield name.rpartition(">")[2]
    for one in value.values():
        yield from custom_names(one)
