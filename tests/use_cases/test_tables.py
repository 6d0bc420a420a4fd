from tl_core.use_cases.tables import csv_of


def test_numbers_stay_numbers_and_formulas_do_not_run():
    rows = [{"=class": "@a", "n": 3, "share": -0.25}, {"=class": "b, c", "n": 4, "share": 1.0}]
    lines = csv_of(rows).decode().splitlines()
    assert lines == ["'=class,n,share", "'@a,3,-0.25", '"b, c",4,1.0']
    assert csv_of([]) == b""
