"""Files that visitors hand in with a request: taken in, looked at, claimed by it, handed out again."""
