"""High-precision reference data for the dopamine terminal of Best, Nijhout & Reed 2009
(doi 10.1186/1742-4682-6-21): 9 states, hours and uM.

Run:  python3 tests/reference/dopamine_day.py        (needs numpy, scipy and mpmath)

It writes, next to itself:
  dopamine-steady.csv              the steady state (Newton's method, 60 digits)
  dopamine-steady-fluxes.csv       the fluxes there, uM/h
  dopamine-steady-eigenvalues.csv  the eigenvalues of the Jacobian there, 1/h
  dopamine-day-meals.csv           a day with meals from that state, 1001 rows
  dopamine-experiments.csv         steady states and times under changed parameters
and prints the checks. The day is integrated twice: here by the 7-stage Radau IIA method
(order 13, extended precision), and by dopamine_day.c (Taylor series, quadruple precision),
for which a C compiler with __float128 and libquadmath is needed; without one that
comparison is left out and the files are the same.
"""
import math
import shutil
import subprocess
import tempfile
from pathlib import Path

import mpmath as mp
import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import lu_factor, lu_solve

HERE = Path(__file__).resolve().parent
mp.mp.dps = 60
LD = np.longdouble
NAMES = "bh2 bh4 tyr ldopa cda vda eda hva tyrpool".split()
FLUXES = "TH DRR AADC MAT release DAT CATAB MAO TYRin".split()
BH2, BH4, TYR, LDOPA, CDA, VDA, EDA, HVA, POOL = range(9)

# Constants of the paper, as text so that each number type gets them exactly.
BASE = dict(
    th="1", th_scale="0.56", th_ki_tyr="160", th_vmax="125", th_km_tyr="46", th_km_bh4="60",
    th_ki_cda="110", auto_vmax="4.5", auto_base="0.5", auto_gain="8", auto_eda="0.002024",
    autoreceptor="1",   # 0: its factor is 1 throughout
    frozen="0",         # 1: substrate inhibition frozen at tyr = 126
    drr_vf="200", drr_vb="80", drr_km_bh2="100", drr_km_bh4="10", drr_km_nadph="75", drr_km_nadp="75",
    nadph="330", nadp="26", aadc_vmax="10000", aadc_km="130", mat_vmax="7082", mat_km="3", mat_leak="40",
    dat_vmax="8000", dat_km="0.2", catab_vmax="30", catab_km="3", diffusion="400", mao="10", hva_out="3.45",
    tyrin_vmax="400", tyrin_km="64", btyr="97", fire="1",
    tyr_to_pool="6", pool_to_tyr="0.6", tyr_loss="0.2", pool_loss="0.2",
)


def params(number, **changes):
    return {k: number(v) for k, v in {**BASE, **changes}.items()}


def fluxes(y, p):
    """The nine fluxes, in the order of FLUXES."""
    bh2, bh4, tyr, ldopa, cda, vda, eda, hva, pool = y
    if p["autoreceptor"] == 1:
        r = eda / p["auto_eda"]
        auto = p["auto_vmax"] / (p["auto_gain"] * (r * r) * (r * r) + 1) + p["auto_base"]
    else:
        auto = 1
    inhibition = 1 + (126 / p["th_ki_tyr"] if p["frozen"] == 1 else tyr / p["th_ki_tyr"])
    v_th = p["th"] * p["th_scale"] / inhibition * auto * p["th_vmax"] * tyr * bh4 / (
        tyr * bh4 + p["th_km_tyr"] * bh4 + p["th_km_tyr"] * p["th_km_bh4"] * (1 + cda / p["th_ki_cda"]))
    v_drr = p["drr_vf"] * bh2 * p["nadph"] / ((p["drr_km_bh2"] + bh2) * (p["drr_km_nadph"] + p["nadph"])) \
        - p["drr_vb"] * bh4 * p["nadp"] / ((p["drr_km_bh4"] + bh4) * (p["drr_km_nadp"] + p["nadp"]))
    v_aadc = p["aadc_vmax"] * ldopa / (p["aadc_km"] + ldopa)
    v_mat = p["mat_vmax"] * cda / (p["mat_km"] + cda) - p["mat_leak"] * vda
    release = p["fire"] * vda
    v_dat = p["dat_vmax"] * eda / (p["dat_km"] + eda)
    v_catab = p["catab_vmax"] * eda / (p["catab_km"] + eda)
    v_mao = p["mao"] * cda
    v_tyrin = p["tyrin_vmax"] * p["btyr"] / (p["tyrin_km"] + p["btyr"])
    return v_th, v_drr, v_aadc, v_mat, release, v_dat, v_catab, v_mao, v_tyrin


