#!/usr/bin/env python3
"""Experiments on the serotonin terminal of Best et al. 2020 (BMC Neurosci. 21:40), from the equations of the paper written
out once more: steady states by Newton's method at 40 digits, a day of tryptophan depletion by Radau IIA of order 5.

    python3 serotonin_experiments.py > serotonin-experiments.csv      (needs mpmath, numpy, scipy)
"""
import mpmath as mp
import numpy as np
from scipy.integrate import solve_ivp

mp.mp.dps = 40
NAMES = "bh4 trp htp cht vht eht hia pool G T B ght Gha Tha Bha".split()
START = "0.9005 20.1651 1.6110 0.0376 67.4285 0.0601 1.5846 113.4289 0.8639 1.0068 0.9757 0 0.69471 12.68595 2.94284"
NORMAL = dict(tph=1, sert=1, mao=1, mat=1, aadc=1, up2=1, fire=1, btrp=96, eha="1.39", k=0, auto=1, nadph=330)


def rates(y, change, number):
    """Time derivatives of all but bh2 = 1 - bh4; `number` makes numbers."""
    p = {key: number(str(value)) for key, value in {**NORMAL, **change}.items()}
    n = lambda text: number(text)
    bh4, trp, htp, cht, vht, eht, hia, pool, g, t, b, ght, gha, tha, bha = y
    bh2 = 1 - bh4
    # at auto = 0 synthesis and release see G at its set point
    seen = p["auto"] * (g - n("0.8639"))
    tph = p["tph"] * (1 - n("2.5") * seen) * 278 * trp / (40 + trp + trp * trp / 1000) * bh4 / (20 + bh4)
    drr = 5000 * bh2 * p["nadph"] / ((100 + bh2) * (75 + p["nadph"])) - 3 * bh4 * 26 / ((10 + bh4) * (75 + n("26")))
    trpin = 700 * p["btrp"] / (330 + p["btrp"])
    to_pool = 9 * trp - n("0.6") * pool
    aadc = p["aadc"] * 400 * htp / (160 + htp)
    mat = p["mat"] * (1230 * cht / (n("0.2") + cht) - vht)
    sert = p["sert"] * 250 * eht / (n("0.06") + eht)
    nano = 1000 * eht
    h1 = 0 if nano < n("60.5") else min(n("0.05") * (nano - n("60.5")), 1)
    up2 = p["up2"] * n("0.001") * h1 * 1400 * eht / (n("0.17") + eht)
    cat = lambda z: p["mao"] * 4000 * z / (95 + z)
    release = (n("1.89") - n("12.5") * seen) * (1 - p["k"] * (gha - n("0.6947"))) * p["fire"] * vht
    bound = 36000 * eht * (10 - b) - 20000 * b
    return [
        drr - tph,
        trpin - tph - to_pool - 2 * trp,
        tph - aadc,
        aadc - mat + sert - cat(cht) - cht,
        mat - release,
        release - sert - up2 - 40 * eht - bound + cht + ght,
        cat(cht) + cat(ght) - hia,
        to_pool - pool,
        20 * b * b * (10 - g) - 200 * t * g,
        30 * g * g * (10 - t) - 200 * t,
        bound,
        up2 - cat(ght) - ght,
        n("4.32") * bha * bha * (1 - gha) - n("1.296") * tha * gha,
        n("14.4") * gha * gha * (60 - tha) - n("25.92") * tha,
        432 * p["eha"] * (10 - bha) - 1440 * bha,
    ]


def steady(change):
    """Newton's method; the way there by small parts of the change."""
    y = [mp.mpf(x) for x in START.split()]
    parts = 40
    for i in range(parts + 1):
        now = {key: mp.mpf(NORMAL[key]) + (mp.mpf(str(x)) - mp.mpf(NORMAL[key])) * i / parts for key, x in change.items()}
        for _ in range(60):
            f = mp.matrix(rates(y, now, mp.mpf))
            columns = []
            for j in range(len(y)):
                h = mp.mpf(10) ** -20 * (abs(y[j]) + mp.mpf("1e-6"))
                moved = rates([x + (h if k == j else 0) for k, x in enumerate(y)], now, mp.mpf)
                columns.append([(a - b) / h for a, b in zip(moved, f)])
            step = mp.lu_solve(mp.matrix(columns).T, -f)
            y = [x + s for x, s in zip(y, step)]
            if max(abs(s) / (abs(x) + mp.mpf("1e-9")) for x, s in zip(y, step)) < mp.mpf("1e-17"):
                break
        else:
            raise SystemExit(f"no steady state: {change}")
    return dict(zip(NAMES, y))


STEADY = {
    "rest": {},
    "fire_x0.5": dict(fire="0.5"),
    "fire_x2": dict(fire=2),
    "fire_x2_without_autoreceptors": dict(fire=2, auto=0),
    "tph_x0.2": dict(tph="0.2"),
    "tph_x2": dict(tph=2),
    "tph_x0.5_without_autoreceptors": dict(tph="0.5", auto=0),
    "sert_x0": dict(sert=0),
    "sert_x0.1": dict(sert="0.1"),
    "sert_x0_without_autoreceptors": dict(sert=0, auto=0),
    "mao_x0.1": dict(mao="0.1"),
    "mao_x0": dict(mao=0),
    "mao_x0.1_sert_x0.1": dict(mao="0.1", sert="0.1"),
    "mat_x0.5": dict(mat="0.5"),
    "mat_x2": dict(mat=2),
    "up2_x100_sert_x0.5": dict(up2=100, sert="0.5"),
    "aadc_x0.1": dict(aadc="0.1"),
    "nadph_100": dict(nadph=100),
    "btrp_9.6_without_autoreceptors": dict(btrp="9.6", auto=0),
    "eha_2_inhibition_5": dict(eha=2, k=5),
}


def main():
    print("experiment,value")
    rest = None
    for name, change in STEADY.items():
        state = steady(change)
        rest = rest or state
        for species in ("trp", "cht", "vht", "eht", "hia", "ght", "G"):
            print(f"{name}_{species},{mp.nstr(state[species], 15)}")
    depletion = dict(btrp="9.6")
    y = [float(rest[name]) for name in NAMES]
    f = lambda t, y: np.array(rates(y, depletion, float))
    day = solve_ivp(f, (0, 24), y, "Radau", rtol=1e-11, atol=1e-14, t_eval=[1, 6, 24])
    for t, column in zip(day.t, day.y.T):
        for species in ("trp", "vht", "eht"):
            print(f"depletion_{t:.0f}h_{species},{column[NAMES.index(species)]:.12g}")


main()
