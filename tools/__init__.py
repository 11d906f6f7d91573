"""Commands around the program; the program itself needs none of them."""

import gc

# Objects of a run live until its end, and looking for garbage among them takes a fifth of the time
# of a short command: it is done seldom, for the sake of those that run long.
gc.set_threshold(100_000, 50, 100)
