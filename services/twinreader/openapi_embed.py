"""Turns openapi.json and the reading's schema into a C array.

    openapi_embed.py openapi.json reading-1.schema.json OUT.c

The schema is published by itself and must be the one the interface promises, so it is joined in
here rather than written twice: its definitions become components of the document.
"""

import json
import sys


def moved(node):
    if isinstance(node, dict):
        return {
            k: v.replace("#/$defs/", "#/components/schemas/") if k == "$ref" else moved(v)
            for k, v in node.items()
        }
    return [moved(v) for v in node] if isinstance(node, list) else node


def main(openapi, schema, out):
    with open(openapi, encoding="utf-8") as f:
        document = json.load(f)
    with open(schema, encoding="utf-8") as f:
        reading = json.load(f)
    parts = reading.pop("$defs")
    for key in ("$schema", "$id"):
        reading.pop(key)
    schemas = document["components"]["schemas"]
    for name, part in {**parts, "Reading": reading}.items():
        assert name not in schemas, name
        schemas[name] = moved(part)
    text = json.dumps(document, separators=(",", ":")).encode() + b"\0"
    with open(out, "w", encoding="ascii") as f:
        f.write('#include "twinreader/openapi.h"\n\nconst char openapi_text[] = {')
        f.write(",".join(str(b) for b in text))
        f.write("};\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
