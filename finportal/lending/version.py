"""The engine's version: it changes whenever a figure could; issued documents carry it."""

ENGINE_VERSION = "1"
