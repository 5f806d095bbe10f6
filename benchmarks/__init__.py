"""How fast the product is, as ratios inside one alternating run. ``make bench`` prints them."""
