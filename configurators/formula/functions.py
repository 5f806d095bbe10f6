"""The functions of the language: their names, how many values they take, and of which kind."""

from dataclasses import dataclass
from typing import Literal

MANY = 50

Takes = Literal["numbers", "conditions", "special"]
Gives = Literal["number", "boolean", "branches"]


@dataclass(frozen=True, slots=True)
class Function:
    """`special` functions have rules of their own in the checker."""

    name: str
    least: int
    most: int
    takes: Takes
    gives: Gives


FUNCTIONS = {
    function.name: function
    for function in (
        Function("AND", 1, MANY, "conditions", "boolean"),
        Function("OR", 1, MANY, "conditions", "boolean"),
        Function("NOT", 1, 1, "conditions", "boolean"),
        Function("IF", 3, 3, "special", "branches"),
        Function("SWITCH", 3, 2 * MANY, "special", "branches"),
        Function("ROUND", 1, 2, "numbers", "number"),
        Function("ROUNDUP", 1, 2, "numbers", "number"),
        Function("ROUNDDOWN", 1, 2, "numbers", "number"),
        Function("MROUND", 2, 2, "numbers", "number"),
        Function("CEIL", 1, 2, "numbers", "number"),
        Function("FLOOR", 1, 2, "numbers", "number"),
        Function("MIN", 1, MANY, "numbers", "number"),
        Function("MAX", 1, MANY, "numbers", "number"),
        Function("SUM", 1, MANY, "numbers", "number"),
        Function("ABS", 1, 1, "numbers", "number"),
        Function("HAS", 1, 2, "special", "boolean"),
        Function("COUNT", 1, MANY, "special", "number"),
        Function("LOOKUP", 2, 2, "special", "number"),
        Function("LOOKUP2", 3, 3, "special", "number"),
        Function("TIER", 2, 2, "special", "number"),
        Function("PRICE", 2, 2, "special", "number"),
    )
}

CONSTANTS = frozenset({"TRUE", "FALSE"})

# What people who know a spreadsheet in Dutch, French or English would type, and what to write instead.
TRANSLATED = {
    "ALS": "IF", "SI": "IF", "IFS": "SWITCH", "CHOOSE": "SWITCH", "KIEZEN": "SWITCH", "SCHAKELEN": "SWITCH",
    "EN": "AND", "ET": "AND", "OF": "OR", "OU": "OR", "NIET": "NOT", "NON": "NOT",
    "AFRONDEN": "ROUND", "ARRONDI": "ROUND", "AFRONDEN.NAAR.BOVEN": "ROUNDUP", "ARRONDI.SUP": "ROUNDUP",
    "AFRONDEN.NAAR.BENEDEN": "ROUNDDOWN", "ARRONDI.INF": "ROUNDDOWN", "TRUNC": "ROUNDDOWN",
    "GEHEEL": "FLOOR", "INT": "FLOOR", "ENT": "FLOOR", "AFRONDEN.N.VEELVOUD": "MROUND",
    "ARRONDI.AU.MULTIPLE": "MROUND", "CEILING": "CEIL", "PLAFOND": "CEIL", "PLANCHER": "FLOOR",
    "SOM": "SUM", "SOMME": "SUM", "AANTAL": "COUNT", "NB": "COUNT", "COUNTA": "COUNT",
    "ZOEKEN": "LOOKUP", "X.ZOEKEN": "LOOKUP", "VERT.ZOEKEN": "LOOKUP", "HORIZ.ZOEKEN": "LOOKUP",
    "RECHERCHE": "LOOKUP", "RECHERCHEX": "LOOKUP", "RECHERCHEV": "LOOKUP", "RECHERCHEH": "LOOKUP",
    "XLOOKUP": "LOOKUP", "VLOOKUP": "LOOKUP", "HLOOKUP": "LOOKUP", "INDEX": "LOOKUP2",
    "PRIJS": "PRICE", "PRIX": "PRICE",
    "WAAR": "TRUE", "VRAI": "TRUE", "ONWAAR": "FALSE", "FAUX": "FALSE",
}  # fmt: skip
