"""The loop of a program is closed, also where the SDK leaves it open."""

import asyncio
import threading

from tools.deploy.stack import close


def test_a_loop_that_is_left_open_is_closed() -> None:
    loop = asyncio.new_event_loop()

    close(loop)

    assert loop.is_closed()


def test_a_loop_that_still_runs_is_waited_for() -> None:
    loop = asyncio.new_event_loop()
    started = threading.Event()
    thread = threading.Thread(target=loop.run_forever)
    loop.call_soon(started.set)
    thread.start()
    started.wait(10)
    loop.call_soon_threadsafe(loop.call_later, 0.2, loop.stop)

    close(loop)

    thread.join()
    assert loop.is_closed()
