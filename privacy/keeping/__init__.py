"""The pages about what is kept: until when, what is held back, and what the sweeps did."""
