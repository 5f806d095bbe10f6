"""The formula language: small, like a spreadsheet's, exact, and sure to end.

`compile_formula` turns text into a JSON tree or says what to write instead; `runner` turns the tree
into a function of the answers, `evaluate` into its value, and `explain` says how it came to that.
"""

from configurators.formula.compiler import CompiledFormula, Tree, compile_formula, groups_in, never_holds
from configurators.formula.explaining import Explanation, Step, explain
from configurators.formula.interpreter import NotATree, evaluate, runner
from configurators.formula.items import item_key, items_named
from configurators.formula.prices import NO_PRICES, BookedPrice, Prices
from configurators.formula.problems import FormulaInvalid, FormulaProblem
from configurators.formula.scope import GroupType, Scope
from configurators.formula.tables import Tables, TableType, read_tables
from configurators.formula.values import Answer, Environment, ErrorValue, Failure, Value

__all__ = [
    "NO_PRICES",
    "Answer",
    "BookedPrice",
    "CompiledFormula",
    "Environment",
    "ErrorValue",
    "Explanation",
    "Failure",
    "FormulaInvalid",
    "FormulaProblem",
    "GroupType",
    "NotATree",
    "Prices",
    "Scope",
    "Step",
    "TableType",
    "Tables",
    "Tree",
    "Value",
    "compile_formula",
    "evaluate",
    "explain",
    "groups_in",
    "item_key",
    "items_named",
    "never_holds",
    "read_tables",
    "runner",
]
