"""How dates are written where Django writes them; Babel writes the others (accounts.templatetags.looks)."""
