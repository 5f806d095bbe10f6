"""Price books: prices with validity dates that several configurators share.

`books` writes them, `resolving` looks up what a definition asks for on one day, `using` says which live
versions took what, and `republishing` publishes those anew when the price of a day is another.
"""
