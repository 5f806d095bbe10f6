"""The targets of the privacy engine, one module each, measured on the product's own schema.

A module beside this one is a measurement when it has ``TARGETS``, the names of the targets that it measures,
and ``measure(scale)``, which answers a list of what ``benchmarks.privacy.figures.figure`` makes. When
``measure`` is called Django is set up on a Postgres that syncs and holds nothing but the schema and one
published configurator; whatever it adds it removes again, for the next one measures in the same database.
"""
