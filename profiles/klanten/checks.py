"""Checks that only the Klanten API needs."""
