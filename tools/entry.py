"""How every command of ours begins and ends, whoever starts it: a terminal, a script, nohup, CI."""

import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from errors import PlatformError

_DEFAULTS: dict[signal.Signals, Callable[..., object] | signal.Handlers] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGQUIT: signal.SIG_DFL,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGCHLD: signal.SIG_DFL,
}


def run(main: Callable[[], int | None]) -> NoReturn:
    """Run a command as in the foreground, and exit with its code.

    An error of ours is a line; an interrupt that the command does not handle is exit code 130.
    """
    as_in_the_foreground()
    try:
        sys.exit(main())
    except PlatformError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted\n")
        sys.exit(128 + signal.SIGINT)
    except PermissionError as error:
        sys.exit(
            f"error: {error}. Fix: run this as a user who may write to the checkout and to the "
            "cache of tools (GITOPS_BOOTSTRAP_CACHE names another folder for it)"
        )


def as_in_the_foreground() -> None:
    """Undo what a parent has done to signals and stdin, for this process and all that it starts.

    A shell without job control starts `command &` with SIGINT ignored, some CI systems do so with
    more, and children inherit that: a program that is asked to stop would never notice. With
    SIGCHLD ignored, Python takes every child that fails for one that succeeded. SIGHUP stays
    ignored, which is what nohup is for. SIGPIPE needs nothing: Python ignores it for itself, and
    subprocess restores it in children.

    With job control, Ctrl-C reaches only what is in the foreground, so this changes nothing for a
    command in the background. In a script it reaches that command too, which then stops cleanly.

    Where stdin is closed, a child would have whatever file is opened next as its stdin, or none.
    """
    for number, default in _DEFAULTS.items():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, default)
    try:
        os.fstat(0)
    except OSError:
        # The lowest number that is free, which is that of stdin.
        os.set_inheritable(os.open(os.devnull, os.O_RDONLY), True)
