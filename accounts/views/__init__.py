"""The pages about oneself, one module a subject."""
