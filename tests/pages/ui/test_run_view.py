from pages.ui.run_view import log_tail


def test_the_tail_of_a_log_is_its_last_whole_lines(tmp_path) -> None:
    log = tmp_path / "log.txt"
    assert log_tail(log) == "", "no log yet"
    log.write_text("one\ntwo\n", encoding="utf-8")
    assert log_tail(log) == "one\ntwo"
    log.write_text("".join(f"line {n}\n" for n in range(100)), encoding="utf-8")
    assert log_tail(log, max_bytes=20) == "line 98\nline 99"


def test_bytes_that_are_no_text_do_not_break_it(tmp_path) -> None:
    log = tmp_path / "log.txt"
    log.write_bytes(b"good\n\xff\xfe bad\n")
    assert log_tail(log).startswith("good\n")
