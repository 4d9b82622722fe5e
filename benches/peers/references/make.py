"""References for the dopamine terminal with bursts and for terminals that share blood tyrosine.

Run:  python3 benches/peers/references/make.py        (needs numpy, scipy, mpmath and a C compiler with libquadmath)

It writes, next to itself, DOPAMINE.csv, TERMINALS1.csv and TERMINALS64.csv, each by two methods that agree within 1e-9
of each number and, relative to a thousandth of each start value added to it, of each error that is measured against it:

- DOPAMINE: Taylor series in quadruple precision (tests/reference/dopamine_day.c, which makes the day with meals, too),
  and the Radau method of SciPy at 1e-12;
- TERMINALS: the Radau method of SciPy at 1e-12 with an exact sparse Jacobian, and the explicit method DOP853 at 1e-13,
  whose steps stability keeps short.

Hours and uM. The equations are those of tests/reference/dopamine_day.py.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from scipy.integrate import DOP853, Radau

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2] / "tests" / "reference"
sys.path.insert(0, str(ROOT))
import dopamine_day as dd  # noqa: E402

START = [float(line.split(",")[1]) for line in (ROOT / "dopamine-steady.csv").read_text().split()[1:]]
MEALS = [(7, 0.25), (10, 1.75), (12, 0.25), (15, 1.75), (18, 0.25), (21, 3.25), (24, 0.25)]
BURST = 5 / 3600


def integrate(method, stretches, y, times, **options):
    """The states at `times`; stretches are (end, right-hand side, Jacobian or None), with a new start at each."""
    t, rows, due = 0.0, [], list(times)
    for end, f, jac in stretches:
        extra = {} if jac is None else {"jac": jac}
        solver = method(f, t, y, end, **options, **extra)
        while solver.status == "running":
            message = solver.step()
            if solver.status == "failed":
                raise RuntimeError(message)
            while due and due[0] <= solver.t:
                rows.append(solver.y.copy() if due[0] == solver.t else solver.dense_output()(due[0]))
                due.pop(0)
        t, y = end, solver.y.copy()
    return np.array(rows)


def compare(name, a, b, start):
    """How far the two methods are apart at the times of the table, for its header."""
    relative = np.max(np.abs(a - b) / np.abs(b))
    error = np.max(np.abs(a - b) / (np.abs(b) + 1e-3 * np.abs(start)))
    assert relative < 1e-9
    agreement = f"differ by at most {relative:.1e} of a number, {error:.1e} as an error"
    print(f"{name}: the two methods {agreement}")
    return agreement


def write(name, remarks, places, times, rows):
    lines = [f"# {remark}" for remark in remarks]
    lines.append("t," + ",".join(f"y{i + 1}" for i in places))
    lines += ["%.17g," % t + ",".join("%.17g" % v for v in row) for t, row in zip(times, rows)]
    (HERE / name).write_text("\n".join(lines) + "\n")


# ---------------------------------------------------------------- one terminal, meals and bursts
def bursts():
    times = [7 * k / 6 + 4 / 3600 for k in range(1, 20)] + [24.0]
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder) / "day")
        subprocess.run(["cc", "-O2", "-o", program, str(ROOT / "dopamine_day.c"), "-lquadmath"], check=True)
        jobs = [subprocess.Popen([program, h] + [repr(v) for v in START] + ["bursts"], stdout=subprocess.PIPE, text=True)
                for h in ("1e-4", "5e-5")]
        texts = [job.communicate()[0] for job in jobs]
    taylor, finer = [np.array([[float(c) for c in line.split(",")[1:]] for line in text.split()]) for text in texts]
    moved = f"steps of half the length move the Taylor series by {np.max(np.abs(finer / taylor - 1)):.1e}"
    print(f"DOPAMINE: {moved}")

    edges = sorted({end for end, _ in MEALS} | {k / 6 for k in range(144)} | {k / 6 + BURST for k in range(144)})
    stretches = []
    for begin, end in zip(edges, edges[1:]):
        p = dd.params(float)
        p["btyr"] *= next(factor for until, factor in MEALS if begin < until)
        p["fire"] = 3.0 if begin * 6 % 1 * 600 < 4.9 or begin * 6 % 1 > 1 - 1e-9 else 1.0

        def jacobian(t, y, p=p):
            return np.array(dd.rhs(y.astype(complex)[:, None] + 1e-40j * np.eye(9), p)).imag / 1e-40

        stretches.append((end, lambda t, y, p=p: np.array(dd.rhs(y, p)), jacobian))
    radau = integrate(Radau, stretches, np.array(START), times, rtol=1e-12, atol=1e-15 * np.array(START))
    agreement = compare("DOPAMINE", radau, finer, START)
    remarks = ["bh2 bh4 tyr ldopa cda vda eda hva tyrpool; see make.py",
               f"Taylor series and SciPy's Radau at 1e-12, begun anew at every edge, {agreement}; {moved}"]
    write("DOPAMINE.csv", remarks, range(9), times, finer)


# ---------------------------------------------------------------- terminals on one pool
def spread(count, step):
    return 0.9 + 0.2 * ((0.5 + np.arange(count) * step) % 1)


class Terminals:
    """The state is blood tyrosine, then nine for each terminal."""

    def __init__(self, count):
        self.count = count
        self.p = dd.params(float)
        self.p["th_vmax"] = self.p["th_vmax"] * spread(count, 0.618033988749894848)
        self.p["dat_vmax"] = self.p["dat_vmax"] * spread(count, 0.754877666246692760)
        self.food = 97 + 400 * 97 / (64 + 97) / 10

    def rates(self, blood, y, meal):
        """`y` has a row for each of the nine species, a column for each terminal."""
        p = dict(self.p, btyr=blood)
        d = np.array(np.broadcast_arrays(*dd.rhs(y, p)))
        uptake = np.broadcast_to(p["tyrin_vmax"] * blood / (p["tyrin_km"] + blood), d[0].shape)
        return d, uptake, meal * self.food - blood - np.sum(uptake) / (10 * self.count)

    def rhs(self, meal):
        def f(t, z):
            d, _, blood = self.rates(z[0], z[1:].reshape(self.count, 9).T, meal)
            return np.concatenate([[blood], d.T.ravel()])
        return f

    def jacobian(self, meal):
        count, n = self.count, 9 * self.count + 1
        # by columns: blood's is full, each other's has the nine rows of its terminal; nothing acts on blood but itself
        rows = np.concatenate([np.arange(n)] + [np.tile(np.arange(9) + 1 + 9 * i, 9) for i in range(count)])
        starts = np.concatenate([[0], n + 9 * np.arange(n)])

        def jac(t, z):
            y = z[1:].reshape(count, 9).T.astype(complex)
            columns = np.zeros((count, 9, 9))
            for j in range(9):
                w = y.copy()
                w[j] += 1e-40j
                columns[:, j, :] = self.rates(z[0], w, meal)[0].T.imag / 1e-40
            d, _, own = self.rates(z[0] + 1e-40j, y, meal)
            blood = np.concatenate([[own], d.T.ravel()]).imag / 1e-40
            return sp.csc_matrix((np.concatenate([blood, columns.ravel()]), rows, starts), shape=(n, n))
        return jac


def terminals(count, sample):
    """`sample`: the terminals whose states are written."""
    times = [24 * k / 20 for k in range(1, 21)]
    model = Terminals(count)
    start = np.array([97.0] + START * count)
    radau = integrate(Radau, [(end, model.rhs(m), model.jacobian(m)) for end, m in MEALS], start, times,
                      rtol=1e-12, atol=1e-15 * start)
    explicit = integrate(DOP853, [(end, model.rhs(m), None) for end, m in MEALS], start, times,
                         rtol=1e-13, atol=1e-16 * start)
    agreement = compare(f"TERMINALS{count}", explicit, radau, start)
    places = [0] + [1 + 9 * i + k for i in sample for k in range(9)]
    remarks = [f"blood tyrosine (umol in {10 * count} L), and the nine states of terminals {', '.join(map(str, sample))} of {count}; see make.py",
               f"SciPy's Radau at 1e-12 and DOP853 at 1e-13, begun anew at every edge, {agreement}"]
    # states are amounts; terminals have a litre each
    rows = radau[:, places] * np.where(np.array(places) == 0, 10 * count, 1)
    write(f"TERMINALS{count}.csv", remarks, places, times, rows)


if __name__ == "__main__":
    what = sys.argv[1:] or ["bursts", "1", "64"]
    if "bursts" in what:
        bursts()
    if "1" in what:
        terminals(1, [0])
    if "64" in what:
        terminals(64, [0, 21, 42, 63])
