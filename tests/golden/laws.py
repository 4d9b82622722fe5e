#!/usr/bin/env python3
"""Values of every rate law at random arguments, to 25 digits: python3 tests/golden/laws.py > tests/golden/laws.csv

Needs mpmath. Formulas are written here as the literature has them, not as the library computes them; the two reversible laws
of two substrates come from their elementary steps (a linear system for the steady state), not from a formula.
Columns: law; single arguments; groups (separated by |, members by ;, each a count, its level where it has one, and its
constants); value. Arguments are in the order of the law's record.
"""

import random
from mpmath import exp, lu_solve, matrix, mp, mpf, sqrt

mp.dps = 40
random.seed(20260501)
ROWS = 4


def draw(low=0.2, high=5.0):
    """A random double, short in print."""
    return float(f"{random.uniform(low, high):.6g}")


def fraction():
    return float(f"{random.uniform(0.05, 0.95):.4g}")


def members(least, constants):
    count = random.randint(least, 3)
    return [(1, [draw(), *(c() for c in constants)]) for _ in range(count)]


def side(constants, counts=(1, 2, 3)):
    return [(random.choice(counts), [draw(), *(c() for c in constants)]) for _ in range(random.randint(1, 2))]


def bound(ms):
    return sum((m[0] / m[1] for _, m in ms), mpf(0))


def prod(xs):
    result = mpf(1)
    for x in xs:
        result *= x
    return result


def reversible(vmax, keq, s, p, occupied):
    ks = prod(m[1] ** n for n, m in s)
    kp = prod(m[1] ** n for n, m in p)
    back = vmax * kp / (ks * keq)  # Haldane
    top = vmax * prod((m[0] / m[1]) ** n for n, m in s) - back * prod((m[0] / m[1]) ** n for n, m in p)
    return top / (prod(occupied(n, m) for n, m in s) + prod(occupied(n, m) for n, m in p) - 1)


def mwc(s, vmax, k, l, c, n, inhibitors, activators):
    l = l * ((1 + bound(inhibitors)) / (1 + bound(activators))) ** n
    a = s / k
    return vmax * (a * (1 + a) ** (n - 1) + l * c * a * (1 + c * a) ** (n - 1)) / ((1 + a) ** n + l * (1 + c * a) ** n)


def morrison_complex(e, x, k):
    b = e + x + k
    return (b - sqrt(b * b - 4 * e * x)) / 2


def steady(states, edges):
    """The flux through the first edge of a cycle of states, (from, to, forward, back) each."""
    n = len(states)
    m, right = matrix(n, n), matrix(n, 1)
    for i, j, f, r in edges:
        i, j = states.index(i), states.index(j)
        m[j, i] += f
        m[i, i] -= f
        m[i, j] += r
        m[j, j] -= r
    for column in range(n):
        m[n - 1, column] = 1
    right[n - 1] = 1
    x = lu_solve(m, right)
    i, j, f, r = edges[0]
    return f * x[states.index(i)] - r * x[states.index(j)]


def ordered_reversible():
    """Five states with ten constants; the kinetic constants by Cleland's definitions."""
    k1, m1, k2, m2, k3, m3, k4, m4, k5, m5 = (mpf(draw()) for _ in range(10))

    def v(a, b, p, q):
        edges = [("E", "EA", k1 * a, m1), ("EA", "EAB", k2 * b, m2), ("EAB", "EPQ", k3, m3)]
        edges += [("EPQ", "EQ", k4, m4 * p), ("EQ", "E", k5, m5 * q)]
        return steady(["E", "EA", "EAB", "EPQ", "EQ"], edges)

    huge = mpf(10) ** 25
    vf, vr = v(huge, huge, 0, 0), -v(0, 0, huge, huge)
    keq = k1 * k2 * k3 * k4 * k5 / (m1 * m2 * m3 * m4 * m5)
    kia, kiq = m1 / k1, k5 / m5
    ka, kb = vf / v(1, huge, 0, 0) - 1, vf / v(huge, 1, 0, 0) - 1
    kp, kq = -vr / v(0, 0, 1, huge) - 1, -vr / v(0, 0, huge, 1) - 1
    # where A is large, P raises 1/v of the way there by w KQ/(KiA B) + 1/KiP
    rise = vf / v(huge, 1, 1, 0) - vf / v(huge, 1, 0, 0)
    kip = 1 / (rise - vf / (vr * keq) * kq / kia)
    levels = [draw() for _ in range(4)]
    return [*levels, vf, keq, kia, ka, kb, kp, kq, kip, kiq], v(*levels)


