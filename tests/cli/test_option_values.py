"""Values of options that cannot be meant: exit code 2, whatever part of the program says so."""

from __future__ import annotations

import click
import pytest

import platforms as ip
from platforms.cli import main
from platforms.cli.options import echo_issues


@pytest.mark.parametrize(
    "words",
    [
        ("relocate", "--max-km", "nan"),
        ("relocate", "--seconds", "nan"),
        ("relocate", "--weights", "distance=-1"),
        ("relocate", "--weights", "foo=1"),
        ("portfolio", "--mu", "nan"),
        ("portfolio", "--mu", "inf"),
        ("portfolio", "--mu", "5", "--within", "nan"),
        ("portfolio", "--mu", "5", "--seconds", "nan"),
        ("portfolio", "--mu", "5", "--weight", "jobs=-1"),
        ("portfolio", "--mu", "5", "--weight", "foo=1"),
        ("portfolio", "--mu", "5", "--quota", "柳市镇=5..2"),
    ],
)
def test_a_wrong_value_is_wrong_usage(capsys, words):
    assert main(list(words)) == 2
    out = capsys.readouterr()
    assert not out.out
    assert "Traceback" not in out.err


def issues(*kinds):
    table = ip.IssueTable()
    for kind, severity, count in kinds:
        for at in range(count):
            table.add(kind, severity, feature=f"{kind}-{at}", row=at, firm="A", park="P",
                      lock="in", value=1, field="lon")  # fmt: skip
    return table


def test_errors_come_first_and_the_rest_is_where_the_command_has_it(capsys):
    many = issues(("move_no_industry", "warning", 25), ("move_lock_firm_unknown", "error", 1))
    command = click.Command("x", params=[click.Option(["--json", "as_json"], is_flag=True)])
    with click.Context(command) as context:
        context.params["as_json"] = False
        echo_issues(many)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("错误")
    assert len(lines) == 21
    assert "--json" in lines[-1]
    assert "台账" not in lines[-1]


def test_many_of_one_kind_are_told_in_one_line(capsys):
    echo_issues(issues(("move_no_industry", "warning", 25), ("move_no_demand", "error", 4)),
                brief=True)  # fmt: skip
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 5
    assert "25" in lines[-1]
