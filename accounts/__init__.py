"""Who you are: the person behind an e-mail address, how they prove it, and what they agreed to."""
