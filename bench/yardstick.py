"""The least that any verifier does: parses and hashes each line. ``python yardstick.py FILE``.

It imports nothing else, so that it is a whole process as ``verify.py`` is one.
"""

import hashlib
import json
import sys

if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:  # noqa: PTH123  (pathlib would be measured too)
        for line in file.read().splitlines():
            json.loads(line)
            hashlib.sha256(line).digest()
