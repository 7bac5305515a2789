"""What the process has loaded that the command line's processes are copies of (command_line.py): all but settings."""

import importlib

import flask_migrate.cli

from tracker import cli, i18n_web, models, security, web

LOADED = (flask_migrate.cli, i18n_web, models, security, web, *map(importlib.import_module, cli.COMMAND_MODULES))
