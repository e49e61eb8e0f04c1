"""Tests of the engine, the data, the fixtures and the reports."""
