"""Product configurators: their definition, prices and rules, and the pages they are built and used on."""
