"""`openchair`, the command line: the one place that may import everything."""

from web.cli.commands import main

__all__ = ["main"]
