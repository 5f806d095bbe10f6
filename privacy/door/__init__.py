"""The door for the person without an account: a link by mail, and what they may do behind it."""
