"""What other codes of the method of Dormand & Prince deliver on the two oscillators of tests/accuracy.rs.

Run:  python3 tests/reference/dormand_prince.py        (needs numpy and scipy)

It prints, for tolerances of 1e-3, ..., 1e-9, the largest error over four times and both components, each against its size,
over the tolerance: of DOPRI5 by E. Hairer & G. Wanner (translated, in scipy.integrate.ode), which ends at each time, and of
SciPy's RK45, whose rows are dense output. Absolute and relative tolerance are the same.
"""
import numpy as np
from scipy.integrate import ode, solve_ivp

PROBLEMS = {
    "Lotka-Volterra": (lambda t, y: [y[0] * (1.5 - y[1]), y[1] * (y[0] - 3)], [10.0, 1.0], [1.0, 2.5, 5.0, 10.0]),
    "van der Pol": (lambda t, y: [y[1], (1 - y[0] ** 2) * y[1] - y[0]], [2.0, 0.0], [1.0, 3.0, 7.5, 20.0]),
}


def dopri5(f, start, times, tolerance):
    solver = ode(f).set_integrator("dopri5", rtol=tolerance, atol=tolerance, nsteps=100000)
    solver.set_initial_value(start, 0)
    return np.array([solver.integrate(t) for t in times])


def rk45(f, start, times, tolerance):
    return solve_ivp(f, (0, times[-1]), start, method="RK45", rtol=tolerance, atol=tolerance, t_eval=times).y.T


for name, (f, start, times) in PROBLEMS.items():
    exact = solve_ivp(f, (0, times[-1]), start, method="DOP853", rtol=1e-13, atol=1e-14, t_eval=times).y.T
    size = np.maximum(np.abs(start), np.max(np.abs(exact), axis=0))
    for code in (dopri5, rk45):
        tolerances = [10.0 ** -digits for digits in range(3, 10)]
        ratios = [np.max(np.abs(code(f, start, times, t) - exact) / size) / t for t in tolerances]
        print(f"| {name} | {code.__name__} | " + " | ".join(f"{ratio:.2g}" for ratio in ratios) + " |")
