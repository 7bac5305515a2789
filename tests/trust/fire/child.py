"""One process under fire: ``flask --app wsgi …``, held at a gate until all are ready; it may carry a planted defect.

    python -m tests.trust.fire.child PLANT ARGUMENTS…

``PLANT`` is a name in plants.py, or ``none``.
"""

from __future__ import annotations

import importlib
import sys

from flask.cli import main

from tests.trust.fire.plants import PLANTS, install


def run(plant: str, arguments: list[str]) -> None:
    """Load the application, say so, wait for the word, then be the ``flask`` command."""
    if plant != "none":
        install(PLANTS[plant])
    importlib.import_module("wsgi")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.argv = ["flask", "--app", "wsgi", *arguments]
    main()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
