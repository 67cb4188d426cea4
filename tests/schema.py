"""schema.py SCHEMA FILE... - is each JSON value of these files as the schema says?"""
import json
import sys

import jsonschema


def values(text):
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        value, at = decoder.raw_decode(text, at + len(text[at:]) - len(text[at:].lstrip()))
        yield value


def main():
    schema = json.load(open(sys.argv[1]))
    jsonschema.Draft7Validator.check_schema(schema)
    wrong, seen = 0, 0
    for path in sys.argv[2:]:
        for value in values(open(path).read()):
            seen += 1
            for error in jsonschema.Draft7Validator(schema).iter_errors(value):
                print(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
                wrong += 1
    return 0 if seen and not wrong else 1


sys.exit(main())
