"""Checks that only the logging of processing has; each module is about one part of the standard."""
