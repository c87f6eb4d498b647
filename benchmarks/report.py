"""What was measured, as tables in the terminal, in Markdown, and as a picture."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.works import short

PAGE = "performance.md"
PICTURE = "performance.png"
MEMORY_GOAL = 1.5
"""A strategy's peak extra memory over the bytes of its input."""
LINEAR = 2.2
"""Time that grows by no more when the pool doubles grows about linearly: caches and logarithms take their share."""

Row = dict[str, Any]


def print_works(console: Console, report: Row) -> None:
    """A line per contestant."""
    table = Table(title="Selection beside its floor, CPU time on one core", title_justify="left")
    table.add_column("", overflow="fold")
    for name in ("time", "x floor", "goal", "extra MB", "rounds"):
        table.add_column(name, justify="right")
    for work in report["works"]:
        goals = work["goals"]
        table.add_row(f"{work['title']}, {work['size']}", style="bold")
        table.add_row(work["floor"]["what"], duration(work["floor"]["seconds"]), "1x", "", "", "", style="dim")
        for result in work["results"]:
            table.add_row(
                result["who"],
                result["failure"] or duration(result["seconds"]),
                "" if result["ratio"] is None else times(result["ratio"]),
                goals.get(result["who"], ""),
                megabytes(result),
                str(result["rounds"]),
                style="red" if missed(work, result) else "cyan" if result["who"] in goals else "",
            )
        table.add_section()
    console.print(table)
    for name, why in report["machine"]["absent"].items():
        console.print(f"{name} was left out: {why}")


def print_strategies(console: Console, report: Row) -> None:
    """A line per strategy."""
    table = Table(title="Every strategy", title_justify="left")
    for column in strategies_head(report):
        table.add_column(column, justify="left" if column == "strategy" else "right", no_wrap=column == "strategy")
    for row in report["strategies"]:
        table.add_row(*strategy_cells(row, "[red]{}[/red]"))
    console.print(table)


def write_docs(report: Row, folder: Path) -> None:
    """Put the tables between their marks in the page, and draw the picture beside it."""
    page = folder / PAGE
    text = page.read_text(encoding="utf-8")
    for mark, rows, write in (("works", "works", works_markdown), ("strategies", "strategies", strategies_markdown)):
        if report[rows]:
            text = between(text, mark, write(report))
    page.write_text(between(text, "machine", machine_markdown(report)), encoding="utf-8")
    if report["works"]:
        draw(report, folder / PICTURE)