def rhs(y, p):
    v_th, v_drr, v_aadc, v_mat, release, v_dat, v_catab, v_mao, v_tyrin = fluxes(y, p)
    tyr, eda, hva, pool = y[TYR], y[EDA], y[HVA], y[POOL]
    return [
        v_th - v_drr,
        v_drr - v_th,
        v_tyrin - v_th - p["tyr_to_pool"] * tyr + p["pool_to_tyr"] * pool - p["tyr_loss"] * tyr,
        v_th - v_aadc,
        v_aadc - v_mat + v_dat - v_mao,
        v_mat - release,
        release - v_dat - v_catab - p["diffusion"] * eda,
        v_mao + v_catab - p["hva_out"] * hva,
        p["tyr_to_pool"] * tyr - p["pool_to_tyr"] * pool - p["pool_loss"] * pool,
    ]


# ---------------------------------------------------------------- steady states, mpmath
def mp_jacobian(y, p):
    step = mp.mpf(10) ** -40   # complex step: error of order 1e-80
    jac = mp.matrix(9, 9)
    for j in range(9):
        z = [mp.mpc(v, step if i == j else 0) for i, v in enumerate(y)]
        for i, f in enumerate(rhs(z, p)):
            jac[i, j] = mp.im(f) / step
    return jac


def steady(guess, p):
    """Newton's method with bh2 + bh4 = 360 in place of the equation of bh4."""
    y = [mp.mpf(v) for v in guess]
    for _ in range(30):
        f, jac = rhs(y, p), mp_jacobian(y, p)
        f[BH4] = y[BH2] + y[BH4] - 360
        for j in range(9):
            jac[BH4, j] = 1 if j in (BH2, BH4) else 0
        dy = mp.lu_solve(jac, mp.matrix([-v for v in f]))
        y = [a + d for a, d in zip(y, dy)]
        if max(abs(d / a) for a, d in zip(y, dy)) < mp.mpf(10) ** -50:
            return y
    raise RuntimeError("Newton's method did not converge")


def eigenvalues(y, p):
    values = sorted(mp.eig(mp_jacobian(y, p), left=False, right=False), key=mp.re)
    return [v if abs(v) > mp.mpf(10) ** -40 else mp.mpf(0) for v in values]


def steady_after(start, **changes):
    """The state reached from `start` under `changes`: integrate, then Newton."""
    pd = params(float, **changes)
    sol = solve_ivp(lambda t, y: rhs(y, pd), (0, 1e6), [float(v) for v in start], method="Radau",
                    rtol=1e-8, atol=1e-12)
    pm = params(mp.mpf, **changes)
    y = steady(sol.y[:, -1], pm)
    far = max(abs(float(a) / b - 1) for a, b in zip(y, sol.y[:, -1]))
    eig = eigenvalues(y, pm)
    stable = sum(1 for v in eig if mp.re(v) < 0) == 8 and eig[-1] == 0
    if far > 1e-5 or not stable or min(y) <= 0:
        raise RuntimeError(f"steady state in doubt: {changes} {far} {eig}")
    return y, pm


# ---------------------------------------------------------------- Radau IIA, long double
def radau_matrix(stages):
    """Nodes and the matrix of Radau IIA, from the shifted Legendre polynomials."""
    def legendre(n):   # coefficients, highest first
        return [mp.mpf((-1) ** (n - k) * math.comb(n, k) * math.comb(n + k, k)) for k in range(n, -1, -1)]
    a, b = legendre(stages), [mp.mpf(0)] + legendre(stages - 1)
    roots = mp.polyroots([u - v for u, v in zip(a, b)], maxsteps=500, extraprec=400)
    c = sorted(mp.re(r) for r in roots)
    powers = mp.matrix(stages, stages)
    integrals = mp.matrix(stages, stages)
    for i in range(stages):
        for k in range(stages):
            powers[k, i] = c[i] ** k
            integrals[i, k] = c[i] ** (k + 1) / (k + 1)
    m = integrals * mp.inverse(powers.T)
    text = lambda v: mp.nstr(v, 30)
    return (np.array([LD(text(v)) for v in c]),
            np.array([[LD(text(m[i, k])) for k in range(stages)] for i in range(stages)]))


