"""The long proofs: too long for every change, repeated before a release. ``make prove`` runs them."""
