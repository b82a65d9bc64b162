"""How far a command has come is shown without flooding a log."""

from io import StringIO

from bot.progress import ProgressBar


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: StringIO, steps: int) -> str:
    bar = ProgressBar("Copying", stream)
    for step in range(steps + 1):
        bar(step / steps)
    return stream.getvalue()


def test_where_there_is_no_terminal_each_tenth_is_a_line() -> None:
    assert shown(StringIO(), 1_000).splitlines() == [f"Copying {tenth * 10} %" for tenth in range(11)]


def test_on_a_terminal_one_line_fills_up() -> None:
    frames = shown(Terminal(), 1_000).split("\r")[1:]
    assert len(frames) == 101
    assert frames[50] == "Copying " + "█" * 20 + "·" * 20 + "  50 %"
    assert [frame.endswith("\n") for frame in frames] == [False] * 100 + [True]


def test_what_is_done_at_once_is_shown_as_done() -> None:
    assert shown(StringIO(), 1).splitlines() == ["Copying 0 %", "Copying 100 %"]