def between(text: str, mark: str, new: str) -> str:
    """The text with what stands between two marks replaced.

    Raises:
        ValueError: The marks are not there.
    """
    changed, count = re.subn(
        rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", lambda found: found[1] + new + found[2], text, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError(f"There is no place for the table: <!-- {mark} --> and <!-- /{mark} -->.")
    return changed


def works_markdown(report: Row) -> str:
    """A row per piece of work; ours in columns of their own, the others in one."""
    lines = ["| work | floor | goal | loopwise, NumPy | loopwise, compiled | others |", "|---|---|---|---|---|---|"]
    for work in report["works"]:
        results = {result["who"]: result for result in work["results"]}
        goals = [goal for goal in (work["goals"]["plain"], work["goals"]["compiled"]) if goal]
        if work["goals"]["memory_mb"]:
            goals.append(f"{work['goals']['memory_mb']:,.0f} MB")
        ours = [cell(work, results.pop(who, None)) for who in ("plain", "compiled")]
        others = "<br>".join(f"{who} {cell(work, result)}" for who, result in results.items())
        floor = f"{work['floor']['what']}, {duration(work['floor']['seconds'])}"
        lines.append(
            f"| {work['title']}<br>{work['size']} | {floor} | {' / '.join(goals)} | {ours[0]} | {ours[1]} | {others} |"
        )
    return "\n".join(lines) + "\n"


def cell(work: Row, result: Row | None) -> str:
    """Ratio, time and memory; bold where it is ours and a goal is missed."""
    if result is None:
        return ""
    if result["failure"]:
        return str(result["failure"])
    ratio = f"**{times(result['ratio'])}**" if missed(work, result) else times(result["ratio"])
    return f"{ratio}, {duration(result['seconds'])}, {megabytes(result)} MB"


def missed(work: Row, result: Row) -> bool:
    """Is it ours, and takes more time or memory than it may?"""
    if result["who"] not in ("plain", "compiled") or result["failure"]:
        return False
    goal = work["goals"][result["who"]]
    value = result["ratio"] if goal.endswith("x") else result["seconds"]
    most = work["goals"]["memory_mb"]
    return bool(
        (goal and value > float(goal.rstrip("x s"))) or (most and result["extra_mb"] and result["extra_mb"] > most)
    )


def strategies_head(report: Row) -> list[str]:
    """The columns of the second table."""
    records = next((short(row["records"]) for row in report["strategies"] if "records" in row), "")
    return ["strategy", f"time at {records}", "extra", "x input", "per doubling", "largest"]


def strategies_markdown(report: Row) -> str:
    """A row per strategy."""
    head = strategies_head(report)
    lines = [f"| {' | '.join(head)} |", "|---" + "|---:" * (len(head) - 1) + "|"]
    lines += [f"| {' | '.join(strategy_cells(row, '**{}**'))} |" for row in report["strategies"]]
    return "\n".join(lines) + "\n"


def strategy_cells(row: Row, missing: str) -> list[str]:
    """One strategy's cells; what misses its goal is put into `missing`."""
    if row["failure"]:
        return [row["name"], row["failure"], "", "", "", ""]

    def judged(value: float, goal: float, text: str) -> str:
        return missing.format(text) if value > goal else text

    ratio = row["extra_ratio"]
    factor = row["factor"]
    return [
        row["name"],
        duration(row["seconds"]),
        f"{row['extra_mb']:,.0f} MB" if row["extra_mb"] is not None else "",
        "" if ratio is None else judged(ratio, MEMORY_GOAL, f"{ratio:.2g}"),
        ("" if row["scales"] else "does not scale") if factor is None else judged(factor, LINEAR, f"{factor:.2f}"),
        f"{short(row['growth'][-1][0])}, {duration(row['growth'][-1][1])}" if row["growth"] else "",
    ]


def machine_markdown(report: Row) -> str:
    """Where it was measured, with which versions, and who was left out."""
    machine = report["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in sorted(machine["versions"].items()))
    lines = [f"One of {machine['cores']} cores, {machine['processor']}; Python {machine['python']}; {versions}."]
    if report["quick"]:
        lines.append("Made with `--quick`: a tenth of the sizes, where compiled kernels are hardly used yet.")
    lines += [f"Left out: {name} ({why})." for name, why in machine["absent"].items()]
    return "\n".join(lines) + "\n"


def draw(report: Row, path: Path) -> None:
    """Bars per piece of work, on a logarithmic axis where the floor is 1."""
    import matplotlib as mpl  # noqa: PLC0415 - only for the picture

    mpl.use("agg")
    from matplotlib import patches  # noqa: PLC0415
    from matplotlib import pyplot as plt  # noqa: PLC0415

    works = [work for work in report["works"] if work["results"]][::-1]
    colours = {"loopwise, NumPy": "#7fb0d8", "loopwise, compiled": "#1f5f99", "best other": "#c9c9c9"}
    figure, axes = plt.subplots(figsize=(7, 0.42 * len(works) + 1.1), dpi=110)
    for place, work in enumerate(works):
        ours = {r["who"]: r["ratio"] for r in work["results"] if r["ratio"] is not None}
        others = [ratio for who, ratio in ours.items() if who not in ("plain", "compiled")]
        bars = (ours.get("plain"), ours.get("compiled"), min(others, default=None))
        for offset, (ratio, colour) in zip((0.27, 0, -0.27), zip(bars, colours.values(), strict=True), strict=True):
            if ratio is not None:
                # Drawn from the floor: bars to the left are faster than the products that an exact loop would take.
                axes.barh(place + offset, ratio - 1, 0.25, left=1, color=colour)
    axes.set_xscale("log")
    axes.axvline(1, color="black", linewidth=1)
    axes.set_yticks(range(len(works)), [f"{work['title']}, {work['size']}" for work in works], fontsize=7)
    axes.set_xlabel("CPU time over the floor's", fontsize=8)
    axes.tick_params(axis="x", labelsize=8)
    axes.margins(y=0.01)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    handles = [patches.Patch(color=colour) for colour in colours.values()]
    figure.legend(handles, list(colours), loc="upper center", ncols=3, fontsize=8, frameon=False)
    figure.tight_layout(rect=(0, 0, 1, 1 - 0.3 / figure.get_figheight()))
    figure.savefig(path)
    plt.close(figure)


def duration(seconds: float | None) -> str:
    """Seconds in words, e.g. 1.5 ms."""
    if seconds is None:
        return ""
    return f"{1000 * seconds:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def times(ratio: float) -> str:
    """A ratio in words, e.g. 4.1x."""
    return f"{ratio:,.0f}x" if ratio >= 100 else f"{ratio:.2g}x"


def megabytes(result: Row) -> str:
    """Peak extra memory in words."""
    return "" if result["extra_mb"] is None else f"{result['extra_mb']:,.3g}"