STAGES = 7
NODES, MATRIX = radau_matrix(STAGES)
MATRIX64 = MATRIX.astype(float)


class Model:
    """One set of parameters, in the number types the integrator needs."""

    def __init__(self, **changes):
        self.ld, self.f64 = params(LD, **changes), params(float, **changes)

    def set_btyr(self, text):
        self.ld["btyr"], self.f64["btyr"] = LD(text), float(text)

    def f(self, y):
        return np.array(rhs(y, self.ld))

    def jac(self, y):
        z = y.astype(complex)[:, None] + 1e-40j * np.eye(9)
        return np.array(rhs(z, self.f64)).imag / 1e-40


def radau_step(model, y, h):
    jac = model.jac(y)
    lu = lu_factor(np.eye(9 * STAGES) - float(h) * np.kron(MATRIX64, jac))
    z = np.zeros((STAGES, 9), dtype=LD)   # increments over y, one row for each stage
    last = np.inf
    for _ in range(60):
        res = h * (MATRIX @ model.f(y[:, None] + z.T).T) - z
        dz = lu_solve(lu, res.astype(float).ravel()).reshape(STAGES, 9)
        z = z + dz
        size = np.max(np.abs(dz) / np.abs(y).astype(float))
        if size < 3e-19 or (size < 1e-16 and size >= last / 2):
            return y + z[-1]
        last = size
    raise RuntimeError("the stage equations did not converge")


def btyr_at(hour):
    """Blood tyrosine (as text, exact) in the piece of the day that begins at `hour`."""
    if 7 <= hour < 10 or 12 <= hour < 15:
        return "169.75"    # 97 x 1.75
    if 18 <= hour < 21:
        return "315.25"    # 97 x 3.25
    return "24.25"         # 97 x 0.25


SWITCHES = [0, 7, 10, 12, 15, 18, 21]


def day_with_meals(y, hmax):
    """Rows at t = 24 i/1000; times in whole milli-hours, broken exactly at each switch."""
    rows = [y]
    model = Model()
    for i in range(1000):
        cuts = [24 * i] + [1000 * s for s in SWITCHES if 24 * i < 1000 * s < 24 * i + 24] + [24 * i + 24]
        for a, b in zip(cuts, cuts[1:]):
            model.set_btyr(btyr_at(a / 1000))
            n = math.ceil((b - a) / 1000 / hmax)
            for _ in range(n):
                y = radau_step(model, y, LD(b - a) / 1000 / n)
        rows.append(y)
    return np.array(rows)


# ---------------------------------------------------------------- events
def root_in_step(model, y, h, g):
    """The length s in (0, h) at which g(state after a step of s) is 0, and that state."""
    a, b = LD(0), h
    ga, gb = g(y), g(radau_step(model, y, h))
    for _ in range(200):                       # Illinois
        s = (a * gb - b * ga) / (gb - ga)
        ys = radau_step(model, y, s)
        gs = g(ys)
        if gs == 0 or abs(b - a) < 1e-17 * h:
            return s, ys
        if gs * gb < 0:
            a, ga = b, gb
        else:
            ga = ga / 2
        if abs(s - b) < 1e-16 * h:
            return s, ys
        b, gb = s, gs
    return s, ys


def first_root(model, y, h, g, limit):
    h, t = LD(h), LD(0)
    while t < limit:
        nxt = radau_step(model, y, h)
        if g(y) * g(nxt) < 0:
            s, ys = root_in_step(model, y, h, g)
            return t + s, ys
        y, t = nxt, t + h
    raise RuntimeError("no event")


QUANTITIES = {   # value and its time derivative
    "tyr": lambda m, y: y[TYR], "vth": lambda m, y: fluxes(y, m.ld)[0],
    "cda": lambda m, y: y[CDA], "vda": lambda m, y: y[VDA], "eda": lambda m, y: y[EDA],
}


def slope(model, y, what):
    f = model.f(y)
    if what != "vth":
        return f[{"tyr": TYR, "cda": CDA, "vda": VDA, "eda": EDA}[what]]
    # gradient of V_TH by the complex step in double: its root only places the extreme
    z = y.astype(complex)[:, None] + 1e-40j * np.eye(9)
    return np.dot((fluxes(z, model.f64)[0].imag / 1e-40).astype(LD), f)


