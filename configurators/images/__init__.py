"""Images of an organisation's own: made small and harmless when they come in, kept once, and removed unused.

Nothing of what was uploaded is kept or served: ``recipe`` decodes it and writes two pictures of its own.
"""
