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


def test_what_was_left_pending_ends_within_its_loop() -> None:
    loop, ended = asyncio.new_event_loop(), []

    async def pending() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(asyncio.get_running_loop())

    task = loop.create_task(pending())
    loop.run_until_complete(asyncio.sleep(0))

    close(loop)

    assert task.cancelled()
    assert ended == [loop]
    assert loop.is_closed()