def meal_extremes(start, hmax, frozen):
    """Extremes from 120 to 144 h: over the ends of all steps and all interior extremes."""
    model = Model(frozen="1" if frozen else "0")
    y = start
    low, high = {q: LD(np.inf) for q in QUANTITIES}, {q: -LD(np.inf) for q in QUANTITIES}

    def note(q, v):
        low[q], high[q] = min(low[q], v), max(high[q], v)

    for day in range(6):
        for a, b in zip(SWITCHES, SWITCHES[1:] + [24]):
            model.set_btyr(btyr_at(a))
            n = math.ceil((b - a) / hmax)
            h = LD(b - a) / n
            for _ in range(n):
                nxt = radau_step(model, y, h)
                if day == 5:
                    for q, value in QUANTITIES.items():
                        note(q, value(model, y))
                        note(q, value(model, nxt))
                        g = lambda s: slope(model, s, q)
                        if g(y) * g(nxt) < 0:
                            note(q, value(model, root_in_step(model, y, h, g)[1]))
                y = nxt
    return low, high


def parabola_extreme(v, sign):
    """The largest value of sign*v on an even grid, by the parabola through its neighbours."""
    i = int(np.argmax(sign * v))
    if i in (0, len(v) - 1):
        return v[i]
    d1, d2 = (v[i + 1] - v[i - 1]) / 2, v[i + 1] - 2 * v[i] + v[i - 1]
    return v[i] - (d1 * d1 / (2 * d2) if d2 else 0)


def meal_extremes_check(start, frozen):
    """The same in double by scipy's Radau, over a grid of 2000 points an hour."""
    y, low, high = np.array(start, dtype=float), {}, {}
    pd = params(float, frozen="1" if frozen else "0")
    index = {"tyr": TYR, "cda": CDA, "vda": VDA, "eda": EDA, "vth": 9}
    for day in range(6):
        for a, b in zip(SWITCHES, SWITCHES[1:] + [24]):
            pd["btyr"] = float(btyr_at(a))
            grid = np.linspace(a, b, 2000 * (b - a) + 1)
            sol = solve_ivp(lambda t, u: rhs(u, pd), (a, b), y, method="Radau", rtol=1e-11, atol=1e-15,
                            t_eval=grid if day == 5 else None)
            y = sol.y[:, -1]
            if day == 5:
                table = np.vstack([sol.y, fluxes(sol.y, pd)[0]])
                for q, i in index.items():
                    low[q] = min(low.get(q, np.inf), parabola_extreme(table[i], -1))
                    high[q] = max(high.get(q, -np.inf), parabola_extreme(table[i], 1))
    return {q: (low[q], high[q]) for q in index}


# ---------------------------------------------------------------- output
def s17(v):
    """17 significant digits, correctly rounded."""
    if isinstance(v, LD):
        v = mp.mpf(np.format_float_scientific(v, precision=25, unique=False))
    return mp.nstr(mp.mpf(v), 17, strip_zeros=False, min_fixed=-3, max_fixed=6) if v else "0"


def save(name, header, rows):
    (HERE / name).write_text("\n".join([header] + [",".join(r) for r in rows]) + "\n")


