"""What the privacy policies promise, which tests keep it, and what those tests see."""