def ping_pong_reversible():
    """Six states with twelve constants."""
    k1, m1, k2, m2, k3, m3, k4, m4, k5, m5, k6, m6 = (mpf(draw()) for _ in range(12))

    def v(a, b, p, q):
        edges = [("E", "EA", k1 * a, m1), ("EA", "FP", k2, m2), ("FP", "F", k3, m3 * p), ("F", "FB", k4 * b, m4)]
        edges += [("FB", "EQ", k5, m5), ("EQ", "E", k6, m6 * q)]
        return steady(["E", "EA", "FP", "F", "FB", "EQ"], edges)

    huge = mpf(10) ** 25
    vf, vr = v(huge, huge, 0, 0), -v(0, 0, huge, huge)
    keq = k1 * k2 * k3 * k4 * k5 * k6 / (m1 * m2 * m3 * m4 * m5 * m6)
    ka, kb = vf / v(1, huge, 0, 0) - 1, vf / v(huge, 1, 0, 0) - 1
    kp, kq = -vr / v(0, 0, 1, huge) - 1, -vr / v(0, 0, huge, 1) - 1
    w = vf / (vr * keq)
    # P and Q raise 1/v of the way there: P by w KQ (1 + A/KiA) / (A B), Q by (w KP + KA B/KiQ) / (A B), at A = B = 1
    rise = lambda p, q: vf / v(1, 1, p, q) * (1 - p * q / keq) - vf / v(1, 1, 0, 0)
    kia = w * kq / (rise(1, 0) - w * kq)
    kiq = ka / (rise(0, 1) - w * kp)
    levels = [draw() for _ in range(4)]
    return [*levels, vf, keq, ka, kb, kia, kp, kq, kiq], v(*levels)