def main():
    # -- the steady state
    pm = params(mp.mpf)
    y0 = steady("40.9 319.1 125.7 0.356 2.647 80.97 0.002024 7.678 942.8".split(), pm)
    print("steady state, 30 digits, then the nearest double")
    for n, v in zip(NAMES, y0):
        print(f"  {n:8s} {mp.nstr(v, 30):34s} {float(v)!r}")
    start64 = [float(v) for v in y0]
    print(f"  bh2 + bh4 of the doubles - 360 = {mp.nstr(mp.mpf(start64[0]) + mp.mpf(start64[1]) - 360, 3)}")
    save("dopamine-steady.csv", "name,value", [[n, "%.17g" % v] for n, v in zip(NAMES, start64)])
    fl = fluxes(y0, pm)
    save("dopamine-steady-fluxes.csv", "name,value", [[n, s17(v)] for n, v in zip(FLUXES, fl)])
    eig = eigenvalues(y0, pm)
    assert all(mp.im(v) == 0 or abs(mp.im(v)) < mp.mpf(10) ** -40 for v in eig)
    eig = [mp.re(v) for v in eig]
    save("dopamine-steady-eigenvalues.csv", "name,value",
         [[f"lambda{i + 1}", s17(v)] for i, v in enumerate(eig)])
    for n, v in list(zip(FLUXES, fl)) + [(f"lambda{i + 1}", v) for i, v in enumerate(eig)]:
        print(f"  {n:8s} {s17(v)}")

    # -- the day with meals
    start = np.array(start64, dtype=LD)
    day = day_with_meals(start, 0.0015)
    coarse = day_with_meals(start, 0.003)
    print(f"day: Radau IIA, steps of 0.0015 h against 0.003 h: "
          f"largest relative difference {float(np.max(np.abs(coarse / day - 1))):.2e}")
    save("dopamine-day-meals.csv", "t," + ",".join(NAMES),
         [["%.17g" % (24 * i / 1000)] + (["%.17g" % v for v in start64] if i == 0 else [s17(v) for v in row])
          for i, row in enumerate(day)])
    cc = shutil.which("gcc") or shutil.which("cc")
    if cc:
        with tempfile.TemporaryDirectory() as tmp:
            exe = str(Path(tmp) / "day")
            subprocess.run([cc, "-O2", "-o", exe, str(HERE / "dopamine_day.c"), "-lquadmath"], check=True)
            jobs = [subprocess.Popen([exe, h] + [repr(v) for v in start64], stdout=subprocess.PIPE, text=True)
                    for h in ("1e-4", "5e-5")]
            texts = [j.communicate()[0] for j in jobs]
        tables = [[[mp.mpf(c) for c in line.split(",")[1:]] for line in t.split()] for t in texts]
        print(f"day: Taylor series, steps of 1e-4 h against 5e-5 h: largest relative difference "
              f"{mp.nstr(max(abs(a / b - 1) for r, s in zip(*tables) for a, b in zip(r, s)), 3)}")
        saved = [line.split(",")[1:] for line in (HERE / "dopamine-day-meals.csv").read_text().split()[1:]]
        assert len(saved) == len(tables[1]) == 1001
        for label, values in (("long double", [[mp.mpf(np.format_float_scientific(v, precision=25, unique=False))
                                                for v in r] for r in day]), ("saved file", saved)):
            worst = max((abs(mp.mpf(a) / b - 1), i, n) for i, (r, s) in enumerate(zip(values, tables[1]))
                        for a, b, n in zip(r, s, NAMES))
            print(f"day: Radau IIA ({label}) against Taylor series: largest relative difference "
                  f"{mp.nstr(worst[0], 3)} ({worst[2]}, row {worst[1]})")
    else:
        print("day: no C compiler, the comparison with the Taylor series is left out")

    # -- experiments
    out, notes = [], []

    def add(name, value, unit, printed=""):
        out.append([name, s17(value), unit])
        notes.append(f"  {name:45s} {s17(value):24s} {unit:6s} printed {printed}")

    off = dict(autoreceptor="0")
    for label, change, tag_with, tag_without in (
            ("th_x0.5", dict(th="0.5"), "1.67", "1.30"), ("th_x2", dict(th="2"), "2.46", "2.78"),
            ("fire_x0.5", dict(fire="0.5"), "1.41", "1.03"), ("fire_x2", dict(fire="2"), "2.92", "3.92")):
        add(label + "_eda", 1000 * steady_after(y0, **change)[0][EDA], "nM", tag_with)
        add(label + "_without_autoreceptor_eda", 1000 * steady_after(y0, **change, **off)[0][EDA], "nM", tag_without)
    for label, vmax, eda, vda in (("dat_x0.1", "800", "9.87", "41.7"), ("dat_x0.5", "4000", "2.95", "59.3"),
                                  ("dat_x0", "0", "27.9", "11.4")):
        y, p = steady_after(y0, dat_vmax=vmax)
        add(label + "_eda", 1000 * y[EDA], "nM", eda)
        add(label + "_vda", y[VDA], "uM", vda)
        if vmax == "0":
            add(label + "_vth", fluxes(y, p)[0], "uM/h", "13.56")

    printed = {"tyr": "57.1-139.8", "vth": "26.72-28.03", "vda": "80.30-81.35", "eda": "2.007-2.033"}
    printed_frozen = {"vth": "23.4-28.0", "vda": "74.95-81.20"}
    for frozen in (False, True):
        low, high = meal_extremes(start, 0.004, frozen)
        low2, high2 = meal_extremes(start, 0.002, frozen)
        check = meal_extremes_check(start, frozen)
        tag = "meals_frozen_inhibition" if frozen else "meals"
        for q, unit in (("tyr", "uM"), ("vth", "uM/h"), ("cda", "uM"), ("vda", "uM"), ("eda", "nM")):
            scale = 1000 if q == "eda" else 1
            p = (printed_frozen if frozen else printed).get(q, "-")
            for side, a, b, c in (("min", low, low2, check[q][0]), ("max", high, high2, check[q][1])):
                add(f"{tag}_120_144h_{q}_{side}", b[q] * scale, unit, p)
                notes.append(f"      halved step {float(a[q] / b[q] - 1):.1e}, scipy {float(c / b[q] - 1):.1e}")

    def timed(name, model, y, h, g, limit, value, unit, printed_value, check_change, check_event):
        t1, s1 = first_root(model, y, h, g, limit)
        t2, s2 = first_root(model, y, h / 2, g, limit)
        v1, v2 = value(t1, s1), value(t2, s2)
        add(name, v2, unit, printed_value)
        pd = params(float, **check_change)
        sol = solve_ivp(lambda t, u: rhs(u, pd), (0, limit), y.astype(float), method="DOP853", rtol=1e-12,
                        atol=1e-16, events=check_event(pd))
        c = value(sol.t_events[0][0], sol.y_events[0][0])
        notes.append(f"      halved step {float(v1 / v2 - 1):.1e}, scipy {float(c / v2 - 1):.1e}")

    high_eda = start.copy()
    high_eda[EDA] = LD(1)

    def half_micromolar(pd):
        event = lambda t, u: u[EDA] - 0.5
        event.terminal = True
        return event

    for name, change, h, text in (("clearance_1_to_0.5_uM", {}, 2e-6, "0.278"),
                                  ("clearance_1_to_0.5_uM_dat_x0", dict(dat_vmax="0"), 2e-5, "8.62")):
        timed(name, Model(**change), high_eda, h, lambda s: s[EDA] - LD("0.5"), 0.01,
              lambda t, s: 3600 * t, "s", text, change, half_micromolar)

    half = LD(start[VDA]) / 2

    def half_vda(pd):
        event = lambda t, u: u[VDA] - float(half)
        event.terminal = True
        return event

    timed("ampt_vda_half_time", Model(th="0"), start, 0.004, lambda s: s[VDA] - half, 4.0,
          lambda t, s: t, "h", "2.68", dict(th="0"), half_vda)

    reserpine = Model(mat_vmax="0")

    def peak_cda(pd):
        event = lambda t, u: rhs(u, pd)[CDA]
        event.terminal = True
        return event

    for name, value, unit, text in (("reserpine_cda_peak", lambda t, s: s[CDA], "uM", "55.96"),
                                    ("reserpine_cda_peak_time", lambda t, s: t, "h", "-")):
        timed(name, reserpine, start, 0.0004, lambda s: reserpine.f(s)[CDA], 1.0, value, unit, text,
              dict(mat_vmax="0"), peak_cda)

    # -- further steady states of the same kind
    for label, change in (
            ("further_th_x0.25", dict(th="0.25")),
            ("further_fire_x3_without_autoreceptor", dict(fire="3", **off)),
            ("further_dat_vmax_x0.25", dict(dat_vmax="2000")),
            ("further_aadc_vmax_x0.1", dict(aadc_vmax="1000")),
            ("further_btyr_x0.5", dict(btyr="48.5")),
            ("further_nadph_100", dict(nadph="100")),
            ("further_mao_x0", dict(mao="0")),
            ("further_vmat_vmax_x2", dict(mat_vmax="14164")),
            ("further_catab_x0", dict(catab_vmax="0")),
            ("further_tyrin_vmax_x0.5", dict(tyrin_vmax="200")),
            ("further_dat_km_0.4", dict(dat_km="0.4")),
            ("further_vmat_km_6", dict(mat_km="6")),
            ("further_th_km_bh4_30", dict(th_km_bh4="30")),
            ("further_th_km_tyr_92", dict(th_km_tyr="92")),
            ("further_th_ki_tyr_80", dict(th_ki_tyr="80")),
            ("further_th_ki_cda_11", dict(th_ki_cda="11")),
            ("further_aadc_km_260", dict(aadc_km="260")),
            ("further_drr_km_bh2_200", dict(drr_km_bh2="200"))):
        y, _ = steady_after(y0, **change)
        add(label + "_tyr", y[TYR], "uM", "-")
        add(label + "_cda", y[CDA], "uM", "-")
        add(label + "_vda", y[VDA], "uM", "-")
        add(label + "_eda", 1000 * y[EDA], "nM", "-")
    save("dopamine-experiments.csv", "name,value,unit", out)
    print("experiments")
    print("\n".join(notes))


if __name__ == "__main__":
    main()
