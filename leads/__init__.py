"""One submission becomes a lead, and the organisation works it."""
