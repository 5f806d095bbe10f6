"""Ways to break a promise on purpose: one module for each part of the product.

Each module has ``SWITCHES``, a list of ``{"promises", "test", "patch", "with"}``: while the attribute
``patch`` ("module:Class.attribute") has the value of the expression ``with``, ``test`` must fail.
"""
