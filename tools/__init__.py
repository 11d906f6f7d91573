"""Commands around the program; the program itself needs none of them."""