d = draw
K = [d]
LAWS = {
    "activation": ([], lambda: [members(1, [d, d, fraction])],
                   lambda a: prod(m[3] + (1 - m[3]) * m[0] ** m[2] / (m[1] ** m[2] + m[0] ** m[2]) for _, m in a)),
    "allosteric": ([d, d], lambda: [members(1, [d, d, d])], lambda x, k, ms:
                   x / k * (1 + sum(m[2] * m[3] * m[0] / m[1] for _, m in ms))
                   / (1 + bound(ms) + x / k * (1 + sum(m[2] * m[0] / m[1] for _, m in ms)))),
    "autoreceptor": ([d] * 6, list, lambda x, x0, n, w, low, high: low + (high - low) / (1 + w * (x / x0) ** n)),
    "bi_substrate_reversible": ([d] * 10, list, lambda a, b, p, q, vf, ka, kb, vr, kp, kq:
                                vf * a / (ka + a) * b / (kb + b) - vr * p / (kp + p) * q / (kq + q)),
    "common_modular": ([d, d], lambda: [side(K), side(K)], lambda v, keq, s, p:
                       reversible(v, keq, s, p, lambda n, m: (1 + m[0] / m[1]) ** n)),
    "competition": ([d, d], list, lambda i, k: i / k),
    "competitive": ([d, d, d], lambda: [members(1, K)], lambda s, v, k, c: v * s / k / (1 + s / k + bound(c))),
    "convenience": ([d, d], lambda: [side(K), side(K)], lambda v, keq, s, p:
                    reversible(v, keq, s, p, lambda n, m: sum((m[0] / m[1]) ** j for j in range(n + 1)))),
    "coupled_transport": ([d] * 8, lambda: [members(0, K), members(0, [d, lambda: random.choice([-1.0, 1.0, 2.0, 3.0])])],
                          lambda s, p, vm, km, kp, v, rt, z, c, ions:
                          vm * s / km * (1 - p / s * prod((m[1] / m[0]) ** m[2] for _, m in ions) * exp(z * v / rt))
                          / (1 + s / km + p / kp + bound(c))),
    "diffusion": ([d] * 3, list, lambda s, p, k: k * (s - p)),
    "emax": ([d] * 5, list, lambda x, e0, em, k, n: e0 + em * x**n / (k**n + x**n)),
    "equilibrium_ordered": ([d] * 5, lambda: [members(0, K)], lambda a, b, v, kia, kb, c:
                            v * a * b / (a * b + kb * a + kia * kb * (1 + bound(c)))),
    "exchange": ([d] * 4, list, lambda s, p, ko, ki: ko * s - ki * p),
    "first_order": ([d] * 2, list, lambda s, k: k * s),
    "hill": ([d, d, d, lambda: draw(0.5, 4)], list, lambda s, v, k, n: v * s**n / (k**n + s**n)),
    "imax": ([d, fraction, d, d], list, lambda x, im, k, n: 1 - im * x**n / (k**n + x**n)),
    "inhibition_factor": ([d] * 3, list, lambda x, top, k: top / (1 + x / k)),
    "linear_gain": ([d, d, lambda: draw(-1, 1)], list, lambda x, x0, g: 1 + g * (x - x0)),
    "mass_action": ([d, d], lambda: [side([]), side([])], lambda kf, kr, s, p:
                    kf * prod(m[0] ** n for n, m in s) - kr * prod(m[0] ** n for n, m in p)),
    "michaelis_menten": ([d] * 3, list, lambda s, v, k: v * s / (k + s)),
    "mixed": ([d] * 3, lambda: [members(1, [d, d])], lambda s, v, k, i:
              v * s / (k * (1 + bound(i)) + s * (1 + sum(m[0] / m[2] for _, m in i)))),
    "morrison": ([d] * 4, list, lambda s, e, kcat, k: kcat * morrison_complex(e, s, k)),
    "mwc": ([d, d, d, d, fraction, lambda: draw(1, 4)], lambda: [members(0, K), members(0, K)], mwc),
    "non_competitive": ([d] * 2, list, lambda i, k: 1 / (1 + i / k)),
    "occupancy": ([d] * 3, lambda: [members(0, K)], lambda x, k, n, c:
                  x**n / ((k * (1 + bound(c))) ** n + x**n)),
    "operational": ([d] * 5, list, lambda x, em, tau, k, n:
                    em * tau**n * x**n / ((k + x) ** n + tau**n * x**n)),
    "ordered": ([d] * 6, lambda: [members(0, K)], lambda a, b, v, kia, ka, kb, c:
                v * a * b / (a * b + kb * a + (ka * b + kia * kb) * (1 + bound(c)))),
    "ordered_reversible": ordered_reversible,
    "partial_inhibition": ([d] * 3, lambda: [members(1, [d, d, d])], lambda s, v, k, i:
                           v * s * (1 + sum(m[3] * m[0] / (m[2] * m[1]) for _, m in i))
                           / (k * (1 + bound(i)) + s * (1 + sum(m[0] / (m[2] * m[1]) for _, m in i)))),
    "ping_pong": ([d] * 5, list, lambda a, b, v, ka, kb: v * a * b / (kb * a + ka * b + a * b)),
    "ping_pong_reversible": ping_pong_reversible,
    "pure_non_competitive": ([d] * 3, lambda: [members(1, K)], lambda s, v, k, i: v * s / ((k + s) * (1 + bound(i)))),
    "random": ([d] * 6, list, lambda a, b, v, ka, kb, al:
               v * a * b / (al * ka * kb + al * kb * a + al * ka * b + a * b)),
    "receptor_activity": ([], lambda: [members(1, [d, lambda: draw(-1, 1)])], lambda l:
                          sum(m[2] * m[0] / m[1] for _, m in l) / (1 + bound(l))),
    "reversible_michaelis_menten": ([d] * 6, lambda: [members(0, K)], lambda s, p, v, keq, km, kp, c:
                                    (v * s / km - v * kp / (km * keq) * p / kp) / (1 + s / km + p / kp + bound(c))),
    "sigmoid": ([d] * 4, list, lambda x, x0, b, top: top / (1 + exp(-b * (x - x0)))),
    "substrate_inhibition": ([d] * 4, lambda: [members(0, K)], lambda s, v, k, ks, c:
                             v * s / (k * (1 + bound(c)) + s + s**2 / ks)),
    "tight_binding": ([d] * 3, list, lambda i, e, k: 1 - morrison_complex(e, i, k) / e),
    "uncompetitive": ([d] * 3, lambda: [members(1, K)], lambda s, v, k, i: v * s / (k + s * (1 + bound(i)))),
    "uptake_with_leak": ([d] * 5, lambda: [members(0, K)], lambda s, p, v, k, leak, c:
                         v * s / (k * (1 + bound(c)) + s) - leak * p),
    "uptake_with_loss": ([d] * 4, lambda: [members(0, K)], lambda s, v, k, loss, c:
                         v * s / (k * (1 + bound(c)) + s) + loss * s),
    "zero_order": ([d], list, lambda k: k),
    "added_drive": ([d] * 2, list, lambda x, gain: 1 + gain * x),
    "bi_substrate_inhibition": ([d] * 6, list, lambda a, b, v, ka, ki, kb: v * a * b / ((ka + a + a**2 / ki) * (kb + b))),
    "binding": ([d] * 5, list, lambda s, i, p, on, off: on * s * i - off * p),
    "drive": ([d], list, lambda x: x),
    "gated_uptake": ([d] * 5, list, lambda s, p, v, k, leak: max(mpf(0), v * s / (k + s) - leak * p)),
    "inactivation": ([d] * 4, list, lambda s, i, k, ki: k * s / (1 + ki / i)),
    "potentiating_competition": ([d] * 4, list, lambda i, ki, span, slope: i / (ki + span / exp(slope * i))),
    "proportional": ([d] * 2, list, lambda x, x0: x / x0),
    "ramp": ([d] * 5, list, lambda x, start, width, below, high:
             below if x < start else high * min(mpf(1), (x - start) / width)),
    "refill": ([d] * 4, list, lambda p, x0, k, v: min(v, max(mpf(0), k * (x0 - p)))),
}


def text(values):
    return " ".join(repr(float(v)) for v in values)


print("law,single,groups,value")
for name, law in LAWS.items():
    for _ in range(ROWS):
        if callable(law):
            single, value = law()
            groups = []
        else:
            draws, make, formula = law
            single, groups = [f() for f in draws], make()
            exact = [[(n, [mpf(v) for v in m]) for n, m in g] for g in groups]
            value = formula(*(mpf(v) for v in single), *exact)
        written = "|".join(";".join(f"{n} {text(m)}" for n, m in g) for g in groups)
        print(f"{name},{text(single)},{written},{mp.nstr(value, 25)}")
